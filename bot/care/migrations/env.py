"""Alembic's way in: runs the migrations on the engine that the rest of the product uses."""

from __future__ import annotations

from alembic import context

from bot.care.database import engine
from bot.care.models import Base

with engine(context.config.attributes["url"]).connect() as connection:
    # SQLite can't alter a table in place: batch mode copies it.
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
