"""Events of the phone platform, what it has told of its sessions, and each call's ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and the column; of calls before it there is the sum of the estimate."""
    op.add_column("calls", sa.Column("ledger", sa.JSON))
    op.create_index("ix_calls_unsettled", "calls", ["node", "cost_estimated", "ended_at"])
    op.create_table(
        "platform_calls",
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("call_uuid", sa.Text, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("duration_s", sa.Integer),
        sa.Column("end", sa.Text, nullable=False),
        sa.Column("recordings", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="pk_platform_calls"),
    )
    op.create_index("ix_platform_calls_uuid", "platform_calls", ["call_uuid"])
    _build_events()


def downgrade() -> None:
    """Take them away again, with all that is in them."""
    op.drop_table("platform_events")
    op.drop_table("platform_calls")
    op.drop_index("ix_calls_unsettled", "calls")
    op.drop_column("calls", "ledger")


def _build_events() -> None:
    op.create_table(
        "platform_events",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("call_uuid", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("key", name="pk_platform_events"),
    )
    for name, columns in {
        "ix_platform_events_waiting": ["worked_at", "due_at", "key"],
        "ix_platform_events_last": ["last_at"],
        "ix_platform_events_uuid": ["call_uuid", "worked_at"],
    }.items():
        op.create_index(name, "platform_events", columns)
