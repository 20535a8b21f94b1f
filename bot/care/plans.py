"""Safety plans: the few lines a parent made for the next hours, kept only after a yes, and shown again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

from bot.care.database import session
from bot.care.journal import Journal
from bot.care.models import SafetyPlan, utc_now
from bot.care.secrecy import keyed_hash

# The wording of `utter_ask_keep_plan` that parents agree to; raise it when that wording changes its meaning.
CONSENT_VERSION = "2026-11"

JOURNAL = "safety_plans"

Kept = Literal["stored", "waiting"]


@dataclass(frozen=True)
class Plan:
    """A plan as a parent made it. `sender`: the channel's id of the parent. `at`: UTC, ISO 8601."""

    sender: str
    signs: str
    helps: str | None = None
    people: str | None = None
    at: str = field(default_factory=lambda: utc_now().isoformat())


def keep(plan: Plan) -> Kept:
    """Store the plan in the place of an earlier one, or put it in the journal when the store is down.

    The parent has agreed before this is called. Raises OSError when neither works; then nothing is kept.
    """
    try:
        store(plan)
        return "stored"
    except (SQLAlchemyError, OSError):
        Journal(JOURNAL).append(asdict(plan))
        return "waiting"


def store(plan: Plan) -> None:
    """Write the plan unless a newer one is there. Raises SQLAlchemyError when it can't."""
    at = datetime.fromisoformat(plan.at)
    with session() as opened:
        identity = keyed_hash(plan.sender)
        known: SafetyPlan | None = opened.get(SafetyPlan, identity)
        if known is not None and known.made_at > at:
            return
        opened.merge(
            SafetyPlan(
                conversation_hash=identity,
                consent_version=CONSENT_VERSION,
                signs=plan.signs,
                helps=plan.helps,
                people=plan.people,
                made_at=at,
            )
        )


def recall(sender: str) -> Plan | None:
    """Return the plan kept for the parent with this channel id. Raises SQLAlchemyError when the store is down."""
    with session() as opened:
        kept: SafetyPlan | None = opened.get(SafetyPlan, keyed_hash(sender))
        if kept is None:
            return None
        return Plan(sender, str(kept.signs), kept.helps, kept.people, kept.made_at.isoformat())


def deliver_waiting() -> int:
    """Store what waits in the journal and return how many plans were stored."""
    return Journal(JOURNAL).deliver(lambda entry: store(Plan(**entry)))
