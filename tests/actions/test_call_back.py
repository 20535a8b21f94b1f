"""A call from the clinic: offered only where there is one, asked for once, and the truth told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from actions import call_back
from actions.call_back import ActionAskForCall, ActionSeeClinic
from bot.care.callbacks import Request
from bot.care.database import session
from bot.care.models import CallbackRequest
from bot.settings import Settings
from tests.actions.step import Step, loop, tracker

ANSWERS: dict[str, Any] = {"call_back_number": "its 416-555-0123", "call_back_time": "after six"}


def ask(at: float = 1.0, **answers: Any) -> Step:
    return Step(ActionAskForCall(), tracker({**ANSWERS, **answers}, [loop("call_back_form", at)]))


def kept() -> list[tuple[str, str | None]]:
    with session() as opened:
        return [(str(row.number), row.suits) for row in opened.scalars(select(CallbackRequest)).all()]


@pytest.mark.parametrize(("clinic", "possible"), [("", "impossible"), ("Maple Family Clinic", "possible")])
def test_only_a_clinic_can_call(change: Callable[..., Settings], clinic: str, possible: str) -> None:
    change(clinic=clinic)
    assert Step(ActionSeeClinic(), tracker()).slots == {"call_back": possible}


def test_the_request_is_kept_once_and_forgotten_here(store: Settings) -> None:
    for _ in range(2):
        assert ask().slots == {"call_back": "asked", "call_back_number": None, "call_back_time": None}
    assert kept() == [("416-555-0123", "after six")]
    ask(at=2.0)
    assert len(kept()) == 2


def test_without_a_number_nobody_is_asked_to_call(store: Settings) -> None:
    assert ask(call_back_number="you have it").slots == {"call_back": "no_number"}
    assert kept() == []


def test_a_request_that_fails_is_said(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Request) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(call_back, "ask", full)
    assert ask().slots == {"call_back": "failed"}
