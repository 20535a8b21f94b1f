"""Check-ins: kept once, with consent; told truthfully when the store is down; looked back on."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from bot.care.database import session
from bot.care.journal import Journal
from bot.care.models import CheckIn, Parent, utc_now
from bot.care.secrecy import keyed_hash

# The wording of `utter_ask_keep_check_ins` that parents agree to; raise it when that wording changes its meaning.
CONSENT_VERSION = "2026-11"

JOURNAL = "check_ins"

_IDS = uuid.UUID("6b0f9c9e-5f9e-4f0e-9a55-0a6d2c1e7b11")

Kept = Literal["stored", "waiting"]


@dataclass(frozen=True)
class Draft:
    """A check-in as a parent gave it.

    `sender`: the channel's id of the parent. `occasion`: what tells this check-in from the parent's others, the
    same when a request is repeated. `mood`: 1 very low to 5 good. `at`: UTC, ISO 8601.
    """

    sender: str
    occasion: str
    mood: int
    child_feeling: str | None = None
    moment_kind: str | None = None
    moment: str | None = None
    helped: str | None = None
    note: str | None = None
    at: str = field(default_factory=lambda: utc_now().isoformat())

    def __post_init__(self) -> None:
        """Raise ValueError for a mood off the scale."""
        if not 1 <= self.mood <= 5:
            raise ValueError(f"A mood is 1 to 5, not {self.mood}.")

    @property
    def id(self) -> str:
        """The same for the same occasion, so that a repeated request is kept once."""
        return str(uuid.uuid5(_IDS, f"{self.sender}\n{self.occasion}"))


@dataclass(frozen=True)
class Summary:
    """What a parent can look back on: how many, the last day (UTC), the mean mood, what helped last."""

    count: int
    last: datetime | None
    mood: float | None
    helped: str | None


def keep(draft: Draft) -> Kept:
    """Store the check-in, or put it in the journal when the store is down.

    The parent has agreed before this is called. Raises OSError when neither works; then nothing is kept.
    """
    try:
        store(draft)
        return "stored"
    except (SQLAlchemyError, OSError):  # OSError: not even the database's folder can be made
        Journal(JOURNAL).append(asdict(draft))
        return "waiting"


def store(draft: Draft) -> None:
    """Write the check-in to the database unless it is there already. Raises SQLAlchemyError when it can't."""
    # Another process may write the same parent, and then the same check-in, in this moment: look again each time.
    for _ in ("parent", "check-in"):
        try:
            _store_unless_there(draft)
            return
        except IntegrityError:
            continue
    _store_unless_there(draft)


def deliver_waiting() -> int:
    """Store what waits in the journal and return how many check-ins were stored."""
    return Journal(JOURNAL).deliver(lambda entry: store(Draft(**entry)))


def summary(sender: str) -> Summary:
    """Return what the parent with this channel id can look back on. Raises SQLAlchemyError when the store is down."""
    with session() as opened:
        mine = select(CheckIn).join(Parent).where(Parent.identity_hash == keyed_hash(sender))
        numbers = mine.with_only_columns(func.count(), func.max(CheckIn.at), func.avg(CheckIn.mood))
        count, last, mood = opened.execute(numbers).one()
        helped = opened.scalars(
            mine.where(CheckIn.helped.is_not(None)).order_by(CheckIn.at.desc()).limit(1)
        ).first()
        return Summary(count, last, float(mood) if mood is not None else None, helped.helped if helped else None)


def _store_unless_there(draft: Draft) -> None:
    with session() as opened:
        if opened.get(CheckIn, draft.id) is None:
            opened.add(_row(draft, _parent(opened, draft)))


def _parent(opened: Session, draft: Draft) -> Parent:
    identity = keyed_hash(draft.sender)
    parent: Parent | None = opened.scalars(select(Parent).where(Parent.identity_hash == identity)).first()
    if parent is None:
        parent = Parent(identity_hash=identity, consent_version=CONSENT_VERSION, consented_at=utc_now())
        opened.add(parent)
    return parent


def _row(draft: Draft, parent: Parent) -> CheckIn:
    values: dict[str, Any] = asdict(draft)
    del values["sender"], values["occasion"]
    values["at"] = datetime.fromisoformat(draft.at)
    row: CheckIn = CheckIn(id=draft.id, parent=parent, **values)
    return row
