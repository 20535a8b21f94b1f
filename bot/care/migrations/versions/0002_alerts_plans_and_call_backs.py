"""Alerts, safety plans, and requests to be called back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("conversation_hash", sa.String(64), nullable=False),
        sa.Column("category", sa.String(30), nullable=False),
        sa.Column("urgency", sa.String(10), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("answer", sa.String(60), nullable=False),
        sa.Column("words", sa.LargeBinary()),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
    )
    op.create_index("ix_alerts_conversation_hash", "alerts", ["conversation_hash"])
    op.create_index("ix_alerts_at", "alerts", ["at"])
    op.create_table(
        "safety_plans",
        sa.Column("conversation_hash", sa.String(64), nullable=False),
        sa.Column("consent_version", sa.String(20), nullable=False),
        sa.Column("signs", sa.LargeBinary(), nullable=False),
        sa.Column("helps", sa.LargeBinary()),
        sa.Column("people", sa.LargeBinary()),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_hash", name="pk_safety_plans"),
    )
    op.create_table(
        "callback_requests",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("conversation_hash", sa.String(64), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("suits", sa.LargeBinary()),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_callback_requests"),
    )
    op.create_index("ix_callback_requests_conversation_hash", "callback_requests", ["conversation_hash"])


def downgrade() -> None:
    """Drop the three tables."""
    op.drop_table("callback_requests")
    op.drop_table("safety_plans")
    op.drop_table("alerts")
