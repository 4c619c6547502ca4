"""Calls by which we ring somebody back: for which flash."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody was rung back before it."""
    op.add_column("calls", sa.Column("rings_back", sa.Text))
    op.create_index("ix_calls_rings_back", "calls", ["rings_back"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_calls_rings_back", "calls")
    op.drop_column("calls", "rings_back")
