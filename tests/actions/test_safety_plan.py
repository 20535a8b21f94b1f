"""The safety plan: kept after a yes, recalled, and the truth told when it can't be kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from actions import safety_plan
from actions.safety_plan import ActionKeepSafetyPlan, ActionRecallSafetyPlan
from bot.care.plans import Plan, deliver_waiting, recall
from bot.settings import Settings
from tests.actions.step import Step, tracker

ANSWERS: dict[str, Any] = {"plan_signs": "the quiet", "plan_helps": "a zebra film", "plan_people": "-"}


def test_it_is_kept_without_what_was_not_told(store: Settings) -> None:
    assert Step(ActionKeepSafetyPlan(), tracker(ANSWERS)).slots == {"plan_kept": "stored"}
    kept = recall("ana")
    assert kept is not None and (kept.signs, kept.helps, kept.people) == ("the quiet", "a zebra film", None)


def test_with_the_store_down_it_waits(installation: Settings) -> None:
    assert Step(ActionKeepSafetyPlan(), tracker(ANSWERS)).slots == {"plan_kept": "waiting"}


def test_what_can_not_be_kept_is_said(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Plan) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(safety_plan, "keep", full)
    assert Step(ActionKeepSafetyPlan(), tracker(ANSWERS)).slots == {"plan_kept": "failed"}


def test_the_one_of_this_conversation_is_shown(store: Settings) -> None:
    assert Step(ActionRecallSafetyPlan(), tracker(ANSWERS)).slots == {"plan_found": "yes"}


def test_the_one_of_another_evening_comes_back(store: Settings) -> None:
    Step(ActionKeepSafetyPlan(), tracker(ANSWERS))
    step = Step(ActionRecallSafetyPlan(), tracker())
    assert step.slots == {
        "plan_found": "yes",
        "plan_signs": "the quiet",
        "plan_helps": "a zebra film",
        "plan_people": None,
    }


def test_of_somebody_else_s_nothing_is_shown(store: Settings) -> None:
    Step(ActionKeepSafetyPlan(), tracker(ANSWERS))
    assert Step(ActionRecallSafetyPlan(), tracker(sender="ben")).slots == {"plan_found": "no"}


def test_with_the_store_down_the_general_lines_are_shown(installation: Settings) -> None:
    assert Step(ActionRecallSafetyPlan(), tracker()).slots == {"plan_found": "yes"}


def test_what_waited_is_delivered(installation: Settings, tmp_path: Path) -> None:
    from bot.care import database

    Step(ActionKeepSafetyPlan(), tracker(ANSWERS))
    database.upgrade()
    assert deliver_waiting() == 1 and recall("ana") is not None
