"""What callers have heard of what they must be told, and that they would not be recorded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of calls before them only the whole wording and its instant are known."""
    op.add_column("calls", sa.Column("notices", sa.JSON))
    op.add_column("calls", sa.Column("recording_refused", sa.JSON))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("calls", "recording_refused")
    op.drop_column("calls", "notices")
