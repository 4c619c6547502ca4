"""What voice models claimed without ground in each call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of calls before it nothing was judged."""
    op.add_column("calls", sa.Column("claims", sa.JSON))


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("calls", "claims")
