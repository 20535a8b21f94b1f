"""Words to say: fitted to the child, never the same twice, few in a storm."""

from __future__ import annotations

import json
from typing import Any

import pytest

import actions.name_feelings
from actions.name_feelings import ActionAskChildFeeling, ActionFindWords, ActionReviewNaming, ValidateFitForm
from bot.language.validation import ValidationReview
from bot.language.words import words
from tests.actions.step import Step, bot, domain, loop, tracker

SITUATIONS: list[dict[str, Any]] = [
    {},
    {"age_band": "unknown", "child_feeling": "unknown", "trigger_event": "-"},
    {"age_band": "toddler", "child_feeling": "angry", "trigger_event": "her tower fell"},
    {"age_band": "teen", "child_feeling": "lonely", "trigger_thing": "the group chat", "child_name": "Mia"},
    {"age_band": "baby", "child_feeling": "tired"},
    {"age_band": "school_age", "child_feeling": "sad and worried", "trigger_event": "nobody sat with him at lunch"},
]


def offered(slots: dict[str, Any], form: str, times: int) -> list[str]:
    """Return what is offered when the parent asks for other words again and again."""
    events = [loop(form), loop(None)]
    found = []
    for _ in range(times):
        sentence = Step(ActionFindWords(), tracker(slots, events)).slots["words"]
        found.append(sentence)
        events.append(bot(f'You could say: "{sentence}" Then wait.'))
    return found


@pytest.mark.parametrize("slots", SITUATIONS)
@pytest.mark.parametrize("form", ["settle_form", "soothe_form", "feelings_form", "fit_form"])
def test_words_vary_and_have_no_holes(slots: dict[str, Any], form: str) -> None:
    told = {"trigger_event", "trigger_thing", "child_feeling"} & {
        name for name in slots if slots[name] not in ("-", "unknown")
    }
    times = 3 if told else 2
    found = offered(slots, form, times)
    assert len(set(found)) == times
    for sentence in found:
        assert "{" not in sentence and "unknown" not in sentence and sentence[0].isupper()


def test_what_was_told_is_said_to_the_child() -> None:
    (sentence,) = offered(
        {"age_band": "toddler", "child_feeling": "angry", "trigger_event": "her tower fell"}, "fit_form", 1
    )
    assert "our tower fell" in sentence.lower() or "your tower fell" in sentence.lower()
    assert "her" not in sentence.split()
    assert "mad" in sentence


def test_a_storm_has_fewer_words_than_naming() -> None:
    slots = {"age_band": "preschool", "child_feeling": "sad"}
    for storm in offered(slots, "soothe_form", 3):
        assert len(storm.split()) <= 12
    kinds = words("phrases")
    assert offered(slots, "soothe_form", 1)[0] not in kinds["naming"]["preschool"]
    assert offered(slots, "soothe_form", 1) != offered(slots, "feelings_form", 1)


# ---- two gentle guesses


def guess(**slots: Any) -> Step:
    return Step(ActionAskChildFeeling(), tracker(slots))


@pytest.mark.parametrize("slots", SITUATIONS)
def test_two_guesses_and_a_way_out(slots: dict[str, Any]) -> None:
    (message,) = guess(**slots).messages
    assert message["response"] == "utter_ask_child_feeling"
    one, two, unsure = message["buttons"]
    assert unsure["payload"] == "/unsure"
    for button, said in ((one, message["guess_one"]), (two, message["guess_two"])):
        intent, _, carried = button["payload"].partition("{")
        assert intent == "/inform" and set(json.loads("{" + carried)) == {"feeling"}
        assert button["title"].lower() == said
    assert one != two


@pytest.mark.parametrize(
    ("event", "likely"),
    [
        ("her friends went without her", "lonely"),
        ("the thunder was so loud", "scared"),
        ("the baby got all the cuddles", "jealous"),
    ],
)
def test_the_guess_fits_what_happened(event: str, likely: str) -> None:
    payloads = [button["payload"] for button in guess(trigger_event=event).messages[0]["buttons"]]
    assert f'/inform{{"feeling": "{likely}"}}' in payloads


def test_a_thing_is_enough_to_guess() -> None:
    (message,) = guess(trigger_thing="the thunder").messages
    assert "scared" in message["buttons"][0]["payload"]


def test_the_response_it_names_takes_what_it_gives() -> None:
    (message,) = guess().messages
    assert any("{guess_one}" in one["text"] for one in domain()["responses"][message["response"]])


# ---- the parent's own sentence


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("I'd say: you wanted that one so much", "own"),
        ('"this is really hard for you"', "own"),
        ("more like disappointed", "other"),
        ("he looked at me and left", "other"),
        ('/inform{"feeling": null}', "other"),
    ],
)
def test_a_sentence_to_the_child_is_told_from_another_feeling(text: str, answer: str) -> None:
    form = ValidateFitForm()
    assert form.validate_words_fit("other", None, tracker(text=text), {}) == {"words_fit": answer}  # type: ignore[arg-type]


def test_yes_and_not_how_i_talk_stay_what_they_are() -> None:
    for answer in ("yes", "reword"):
        found = ValidateFitForm().validate_words_fit(answer, None, tracker(text="you could say"), {})  # type: ignore[arg-type]
        assert found == {"words_fit": answer}


@pytest.mark.parametrize(("seen", "verdict"), [(True, "validates"), (False, "flawed")])
def test_the_parent_s_own_sentence_is_reviewed(monkeypatch: pytest.MonkeyPatch, seen: bool, verdict: str) -> None:
    reviewed: list[str] = []

    def review(text: str) -> ValidationReview:
        reviewed.append(text)
        return ValidationReview(seen, () if seen else ("dismisses",), {}, "Try it the other way.")

    monkeypatch.setattr(actions.name_feelings, "validation_review", review)
    step = Step(ActionReviewNaming(), tracker(text="id say: you wanted it so much"))
    assert reviewed == ["you wanted it so much"] and step.slots["naming_verdict"] == verdict
    assert step.slots["own_naming"] == "You wanted it so much."
    assert step.slots["naming_suggestion"] == (None if seen else "Try it the other way.")


def test_where_nothing_was_taught_the_parent_s_words_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions.name_feelings, "validation_review", lambda _: None)
    assert Step(ActionReviewNaming(), tracker(text="you're sad")).slots["naming_verdict"] == "validates"
