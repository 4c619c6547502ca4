"""What Alembic runs; it is only ever run by `mapokezi.stores.upgrades`, on its connection."""

from __future__ import annotations

from alembic import context

from mapokezi.stores.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # All steps, and the note of where the database stands, are one transaction of the caller's.
    transactional_ddl=True,
)
context.run_migrations()
