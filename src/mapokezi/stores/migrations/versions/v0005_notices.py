"""Notices: what people, callers and the office's own systems are told, and every attempt at it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_notices_due": ["state", "not_before"],
    "ix_notices_planned": ["planned_at", "notice_id"],
    "ix_notices_call": ["call_id", "planned_at"],
    "ix_notices_task": ["task_id", "state"],
    "ix_notices_caller": ["caller"],
    "ix_notices_address": ["address", "kind", "planned_at"],
}


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "notices",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("notice_id", "key", "office_id")),
        *(sa.Column(name, sa.Text) for name in ("call_id", "task_id", "person_id", "caller")),
        sa.Column("for_person", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "way", "way_kind")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("address", "language")),
        sa.Column("urgent", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("title", "text", "link")),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("is_repeat", sa.Boolean, nullable=False),
        *(sa.Column(n, sa.Integer, nullable=False) for n in ("blind_repeats", "attempts", "tries")),
        sa.Column("begun_at", sa.DateTime(timezone=True)),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("why", "receipt")),
        sa.PrimaryKeyConstraint("notice_id", name="pk_notices"),
        sa.UniqueConstraint("key", name="uq_notices_key"),
    )
    for name, columns in _INDEXES.items():
        op.create_index(name, "notices", columns)
    op.create_table(
        "notice_attempts",
        sa.Column("notice_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("is_repeat", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("why", "receipt")),
        sa.PrimaryKeyConstraint("notice_id", "number", name="pk_notice_attempts"),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.notice_id"],
            name="fk_notice_attempts_notice_id",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    """Take them away again, with all that is in them."""
    op.drop_table("notice_attempts")
    op.drop_table("notices")
