"""The versions of each office, and which one a call ran on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; calls of before it ran on versions that nobody kept."""
    op.create_table(
        "office_versions",
        sa.Column("office_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("difference", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("office_id", "number", name="pk_office_versions"),
    )
    op.add_column("calls", sa.Column("office_version", sa.Integer))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("calls", "office_version")
    op.drop_table("office_versions")
