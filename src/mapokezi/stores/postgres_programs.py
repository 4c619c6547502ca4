"""Postgres's own programs, `pg_dump` and `pg_restore`, run on a database or on a dump of one."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

from sqlalchemy.engine import URL

from mapokezi.stores.errors import BackupError

_TOLD_OF_A_FAULT = 300
"""Characters; what comes behind its first line may repeat rows."""


def program(name: str) -> str:
    """Where a program is.

    Raises:
        BackupError: It is not on this machine.
    """
    found = shutil.which(name)
    if found is None:
        raise BackupError(
            f"{name} is not at hand: install Postgres's client programs, of the server's version "
            "or a newer one (Debian: postgresql-client)"
        )
    return found


async def run_on(url: URL, *command: str) -> None:
    """Run one of the programs on a database. The password is in no argument.

    Raises:
        BackupError: It failed.
    """
    environment = dict(os.environ)
    if url.password is not None:
        environment["PGPASSWORD"] = str(url.password)
    where = url.set(drivername="postgresql", password=None).render_as_string()
    running = await asyncio.create_subprocess_exec(
        *command,
        f"--dbname={where}",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    _, said = await running.communicate()
    if running.returncode:
        raise BackupError(fault_told(command[0], said))


def fault_told(command: str, said: bytes) -> str:
    """What a program has said of its fault, as far as it repeats no rows."""
    first = next((line for line in said.decode(errors="replace").splitlines() if line), "")
    return f"{Path(command).name} failed: {first[:_TOLD_OF_A_FAULT]}"
