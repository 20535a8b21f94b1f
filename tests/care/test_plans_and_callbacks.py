"""Safety plans and requests to be called: kept after a yes, encrypted, once, and not lost with the store."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.care import callbacks, database, plans
from bot.care.callbacks import Request, ask, number_in
from bot.care.database import session
from bot.care.models import CallbackRequest, SafetyPlan
from bot.care.plans import Plan, keep, recall
from bot.settings import Settings

PLAN = Plan("ana", "pacing at night", "a zebra film", "my sister")


def test_a_plan_comes_back_as_it_was(store: Settings) -> None:
    assert keep(PLAN) == "stored"
    assert recall("ana") == PLAN
    assert recall("ben") is None


def test_a_newer_plan_takes_the_place_and_an_older_one_does_not(store: Settings) -> None:
    keep(PLAN)
    newer = Plan("ana", "silence", at="2030-01-01T00:00:00")
    keep(newer)
    keep(Plan("ana", "something older", at="2020-01-01T00:00:00"))
    assert recall("ana") == newer


def test_a_plan_is_encrypted(store: Settings) -> None:
    keep(PLAN)
    with database.engine().connect() as connection:
        (row,) = connection.execute(select(SafetyPlan.__table__)).all()
    assert not any(b"zebra" in bytes(value) for value in row if isinstance(value, bytes))
    assert b"zebra" not in (store.var / "securebase.db").read_bytes()


def test_with_the_store_down_a_plan_waits(installation: Settings) -> None:
    assert keep(PLAN) == "waiting"
    database.upgrade()
    assert plans.deliver_waiting() == 1
    assert recall("ana") == PLAN


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("416-555-0123", "416-555-0123"),
        ("its (905) 555 0199 after six", "(905) 555 0199"),
        ("+44 7700 900123", "+44 7700 900123"),
        ("call 07700900456 pls", "07700900456"),
        ("my number", None),
        ("after 5 or 6", None),
        ("12345", None),
        ("", None),
    ],
)
def test_a_number_is_found_as_it_was_written(text: str, number: str | None) -> None:
    assert number_in(text) == number


def requests() -> list[CallbackRequest]:
    with session() as opened:
        rows = list(opened.scalars(select(CallbackRequest)).all())
        opened.expunge_all()
        return rows


def test_a_request_is_kept_once_and_encrypted(store: Settings) -> None:
    for _ in range(2):
        assert ask(Request("ana", "evening", "416-555-0123", "after six")) == "stored"
    (kept,) = requests()
    assert (kept.number, kept.suits) == ("416-555-0123", "after six")
    assert b"555-0123" not in (store.var / "securebase.db").read_bytes()


def test_with_the_store_down_a_request_waits(installation: Settings) -> None:
    assert ask(Request("ana", "evening", "416-555-0123")) == "waiting"
    database.upgrade()
    assert callbacks.deliver_waiting() == 1 and len(requests()) == 1
