"""How the executors of hand-offs stand, who is away, what is forwarded, what the wallet held."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; nobody is away, and no executor has been tried."""
    op.create_table(
        "executor_standings",
        sa.Column("executor", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("by_close", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("executor", name="pk_executor_standings"),
    )
    op.create_table(
        "presence",
        sa.Column("office_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("said_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("office_id", "person_id", name="pk_presence"),
    )
    op.create_table(
        "forwardings",
        sa.Column("office_id", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("switched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("switched_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("office_id", name="pk_forwardings"),
    )
    op.create_table(
        "wallet_figures",
        sa.Column("wallet", sa.Text, nullable=False),
        sa.Column("balance_minor", sa.Integer, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("wallet", name="pk_wallet_figures"),
    )


def downgrade() -> None:
    """Take them away again."""
    for table in ("wallet_figures", "forwardings", "presence", "executor_standings"):
        op.drop_table(table)
