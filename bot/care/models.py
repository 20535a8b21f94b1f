"""What is kept for a family: the tables, in SQLAlchemy's declarative style."""

from __future__ import annotations

from datetime import datetime, timezone

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeMeta, registry, relationship

from bot.care.secrecy import Encrypted

# Named constraints can be changed by a migration on every database, SQLite included.
_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

mapper_registry = registry(metadata=MetaData(naming_convention=_NAMES))


class Base(metaclass=DeclarativeMeta):
    """The parent of all tables."""

    __abstract__ = True
    registry = mapper_registry
    metadata = mapper_registry.metadata
    __init__ = mapper_registry.constructor


def utc_now() -> datetime:
    """Return the time now, in UTC and without a zone, as both databases keep it."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


class Parent(Base):
    """Somebody who agreed that check-ins are kept; known only by a keyed hash of the channel's sender id."""

    __tablename__ = "parents"

    id = Column(Integer, primary_key=True)
    identity_hash = Column(String(64), nullable=False, unique=True)
    consent_version = Column(String(20), nullable=False)
    consented_at = Column(DateTime, nullable=False)
    created_at = Column(DateTime, nullable=False, default=utc_now)

    check_ins = relationship("CheckIn", back_populates="parent", cascade="all, delete-orphan")


class CheckIn(Base):
    """How one day went. The free texts are encrypted."""

    __tablename__ = "check_ins"

    id = Column(String(36), primary_key=True)
    parent_id = Column(Integer, ForeignKey("parents.id", ondelete="CASCADE"), nullable=False)
    at = Column(DateTime, nullable=False, default=utc_now)
    mood = Column(Integer, nullable=False)  # of the parent, 1 very low to 5 good
    child_feeling = Column(String(40))
    moment_kind = Column(String(10))  # connection, rupture, or unknown
    moment = Column(Encrypted)
    helped = Column(Encrypted)
    note = Column(Encrypted)

    parent = relationship("Parent", back_populates="check_ins")

    __table_args__ = (Index("ix_check_ins_parent_id_at", "parent_id", "at"),)


class Alert(Base):
    """That a message showed danger. The words are there only when the parent agreed to share them."""

    __tablename__ = "alerts"

    id = Column(String(36), primary_key=True)
    conversation_hash = Column(String(64), nullable=False, index=True)
    category = Column(String(30), nullable=False)
    urgency = Column(String(10), nullable=False)
    evidence = Column(String, nullable=False)
    answer = Column(String(60), nullable=False)
    words = Column(Encrypted)
    at = Column(DateTime, nullable=False, index=True)


class SafetyPlan(Base):
    """The plan a parent agreed to keep, one for a conversation."""

    __tablename__ = "safety_plans"

    conversation_hash = Column(String(64), primary_key=True)
    consent_version = Column(String(20), nullable=False)
    signs = Column(Encrypted, nullable=False)
    helps = Column(Encrypted)
    people = Column(Encrypted)
    made_at = Column(DateTime, nullable=False)


class CallbackRequest(Base):
    """That a parent would like to be called by the clinic."""

    __tablename__ = "callback_requests"

    id = Column(String(36), primary_key=True)
    conversation_hash = Column(String(64), nullable=False, index=True)
    number = Column(Encrypted, nullable=False)
    suits = Column(Encrypted)
    asked_at = Column(DateTime, nullable=False)
