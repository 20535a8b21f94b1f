"""The database: one engine a process, sessions, and the schema brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import make_url
from sqlalchemy.orm import Session

from bot.settings import settings

_MIGRATIONS = Path(__file__).parent / "migrations"

# How long a writer waits for another before it gives up, in seconds (SQLite allows one writer at a time).
BUSY_SECONDS = 5


@lru_cache(maxsize=4)
def engine(url: str | None = None) -> Engine:
    """Return the engine for `url` (default: this installation's database), made once a process."""
    address = make_url(url or settings().store_url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, future=True, pool_pre_ping=True)
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    made = create_engine(address, future=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(made, "connect", _prepare_sqlite)
    return made


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def session() -> Iterator[Session]:
    """Yield a session whose work is committed at the end, or undone when anything is raised."""
    with Session(engine(), future=True) as opened, opened.begin():
        yield opened


def upgrade(url: str | None = None) -> None:
    """Bring the schema to the newest revision, from any earlier one or from nothing."""
    command.upgrade(migration_config(url), "head")


def migration_config(url: str | None = None) -> Config:
    """Return Alembic's configuration for `url` (default: this installation's database)."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["url"] = url or settings().store_url
    return config
