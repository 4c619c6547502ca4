"""What voice models have counted in each call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of calls before it nothing was counted."""
    op.add_column("calls", sa.Column("model_usage", sa.JSON))


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("calls", "model_usage")
