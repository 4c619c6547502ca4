"""Where the durable work keeps its own tables."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from mapokezi.stores.work_database import open_work_database


def test_on_sqlite_it_is_a_file_of_its_own_that_only_its_owner_reads(tmp_path: Path) -> None:
    work = open_work_database(f"sqlite+aiosqlite:///{tmp_path / 'mapokezi.db'}")
    try:
        with work.engine.connect() as connection:
            mode = connection.execute(sa.text("PRAGMA journal_mode")).scalar()
        assert mode == "wal"
    finally:
        work.engine.dispose()
    file = tmp_path / "mapokezi-work.db"
    assert file.stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "mapokezi.db").exists()


def test_on_postgres_it_is_the_same_database_and_its_password_is_told_to_nobody() -> None:
    work = open_work_database("postgresql+psycopg://mapokezi:s3cret@db.example.co.ke/mapokezi")
    assert work.engine.dialect.name == "postgresql"
    assert work.engine.url.password == "s3cret"
    assert "s3cret" not in work.url
    assert "s3cret" not in repr(work)
    work.engine.dispose()
