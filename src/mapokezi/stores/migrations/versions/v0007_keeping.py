"""Recordings in their last form, the audit trail, and which calls were erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; recordings of before it are sound files that calls name."""
    op.create_table(
        "recordings",
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("copy", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("length_ms", sa.Integer),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "copy", name="pk_recordings"),
    )
    op.create_index("ix_recordings_key", "recordings", ["key_id", "kept_at"])
    op.create_table(
        "audit_trail",
        sa.Column("entry_id", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_audit_trail"),
    )
    op.create_index("ix_audit_trail_at", "audit_trail", ["at", "entry_id"])
    op.create_index("ix_audit_trail_deed", "audit_trail", ["deed", "at"])
    op.create_index("ix_audit_trail_subject", "audit_trail", ["subject", "at"])
    op.create_table(
        "erased_calls",
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("call_uuid", sa.Text, nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_erased_calls"),
    )
    op.create_index("ix_erased_calls_session", "erased_calls", ["session_id"])
    op.create_index("ix_erased_calls_uuid", "erased_calls", ["call_uuid"])


def downgrade() -> None:
    """Take them away again; sealed files stay, and can no longer be found."""
    for table in ("erased_calls", "audit_trail", "recordings"):
        op.drop_table(table)
