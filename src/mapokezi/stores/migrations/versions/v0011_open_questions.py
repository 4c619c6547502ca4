"""What callers asked and could not be answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; of calls before it no question was kept."""
    op.create_table(
        "open_questions",
        sa.Column("question_id", sa.Text, nullable=False),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("office_id", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at_ms", sa.Integer, nullable=False),
        sa.Column("turn", sa.Integer),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("settled_by", sa.Text, nullable=False),
        sa.Column("fact_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("question_id", name="pk_open_questions"),
    )
    op.create_index("ix_open_questions_call", "open_questions", ["call_id"])
    op.create_index("ix_open_questions_open", "open_questions", ["settled_at", "at", "question_id"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("open_questions")
