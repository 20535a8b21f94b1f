"""Alerts: on the disk before anything else, in the database once, without a word of the parent's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.care import alerts
from bot.care.alerts import AlertDesk, Signal, deliver_waiting, store
from bot.care.database import session
from bot.care.journal import Journal
from bot.care.models import Alert
from bot.settings import Settings

SIGNAL = Signal("m1", "ana", "parent_suicide", "emergency", ("wants-to-die",), "utter_crisis_parent_suicide")


def kept() -> list[Alert]:
    with session() as opened:
        rows = list(opened.scalars(select(Alert)).all())
        opened.expunge_all()
        return rows


def test_a_signal_waits_on_the_disk_and_is_delivered(store: Settings) -> None:
    AlertDesk().take(SIGNAL)
    assert Journal(alerts.JOURNAL).waiting() == 1 and kept() == []
    assert deliver_waiting() == 1
    (alert,) = kept()
    assert (alert.category, alert.urgency, alert.evidence) == ("parent_suicide", "emergency", "wants-to-die")
    assert alert.answer == "utter_crisis_parent_suicide" and alert.words is None
    assert alert.conversation_hash != "ana"
    assert Journal(alerts.JOURNAL).waiting() == 0


def test_one_message_is_one_alert_however_often_it_is_handed_in(installation: Settings, store: Settings) -> None:
    for _ in range(3):
        AlertDesk().take(SIGNAL)
        deliver_waiting()
    assert len(kept()) == 1


def test_another_message_or_another_parent_is_another_alert(store: Settings) -> None:
    desk = AlertDesk()
    for message, sender in (("m1", "ana"), ("m2", "ana"), ("m1", "ben")):
        desk.take(Signal(message, sender, "child_abuse", "urgent"))
    assert deliver_waiting() == 3 and len(kept()) == 3


@pytest.mark.parametrize("first_urgent", [True, False])
def test_of_two_findings_about_one_message_the_more_urgent_stays(store: Settings, first_urgent: bool) -> None:
    urgent = Signal("m", "ana", "parent_self_harm", "urgent", ("hurts-self",), "")
    emergency = Signal("m", "ana", "parent_suicide", "emergency", ("jump",), "utter_crisis_parent_suicide")
    for signal in (urgent, emergency) if first_urgent else (emergency, urgent):
        alerts.store(signal)
    (alert,) = kept()
    assert (alert.category, alert.urgency) == ("parent_suicide", "emergency")
    assert set(str(alert.evidence).split(",")) == {"hurts-self", "jump"}
    assert alert.answer == "utter_crisis_parent_suicide"


def test_with_the_database_down_it_waits(installation: Settings) -> None:
    AlertDesk().take(SIGNAL)
    assert deliver_waiting() == 0, "there are no tables yet"
    assert Journal(alerts.JOURNAL).waiting() == 1
    from bot.care import database

    database.upgrade()
    assert deliver_waiting() == 1 and len(kept()) == 1


def test_with_the_disk_full_it_waits_in_memory_and_is_written_later(
    store: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk = AlertDesk()
    later: list[Callable[[], None]] = []
    monkeypatch.setattr(alerts.threading, "Timer", lambda _, retry: _Timer(retry, later))

    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Journal, "append", full)
        for number in range(3):
            desk.take(Signal(f"m{number}", "ana", "child_abuse", "urgent"))
        assert desk.unwritten() == 3
        later.pop()()
        assert desk.unwritten() == 3 and len(later) == 1, "it goes on trying"
    later.pop()()
    assert desk.unwritten() == 0 and deliver_waiting() == 3
    assert "ana" not in caplog.text


class _Timer:
    daemon = False

    def __init__(self, retry: Callable[[], None], later: list[Callable[[], None]]) -> None:
        self._retry, self._later = retry, later

    def start(self) -> None:
        self._later.append(self._retry)


def test_words_are_kept_only_when_they_are_given_and_encrypted(store: Settings) -> None:
    alerts.store(Signal("m", "ana", "child_abuse", "urgent", words="the zebra words"))
    (alert,) = kept()
    assert alert.words == "the zebra words"
    assert b"zebra" not in (store.var / "securebase.db").read_bytes()


@pytest.mark.parametrize("urgency", ["none", "high", ""])
def test_an_alert_without_urgency_is_none(urgency: str) -> None:
    with pytest.raises(ValueError, match="support, urgent, emergency"):
        Signal("m", "ana", "child_abuse", urgency)


def test_a_store_that_fails_says_so(installation: Settings) -> None:
    with pytest.raises(OperationalError):
        store(SIGNAL)
