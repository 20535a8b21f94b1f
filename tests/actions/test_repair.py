"""The apology: the parent's own act and words, without the "but" that takes it back."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions import repair
from actions.repair import ActionComposeApology, ActionTakeOwnWords, ValidateRepairForm
from tests.actions.step import Step, domain, loop, tracker


def validated(answer: Any) -> tuple[Any, list[dict[str, Any]]]:
    """Return what the form keeps of an answer to "what did you do?", and what was said meanwhile."""
    dispatcher = CollectingDispatcher()
    kept = ValidateRepairForm().validate_repair_act(answer, dispatcher, tracker(), domain())
    return kept["repair_act"], dispatcher.messages


@pytest.mark.parametrize(
    ("answer", "act", "excuse"),
    [
        ("im sorry i screamed but you never listen", "screamed", "but you never listen"),
        ("I'm sorry I threw the shoes, but he made me so late", "threw the shoes", "late"),
        ("sorry for yelling at you but i was tired", "yelled", "tired"),
    ],
)
def test_a_but_is_named_and_left_out(answer: str, act: str, excuse: str) -> None:
    kept, said = validated(answer)
    assert act in kept and excuse.split()[-1] not in kept
    (message,) = said
    assert message["response"] == "utter_apology_excuse"
    assert excuse.split()[-1] in message["apology_excuse"] and act.split()[0][:4] in message["apology"]


@pytest.mark.parametrize(
    ("answer", "act"),
    [
        ("i screamed at him over his shoes", "screamed at him over his shoes"),
        ("yelling at her in front of her friends", "yelled at her in front of her friends"),
        ("I slammed the door in his face", "slammed the door in his face"),
    ],
)
def test_an_act_is_kept_in_the_past_and_in_the_parent_s_words(answer: str, act: str) -> None:
    kept, said = validated(answer)
    assert kept == act and said == []


def test_an_answer_that_names_no_act_is_kept_whole() -> None:
    kept, said = validated("it was just an awful morning for all of us")
    assert kept == "it was just an awful morning for all of us" and said == []


@pytest.mark.parametrize("answer", ["he's 2", "ok then", "fine"])
def test_an_answer_that_can_be_no_act_is_asked_for_again(answer: str) -> None:
    assert validated(answer) == (None, [])


def test_a_failing_reader_keeps_the_answer(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(text: str) -> None:
        raise RuntimeError(text)

    monkeypatch.setattr(repair, "find_excuse", broken)
    assert validated("i yelled at my secret zebra") == ("i yelled at my secret zebra", [])
    assert "RuntimeError" in caplog.text and "zebra" not in caplog.text


def test_the_form_itself_runs_it() -> None:
    answer = "im sorry i screamed but you never listen"
    events = [loop("repair_form"), {"event": "slot", "name": "repair_act", "value": answer}]
    slots = {"age_band": "school_age", "repair_act": answer, "requested_slot": "repair_act"}
    step = Step(ValidateRepairForm(), tracker(slots, events, answer, loop="repair_form"))
    assert step.slots["repair_act"] == "screamed"
    assert step.said == ["utter_apology_excuse"]


# ---- put together


def composed(**slots: Any) -> str:
    return str(Step(ActionComposeApology(), tracker(slots)).slots["apology"])


def test_act_need_and_plan_are_all_in_it() -> None:
    apology = composed(
        repair_act="screamed at him about his shoes",
        repair_need="help finding the left one",
        repair_plan="look for them with him",
        age_band="school_age",
    )
    assert "screamed at you about your shoes" in apology
    assert "help finding the left one" in apology and "look for them with you" in apology
    assert " him" not in apology and " his" not in apology


@pytest.mark.parametrize("nothing", ["-", None])
def test_what_nobody_knows_is_left_out(nothing: str | None) -> None:
    apology = composed(repair_act="yelled at her", repair_need=nothing, repair_plan=nothing, age_band="teen")
    assert "yelled at you" in apology
    assert "-" not in apology.replace("it's", "") and "None" not in apology


def test_the_child_s_name_becomes_you() -> None:
    apology = composed(repair_act="yelled at Mia", repair_plan="wait for Mia", child_name="Mia", age_band="preschool")
    assert "Mia" not in apology and "yelled at you" in apology


# ---- in the parent's own words


def rewritten(text: str, **slots: Any) -> dict[str, Any]:
    known = {"repair_act": "screamed at him", "repair_need": "some help", "age_band": "school_age", **slots}
    return Step(ActionTakeOwnWords(), tracker(known, text=text)).slots


def test_own_words_are_taken_as_they_are() -> None:
    slots = rewritten("I'm sorry I screamed at you. It wasn't your fault.")
    assert slots["apology"] == "I'm sorry I screamed at you. It wasn't your fault."
    assert slots["own_words_verdict"] == "clear" and slots["apology_excuse"] is None


def test_an_excuse_in_own_words_is_found() -> None:
    slots = rewritten("i'm sorry i screamed but you never listen")
    assert slots["own_words_verdict"] == "excuse"
    assert "never listen" in slots["apology_excuse"] and "never listen" not in slots["apology"]
    assert slots["apology"].startswith("I'm sorry I screamed")


def test_an_addition_becomes_the_next_step() -> None:
    slots = rewritten("I'd look for them with him")
    assert slots["own_words_verdict"] == "addition"
    assert "look for them with you" in slots["apology"] and "screamed at you" in slots["apology"]
    assert slots["repair_plan"] == "I'd look for them with him"


def test_the_verdicts_are_those_of_the_domain() -> None:
    verdicts = {rewritten(text)["own_words_verdict"] for text in ("I'm sorry", "sorry but no", "I'd wait", "")}
    assert verdicts <= set(domain()["slots"]["own_words_verdict"]["values"])
