"""The records of calls: calls, their turns and timeline, and the messages that callers leave."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the tables."""
    _build_calls()
    _build_turns_and_timeline()
    _build_messages()


def downgrade() -> None:
    """Take them away again, with all that is in them."""
    for table in ("messages", "timeline", "turns", "calls"):
        op.drop_table(table)


def _build_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("office_id", sa.Text, nullable=False),
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("caller", sa.Text),
        sa.Column("dialled", sa.Text, nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.Text),
        sa.Column("termination_result", sa.Text),
        sa.Column("termination_reason", sa.Text),
        sa.Column("termination_detail", sa.Text),
        sa.Column("voice", sa.Text, nullable=False),
        sa.Column("recording", sa.Text),
        sa.Column("notice_wording", sa.Text),
        sa.Column("notice_at", sa.DateTime(timezone=True)),
        sa.Column("caller_ms", sa.Integer),
        sa.Column("receptionist_ms", sa.Integer),
        sa.Column("both_ms", sa.Integer),
        sa.Column("thinking_ms", sa.Integer),
        sa.Column("dead_air_ms", sa.Integer),
        sa.Column("cost_minor", sa.Integer),
        sa.Column("cost_currency", sa.Text),
        sa.Column("cost_estimated", sa.Boolean),
        sa.Column("hand_offs", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_calls"),
    )
    for name, columns in {
        "ix_calls_arrived": ["arrived_at", "call_id", "outcome"],
        "ix_calls_office_arrived": ["office_id", "arrived_at", "call_id", "outcome"],
        "ix_calls_outcome": ["outcome", "arrived_at", "call_id"],
        "ix_calls_office_outcome": ["office_id", "outcome", "arrived_at", "call_id"],
        "ix_calls_caller": ["caller", "arrived_at", "call_id"],
        "ix_calls_session": ["session_id"],
        "ix_calls_node_ended": ["node", "ended_at"],
    }.items():
        op.create_index(name, "calls", columns)


def _build_turns_and_timeline() -> None:
    op.create_table(
        "turns",
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("speaker", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("started_ms", sa.Integer, nullable=False),
        sa.Column("ended_ms", sa.Integer, nullable=False),
        sa.Column("cut", sa.Boolean, nullable=False),
        sa.Column("unheard_text", sa.Text, nullable=False),
        sa.Column("fact_ids", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("call_id", "number", name="pk_turns"),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.call_id"], name="fk_turns_call_id", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "timeline",
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at_ms", sa.Integer, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("values", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("call_id", "number", name="pk_timeline"),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.call_id"], name="fk_timeline_call_id", ondelete="CASCADE"
        ),
    )


def _build_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("office_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("best_time", sa.Text, nullable=False),
        sa.Column("for_person", sa.Text, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("unsure", sa.JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("message_id", name="pk_messages"),
        sa.UniqueConstraint("call_id", "for_person", name="uq_messages_call_person"),
    )
    for name, columns in {
        "ix_messages_call": ["call_id", "created_at", "message_id"],
        "ix_messages_created": ["created_at", "message_id"],
        "ix_messages_office_created": ["office_id", "created_at", "message_id"],
        "ix_messages_office_read": ["office_id", "read_at", "created_at", "message_id"],
        "ix_messages_read": ["read_at", "created_at", "message_id"],
    }.items():
        op.create_index(name, "messages", columns)
