"""The schema: from nothing, back, and forward again; the same as the models say."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from bot.care.checkins import Draft, keep, summary
from bot.care.database import engine, migration_config, session, upgrade
from bot.care.models import Base, CheckIn, Parent, utc_now
from bot.settings import Settings


def tables() -> set[str]:
    return set(inspect(engine()).get_table_names()) - {"alembic_version"}


def test_from_nothing(installation: Settings) -> None:
    upgrade()
    assert tables() == {"parents", "check_ins", "alerts", "safety_plans", "callback_requests"}
    assert (installation.var / "securebase.db").is_file()


def test_the_models_and_the_migrations_say_the_same(store: Settings) -> None:
    with engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_there_is_one_newest_revision() -> None:
    assert len(ScriptDirectory.from_config(migration_config("sqlite://")).get_heads()) == 1


def test_upgrading_again_keeps_what_is_there(store: Settings) -> None:
    keep(Draft("ana", "1", 4, helped="a walk"))
    upgrade()
    assert summary("ana").helped == "a walk"


def test_down_and_up_again(store: Settings) -> None:
    keep(Draft("ana", "1", 4))
    command.downgrade(migration_config(), "base")
    assert tables() == set()
    upgrade()
    assert summary("ana").count == 0
    assert keep(Draft("ana", "1", 4)) == "stored"


def test_sqlite_is_set_up_for_several_processes_and_true_references(store: Settings) -> None:
    with engine().connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert int(connection.execute(text("PRAGMA busy_timeout")).scalar()) >= 1000


def test_a_check_in_of_nobody_is_refused(store: Settings) -> None:
    with pytest.raises(IntegrityError), session() as opened:
        opened.add(CheckIn(id="x", parent_id=99, mood=3))


def test_a_parent_who_goes_takes_the_check_ins_along(store: Settings) -> None:
    keep(Draft("ana", "1", 4))
    keep(Draft("ben", "1", 2))
    with engine().connect() as connection:
        connection.execute(text("delete from parents where id = 1"))
        connection.commit()
    assert summary("ana").count == 0 and summary("ben").count == 1


def test_an_identity_is_there_once(store: Settings) -> None:
    with pytest.raises(IntegrityError), session() as opened:
        for _ in range(2):
            opened.add(Parent(identity_hash="a" * 64, consent_version="1", consented_at=utc_now()))


def test_a_session_that_fails_leaves_nothing(store: Settings) -> None:
    with pytest.raises(RuntimeError), session() as opened:
        opened.add(Parent(identity_hash="a" * 64, consent_version="1", consented_at=utc_now()))
        opened.flush()
        raise RuntimeError
    with session() as opened:
        assert opened.query(Parent).count() == 0


def test_each_address_has_one_engine(store: Settings) -> None:
    assert engine() is engine()
    assert engine("sqlite://") is not engine()
