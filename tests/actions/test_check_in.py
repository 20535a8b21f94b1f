"""Check-ins: saved once, and the parent told what really happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from actions import check_in
from actions.careful import PART_MISSING
from actions.check_in import ActionLookBack, ActionSaveCheckIn
from bot.care import checkins
from bot.care.checkins import Draft, deliver_waiting, keep, summary
from bot.care.models import utc_now
from bot.settings import Settings
from tests.actions.step import Step, domain, loop, tracker

ANSWERS: dict[str, Any] = {
    "check_in_mood": "4",
    "check_in_feeling": "happy",
    "check_in_moment": "we read on the sofa",
    "check_in_helped": "a walk with the zebra",
    "check_in_note": "-",
}


def save(at: float = 1000.5, **answers: Any) -> Step:
    seen = tracker({**ANSWERS, **answers}, [loop("check_in_form", at), loop(None, at + 60)])
    return Step(ActionSaveCheckIn(), seen)


def test_it_is_stored_and_then_forgotten(store: Settings) -> None:
    step = save()
    assert step.slots == {
        "check_in_kept": "stored",
        "check_ins_helped": "a walk with the zebra",
        **dict.fromkeys(ANSWERS),
    }
    seen = summary("ana")
    assert (seen.count, seen.mood, seen.helped) == (1, 4.0, "a walk with the zebra")


def test_a_repeated_request_is_kept_once_and_another_check_in_is_another(store: Settings) -> None:
    assert [save().slots["check_in_kept"] for _ in range(3)] == ["stored"] * 3
    assert summary("ana").count == 1
    save(at=2000.5)
    assert summary("ana").count == 2


def test_the_latest_form_tells_which_check_in_it_is(store: Settings) -> None:
    events = [loop("check_in_form", 1.0), loop(None, 2.0), loop("settle_form", 3.0), loop("check_in_form", 4.0)]
    Step(ActionSaveCheckIn(), tracker(ANSWERS, events))
    save(at=4.0)
    assert summary("ana").count == 1


@pytest.mark.parametrize(
    ("slot", "value", "kept"),
    [
        ("check_in_feeling", "unknown", None),
        ("check_in_moment", "-", None),
        ("check_in_helped", "-", None),
        ("check_in_note", "tired", "tired"),
    ],
)
def test_no_answer_is_kept_as_none(slot: str, value: str, kept: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts: list[Draft] = []
    monkeypatch.setattr(check_in, "keep", lambda draft: drafts.append(draft) or "stored")
    save(**{slot: value})
    field = {"check_in_feeling": "child_feeling"}.get(slot, slot.removeprefix("check_in_"))
    assert getattr(drafts[0], field) == kept
    if slot == "check_in_moment":
        assert drafts[0].moment_kind is None


def test_the_kind_of_moment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    drafts: list[Draft] = []
    monkeypatch.setattr(check_in, "keep", lambda draft: drafts.append(draft) or "stored")
    save(check_in_moment="we cuddled after the bath")
    save(check_in_moment="I yelled at her in the car")
    assert [draft.moment_kind for draft in drafts] == ["connection", "rupture"]


def test_with_the_store_down_it_waits_and_comes_in_later(
    store: Settings, change: Callable[..., Settings], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    change(database_url=f"sqlite:///{tmp_path}")  # a folder is no database
    step = save()
    assert step.slots["check_in_kept"] == "waiting" and step.slots["check_in_helped"] is None
    change(database_url="")
    assert summary("ana").count == 0
    assert deliver_waiting() == 1
    assert summary("ana").helped == "a walk with the zebra"
    assert "zebra" not in caplog.text


def test_when_nothing_can_be_written_the_answers_stay(
    store: Settings, change: Callable[..., Settings], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    change(database_url=f"sqlite:///{tmp_path}")
    (store.journal_folder).write_text("a file where the folder should be")
    step = save()
    assert step.slots == {"check_in_kept": "failed"}, "the answers must stay"
    assert step.said == []
    assert "zebra" not in caplog.text


def test_what_happened_is_a_value_of_the_domain(store: Settings) -> None:
    assert {"stored", "waiting", "failed"} == set(domain()["slots"]["check_in_kept"]["values"])
    assert {"nothing", "something", "unavailable"} == set(domain()["slots"]["looked_back"]["values"])


@pytest.mark.parametrize("mood", ["9", "a bit low", None])
def test_a_mood_that_is_none_is_told_and_nothing_is_kept(store: Settings, mood: str | None) -> None:
    step = save(check_in_mood=mood)
    assert step.said == [PART_MISSING] and step.events == []
    assert summary("ana").count == 0


def test_an_unforeseen_failure_is_told_without_the_parent_s_words(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(draft: Draft) -> str:
        raise RuntimeError(draft.helped)

    monkeypatch.setattr(check_in, "keep", broken)
    assert save().said == [PART_MISSING]
    assert "zebra" not in caplog.text


# ---- looking back


def look(sender: str = "ana") -> Step:
    return Step(ActionLookBack(), tracker(sender=sender))


def test_nothing_to_look_back_on(store: Settings) -> None:
    assert look().slots == {"looked_back": "nothing"}
    save()
    assert look("somebody else").slots == {"looked_back": "nothing"}


def kept(days_ago: int, mood: int, helped: str | None = None) -> None:
    at = (utc_now() - timedelta(days=days_ago)).isoformat()
    assert keep(Draft("ana", f"{days_ago}", mood, helped=helped, at=at)) == "stored"


@pytest.mark.parametrize(("days_ago", "day"), [(0, "today"), (1, "yesterday")])
def test_the_last_day_as_a_parent_says_it(store: Settings, days_ago: int, day: str) -> None:
    kept(days_ago, 3)
    assert look().slots["check_ins_last_day"] == day


def test_an_older_day_is_a_date(store: Settings) -> None:
    kept(9, 3)
    day = utc_now() - timedelta(days=9)
    assert look().slots["check_ins_last_day"] == f"on {day.day} {day:%B}"


def test_count_mood_and_what_helped_last(store: Settings) -> None:
    kept(3, 2, "a bath")
    kept(2, 3, "a walk")
    kept(1, 4)
    slots = look().slots
    assert (slots["looked_back"], slots["check_ins_count"], slots["check_ins_mood"]) == ("something", "3", "3")
    assert slots["check_ins_helped"] == "a walk"


def test_nothing_helped_is_no_word(store: Settings) -> None:
    kept(1, 4)
    assert look().slots["check_ins_helped"] is None


def test_the_store_down_is_told_as_unavailable(
    store: Settings, change: Callable[..., Settings], tmp_path: Path
) -> None:
    change(database_url=f"sqlite:///{tmp_path}")
    assert look().slots == {"looked_back": "unavailable"}


def test_consent_has_a_version() -> None:
    assert checkins.CONSENT_VERSION
