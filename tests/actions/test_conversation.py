"""Readings when it was not understood, and coming back to what was left."""

from __future__ import annotations

import pytest

from actions.conversation import ActionFindReadings, ActionResume, said_so_far
from bot.language.words import words
from tests.actions.step import Step, bot, domain, loop, ran, tracker


def ranked(*names: str) -> list[dict[str, object]]:
    return [{"name": name, "confidence": 1 / (place + 2)} for place, name in enumerate(names)]


def readings(*names: str) -> tuple[str, str]:
    step = Step(ActionFindReadings(), tracker(text="blorp", intent_ranking=ranked(*names)))
    titles = words("buttons")["readings"]
    for which in ("one", "two"):
        assert step.slots[f"reading_{which}"] == titles[step.slots[f"reading_{which}_intent"]]
    return step.slots["reading_one_intent"], step.slots["reading_two_intent"]


def test_the_two_likeliest_are_offered_in_order() -> None:
    assert readings("repair", "check_in", "village") == ("repair", "check_in")
    assert readings("check_in", "repair") == ("check_in", "repair")


def test_what_nobody_would_choose_from_a_list_is_passed_over() -> None:
    assert readings("nlu_fallback", "inform", "repair", "risk", "affirm", "village") == ("repair", "village")


@pytest.mark.parametrize("names", [(), ("affirm",), ("repair",), ("nlu_fallback", "deny")])
def test_there_are_always_two_different_ones(names: tuple[str, ...]) -> None:
    one, two = readings(*names)
    assert one != two


def test_a_message_without_any_ranking() -> None:
    step = Step(ActionFindReadings(), tracker(text="blorp"))
    assert step.slots["reading_one"] and step.slots["reading_two"]


# ---- coming back


def stopped(form: str) -> list[dict[str, object]]:
    """Return the events of a form that the parent left."""
    return [loop(form), bot("?"), ran("action_listen"), ran("action_deactivate_loop"), loop(None), bot("ok")]


def finished(form: str) -> list[dict[str, object]]:
    """Return the events of a form whose questions were answered."""
    return [loop(form), bot("?"), ran("action_listen"), ran(form), loop(None), ran("utter_welcome"), bot("ok")]


@pytest.mark.parametrize("form", list(domain()["forms"]))
def test_after_stopping_the_form_opens_again(form: str) -> None:
    step = Step(ActionResume(), tracker(events=stopped(form)))
    assert step.loops == [form]
    assert step.slots == {"left_open": None}


def test_stopping_twice_changes_nothing() -> None:
    events = [*stopped("repair_form"), ran("action_deactivate_loop"), loop(None)]
    assert Step(ActionResume(), tracker(events=events)).loops == ["repair_form"]


def test_of_several_the_one_left_last_opens() -> None:
    events = [*stopped("repair_form"), *stopped("settle_form")]
    assert Step(ActionResume(), tracker(events=events)).loops == ["settle_form"]


def test_a_form_that_got_its_answer_is_over() -> None:
    step = Step(ActionResume(), tracker(events=finished("settle_form")))
    assert step.loops == [] and step.slots == {"left_open": "nothing"}


def test_an_older_journey_does_not_come_back_after_a_finished_one() -> None:
    events = [*stopped("repair_form"), *finished("settle_form")]
    assert Step(ActionResume(), tracker(events=events)).slots == {"left_open": "nothing"}


def test_nothing_was_ever_open() -> None:
    step = Step(ActionResume(), tracker(events=[bot("hello"), loop(None)]))
    assert step.loops == [] and step.slots == {"left_open": "nothing"}


def test_the_form_that_is_open_asks_again() -> None:
    assert Step(ActionResume(), tracker(events=[loop("fit_form")], loop="fit_form")).loops == ["fit_form"]


def test_what_was_offered_is_found_in_every_message() -> None:
    events = [
        bot('Say: "I\'m here." Then wait.'),
        bot(None),
        bot('"You two" or "Not now"?'),
        {"event": "user", "text": '"no"'},
    ]
    assert said_so_far(tracker(events=events)) == {"I'm here.", "You two", "Not now"}
