"""Check-ins: kept once, with the truth told about where, and looked back on."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from bot.care.checkins import JOURNAL, Draft, deliver_waiting, keep, store, summary
from bot.care.database import session
from bot.care.journal import Journal
from bot.care.models import CheckIn, Parent
from bot.settings import Settings


def draft(
    occasion: str = "1", sender: str = "ana", mood: int = 3, at: str = "2026-05-03T20:15:00", **more: str
) -> Draft:
    return Draft(sender, occasion, mood, at=at, **more)  # type: ignore[arg-type]


def counts() -> tuple[int, int]:
    with session() as opened:
        return opened.query(Parent).count(), opened.query(CheckIn).count()


@pytest.fixture
def down(store: Settings, change: Callable[..., Settings], tmp_path: Path) -> Callable[[], None]:
    """Take the store down; call the result to bring it back."""
    change(database_url=f"sqlite:///{tmp_path}")  # a folder is no database

    def back() -> None:
        change(database_url="")

    return back


# ---- once


def test_everything_given_is_kept_and_read_back(store: Settings) -> None:
    given = {"child_feeling": "sad", "moment_kind": "rupture", "moment": "in the car 🚗", "helped": "tea", "note": "é"}
    assert keep(draft(mood=2, **given)) == "stored"
    with session() as opened:
        row = opened.query(CheckIn).one()
        assert {name: getattr(row, name) for name in given} == given
        assert (row.mood, row.at) == (2, datetime(2026, 5, 3, 20, 15))
        assert row.parent.consent_version and row.parent.consented_at


def test_a_repeat_is_kept_once(store: Settings) -> None:
    assert [keep(draft()) for _ in range(4)] == ["stored"] * 4
    assert counts() == (1, 1)


def test_a_repeat_does_not_change_what_was_kept(store: Settings) -> None:
    keep(draft(mood=2, helped="tea"))
    keep(draft(mood=5, helped="coffee"))
    assert (summary("ana").mood, summary("ana").helped) == (2.0, "tea")


def test_other_occasions_and_other_parents_are_their_own(store: Settings) -> None:
    for one in (draft("1"), draft("2"), draft("1", "ben"), draft("11", "an")):
        keep(one)
    assert counts() == (3, 4)
    assert summary("ana").count == 2


def test_sender_and_occasion_can_not_be_confused() -> None:
    assert draft("1", "ana").id != draft("1", "Ana").id


def test_two_threads_at_once(store: Settings) -> None:
    for occasion in range(10):
        ready = threading.Barrier(2)
        answers: list[str] = []

        def save(occasion: int = occasion, ready: threading.Barrier = ready, answers: list[str] = answers) -> None:
            ready.wait()
            answers.append(keep(draft(str(occasion), f"parent {occasion}")))

        threads = [threading.Thread(target=save) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == ["stored"] * 2
    assert counts() == (10, 10)


def _save(occasion: str, ready: object) -> None:
    from tests.conftest import forget

    forget()  # a process of its own has connections of its own
    ready.wait()  # type: ignore[attr-defined]
    assert keep(draft(occasion)) == "stored"


def test_several_processes_at_once(store: Settings) -> None:
    fork = multiprocessing.get_context("fork")
    ready = fork.Barrier(4)
    savers = [fork.Process(target=_save, args=(occasion, ready)) for occasion in ("1", "1", "2", "3")]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join()
        assert saver.exitcode == 0
    assert counts() == (1, 3)


@pytest.mark.parametrize("mood", [0, 6, -1, 100])
def test_a_mood_off_the_scale_is_refused(mood: int) -> None:
    with pytest.raises(ValueError, match=str(mood)):
        draft(mood=mood)


# ---- the store is down


def test_what_waits_is_delivered_once(down: Callable[[], None]) -> None:
    assert keep(draft("1", helped="tea")) == "waiting"
    assert keep(draft("2")) == "waiting"
    with pytest.raises(SQLAlchemyError):
        summary("ana")
    assert deliver_waiting() == 0
    assert Journal(JOURNAL).waiting() == 2
    down()
    assert deliver_waiting() == 2
    assert deliver_waiting() == 0
    assert counts() == (1, 2) and summary("ana").helped == "tea"


def test_the_time_it_was_given_is_kept_not_the_time_it_came_in(down: Callable[[], None]) -> None:
    keep(draft(at="2026-01-02T03:04:05"))
    down()
    deliver_waiting()
    assert summary("ana").last == datetime(2026, 1, 2, 3, 4, 5)


def test_said_twice_while_it_was_down_is_kept_once(down: Callable[[], None]) -> None:
    for _ in range(3):
        assert keep(draft()) == "waiting"
    down()
    assert keep(draft()) == "stored"
    deliver_waiting()
    assert counts() == (1, 1)


def test_a_database_without_its_tables_is_down_too(installation: Settings) -> None:
    assert keep(draft()) == "waiting"


def test_a_place_for_the_database_that_can_not_be_made_is_down_too(
    store: Settings, change: Callable[..., Settings], tmp_path: Path
) -> None:
    (tmp_path / "taken").touch()
    change(database_url=f"sqlite:///{tmp_path}/taken/below.db")
    assert keep(draft()) == "waiting"
    change(database_url="")
    assert deliver_waiting() == 1


def test_when_neither_works_it_says_so(down: Callable[[], None], store: Settings) -> None:
    store.journal_folder.write_text("in the way")
    with pytest.raises(OSError):
        keep(draft())
    store.journal_folder.unlink()
    down()
    assert deliver_waiting() == 0 and counts() == (0, 0)


def test_store_itself_raises(down: Callable[[], None]) -> None:
    with pytest.raises(SQLAlchemyError):
        store(draft())


# ---- looking back


def test_nothing_yet(store: Settings) -> None:
    seen = summary("ana")
    assert (seen.count, seen.last, seen.mood, seen.helped) == (0, None, None, None)


def test_summary(store: Settings) -> None:
    keep(draft("1", mood=1, at="2026-05-01T20:00:00", helped="a bath"))
    keep(draft("3", mood=4, at="2026-05-03T20:00:00"))
    keep(draft("2", mood=5, at="2026-05-02T20:00:00", helped="a walk"))
    keep(draft("9", "ben", mood=1, at="2026-05-09T20:00:00", helped="shouting"))
    seen = summary("ana")
    assert (seen.count, seen.last, seen.helped) == (3, datetime(2026, 5, 3, 20), "a walk")
    assert seen.mood == pytest.approx(10 / 3)
