"""Parents and their check-ins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "parents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity_hash", sa.String(64), nullable=False),
        sa.Column("consent_version", sa.String(20), nullable=False),
        sa.Column("consented_at", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_parents"),
        sa.UniqueConstraint("identity_hash", name="uq_parents_identity_hash"),
    )
    op.create_table(
        "check_ins",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("mood", sa.Integer(), nullable=False),
        sa.Column("child_feeling", sa.String(40)),
        sa.Column("moment_kind", sa.String(10)),
        sa.Column("moment", sa.LargeBinary()),
        sa.Column("helped", sa.LargeBinary()),
        sa.Column("note", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_check_ins"),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["parents.id"], name="fk_check_ins_parent_id_parents", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_check_ins_parent_id_at", "check_ins", ["parent_id", "at"])


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("check_ins")
    op.drop_table("parents")
