"""Tasks of the staff, notes of calls, and what has been done after each call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables. Of what was before them nobody is told anew."""
    _build_tasks()
    _build_effects()
    op.create_table(
        "call_notes",
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("office_id", sa.Text, nullable=False),
        sa.Column("made_at", _AT, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("lines", sa.JSON, nullable=False),
        sa.Column("promises", sa.JSON, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("unsure", sa.JSON, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_call_notes"),
    )
    op.create_index("ix_call_notes_made", "call_notes", ["made_at"])
    _count_what_was_as_told()
    # What is not settled is found by the table of effects now.
    op.drop_index("ix_calls_unsettled", "calls")


def downgrade() -> None:
    """Take them away again, with all that is in them."""
    op.create_index("ix_calls_unsettled", "calls", ["node", "cost_estimated", "ended_at"])
    for table in ("call_notes", "effects", "task_comments", "tasks"):
        op.drop_table(table)


def _build_tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("task_id", sa.Text, nullable=False),
        sa.Column("office_id", sa.Text, nullable=False),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("opened_at", _AT, nullable=False),
        sa.Column("due_at", _AT, nullable=False),
        sa.Column("revised_at", _AT),
        sa.Column("taken_by", sa.Text, nullable=False),
        sa.Column("taken_at", _AT),
        sa.Column("done_by", sa.Text, nullable=False),
        sa.Column("done_at", _AT),
        sa.Column("escalations", sa.Integer, nullable=False),
        sa.Column("escalate_at", _AT),
        sa.PrimaryKeyConstraint("task_id", name="pk_tasks"),
    )
    for name, columns in {
        "ix_tasks_due": ["done_at", "due_at", "task_id"],
        "ix_tasks_office_due": ["office_id", "done_at", "due_at", "task_id"],
        "ix_tasks_escalate": ["done_at", "taken_at", "escalate_at"],
        "ix_tasks_call": ["call_id"],
        "ix_tasks_message": ["message_id"],
    }.items():
        op.create_index(name, "tasks", columns)
    op.create_table(
        "task_comments",
        sa.Column("task_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("task_id", "number", name="pk_task_comments"),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.task_id"], name="fk_task_comments_task_id", ondelete="CASCADE"
        ),
    )


def _build_effects() -> None:
    op.create_table(
        "effects",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("effect", sa.Text, nullable=False),
        sa.Column("call_id", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_at", _AT),
        sa.Column("done_at", _AT),
        sa.Column("version", _AT),
        sa.Column("why", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("subject", "effect", name="pk_effects"),
    )
    op.create_index("ix_effects_done", "effects", ["done_at", "due_at"])
    op.create_index("ix_effects_call", "effects", ["call_id"])


def _count_what_was_as_told() -> None:
    """Messages and calls from before had their day: a notice of each would flood the staff."""
    op.execute(
        "INSERT INTO effects (subject, effect, call_id, tries, done_at, version, why) "
        "SELECT message_id, 'tell', call_id, 0, created_at, created_at, '' FROM messages"
    )
    for effect in ("call_back", "event"):
        op.execute(
            "INSERT INTO effects (subject, effect, call_id, tries, done_at, why) "  # noqa: S608
            f"SELECT call_id, '{effect}', call_id, 0, ended_at, '' FROM calls "
            "WHERE ended_at IS NOT NULL"
        )
