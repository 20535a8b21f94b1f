"""Practice in the action server: scenes are offered, opened, played and left."""

from __future__ import annotations

from typing import Any

import pytest

import actions.practise
from actions.practise import ActionAskPractiseScene, ActionBeginPlay, ActionPlay
from bot.language.play import scenes
from bot.language.validation import ValidationReview
from tests.actions.step import Step, bot, tracker

SCENE = next(scene for scene in scenes().values() if scene.band == "preschool")


@pytest.fixture(autouse=True)
def reviews(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the place of what is taught: "you feel" validates, anything else dismisses."""

    def review(text: str) -> ValidationReview:
        seen = "you feel" in text
        return ValidationReview(seen, () if seen else ("dismisses",), {}, "")

    monkeypatch.setattr(actions.practise, "validation_review", review)


def play(line: str, slots: dict[str, Any], events: list[dict[str, Any]] | None = None) -> Step:
    return Step(ActionPlay(), tracker({"practise_scene": SCENE.id, "play_line": line, **slots}, events, text=line))


def test_scenes_are_offered_as_buttons_that_fit_the_age() -> None:
    step = Step(ActionAskPractiseScene(), tracker({"age_band": "teen"}))
    (message,) = step.messages
    assert message["response"] == "utter_ask_practise_scene" and len(message["buttons"]) == 4
    titles = {scene.title for scene in scenes().values() if scene.band == "teen"}
    assert {button["title"] for button in message["buttons"]} <= titles


def test_a_scene_opens_with_the_child_s_own_words() -> None:
    step = Step(ActionBeginPlay(), tracker({"practise_scene": SCENE.id, "play_log": [{"line": "old"}]}))
    assert step.slots["play_answer"] == SCENE.opens and step.slots["play_setting"] == SCENE.setting
    assert step.slots["play_log"] == [] and step.slots["practise_seen"] == [SCENE.id]


def test_a_scene_in_free_text_is_found() -> None:
    step = Step(ActionBeginPlay(), tracker({"practise_scene": "you choose", "age_band": "teen"}))
    assert scenes()[step.slots["practise_scene"]].band == "teen"


def test_the_child_answers_and_the_play_goes_on() -> None:
    step = play("you're fine", {})
    assert step.slots["play_answer"] in SCENE.answers["escalates"] and step.slots["play_state"] == "goes_on"
    assert step.slots["play_log"] == [{"line": "you're fine", "validating": False, "flaws": ("dismisses",)}]


def test_the_same_is_not_said_twice() -> None:
    first = play("you're fine", {}).slots["play_answer"]
    assert play("you're fine", {}, [bot(first)]).slots["play_answer"] != first


def test_seen_twice_it_is_over_with_one_thing_each() -> None:
    log = [{"line": "you feel sad", "validating": True, "flaws": []}]
    step = play("you feel cross", {"play_log": log})
    assert step.slots["play_state"] == "over" and step.slots["play_answer"] in SCENE.answers["settles"]
    assert step.slots["play_well"] and step.slots["play_try"] and step.slots["play_log"] == []


@pytest.mark.parametrize("line", ["stop", "Stop.", "STOP!", "/stop", "enough"])
def test_stop_leaves_the_play(line: str) -> None:
    assert play(line, {}).slots == {"play_state": "left", "play_log": []}


@pytest.mark.parametrize("line", ["stop crying", "stop it now or we go home", "that's enough crying for today"])
def test_what_is_said_to_the_child_does_not(line: str) -> None:
    assert play(line, {}).slots["play_state"] == "goes_on"


def test_where_nothing_was_taught_the_child_shrugs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions.practise, "validation_review", lambda _: None)
    assert play("you're fine", {}).slots["play_answer"] in SCENE.answers["shrugs"]
