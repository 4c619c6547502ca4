"""How soon somebody is told: from a message on the disk to its e-mail at the mail server.

The desk is a process of its own, as it always is. Messages are written into its database as the
line writes them; a mail server on loopback says when each has arrived. Some come one by one, some
many at once, and some while the desk has to be started again.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
from aiosmtpd.controller import Controller

from bench.figures import Figure, Load, Measured
from bench.stage import FIRST_PORT
from mapokezi.calls import CallId, OfficeId
from mapokezi.records.changes import SaveMessage
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.stores.database import Database, DatabaseSettings, open_database

_LAW_OFFICE = Path("examples/law-office")
_ONE_BY_ONE, _EVERY_S = 60, 0.7
_AT_ONCE = 40
_WAIT_S = 60.0
_STARTS_WITHIN_S = 60.0


class MailServer:
    """Takes mails, and notes when each came."""

    def __init__(self) -> None:
        self.arrived_at: dict[str, float] = {}
        self.mails = 0
        self._port = FIRST_PORT + 2
        self._controller = Controller(self, hostname="127.0.0.1", port=self._port)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a mail."""
        now = time.monotonic()
        self.mails += 1
        for number in re.findall(rb"Matter (\d+)", envelope.content):
            self.arrived_at.setdefault(number.decode(), now)
        return "250 taken"

    @contextlib.contextmanager
    def running(self) -> Iterator[int]:
        """Serve; gives the port."""
        self._controller.start()
        try:
            yield self._port
        finally:
            self._controller.stop()


def office_with_mail(folder: Path) -> Path:
    """The example's office, each of its people with a mail address."""
    office = folder / "law-office"
    shutil.copytree(_LAW_OFFICE, office)
    people = (office / "people.toml").read_text(encoding="utf-8")
    ways = 'ways = [{ way = "mail", to = "\\1@example.co.ke" }]'
    people = re.sub(r'(?m)^id = "([\w-]+)"$', f'id = "\\1"\n{ways}', people)
    (office / "people.toml").write_text(people, encoding="utf-8")
    return office


def people_of(office: Path) -> list[str]:
    """The ids of its people."""
    text = (office / "people.toml").read_text(encoding="utf-8")
    return re.findall(r'(?m)^id = "([\w-]+)"$', text)


@contextlib.asynccontextmanager
async def desk(folder: Path, office: Path, mail_port: int) -> AsyncIterator[float]:
    """Run a desk; gives how long it took until its pages were there, in seconds."""
    port = FIRST_PORT + 1
    environment = {
        **os.environ,
        "MAPOKEZI_STORE_FOLDER": str(folder),
        "MAPOKEZI_DESK_PORT": str(port),
        "MAPOKEZI_OFFICE_FOLDERS": str(office),
        "MAPOKEZI_WAY_MAIL_URL": f"mailto://127.0.0.1:{mail_port}?from=r@example.co.ke&to={{to}}",
    }
    config = folder / "mapokezi.toml"
    config.write_text(
        '[recordings]\nsealed = false\n[way.mail]\nkind = "email"\n', encoding="utf-8"
    )
    command = [sys.executable, "-m", "mapokezi", "desk", "--config", str(config)]
    began = time.monotonic()
    with (folder / "desk.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        async with httpx2.AsyncClient(timeout=2.0) as client:
            while True:
                with contextlib.suppress(httpx2.HTTPError):
                    if (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200:
                        break
                if process.poll() is not None or time.monotonic() - began > _STARTS_WITHIN_S:
                    raise RuntimeError((folder / "desk.log").read_text()[-2000:])
                await asyncio.sleep(0.02)
        yield time.monotonic() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30.0)


async def leave(records: Database, number: int, people: Sequence[str], office: str) -> float:
    """Have a message on the disk. Returns when it was there."""
    person = people[number % len(people)]
    call_id = CallId(f"20261122-080000-{number:08x}")
    message = MessageRecord(
        message_id=MessageId(f"{call_id}.{person}"),
        call_id=call_id,
        office_id=OfficeId(office),
        name="Grace Njeri",
        number="+254722000100",
        reason=f"Matter {number:06}, about a plot in Kiambu",
        created_at=datetime.now(UTC),
        for_person=person,
        urgent=number % 5 == 0,
    )
    await records.writer.commit(SaveMessage(message))
    return time.monotonic()


async def _arrive(mail: MailServer, stored: dict[int, float], first: int) -> list[float]:
    """Wait for the messages from ``first`` on; gives how long each took, in seconds."""
    wanted = {f"{number:06}": at for number, at in stored.items() if number >= first}
    ends_at = time.monotonic() + _WAIT_S
    while not wanted.keys() <= mail.arrived_at.keys() and time.monotonic() < ends_at:
        await asyncio.sleep(0.05)
    return [mail.arrived_at[key] - at for key, at in wanted.items() if key in mail.arrived_at]


async def measure() -> Measured:
    """Take the figures."""
    before = os.getloadavg()[0]
    mail = MailServer()
    stored: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as temporary, mail.running() as port:
        folder = Path(temporary)
        office = office_with_mail(folder)
        people = people_of(office)
        settings = DatabaseSettings(
            url=f"sqlite:///{folder / 'mapokezi.db'}", spill_file=folder / "spill.jsonl"
        )
        async with open_database(settings) as records:
            async with desk(folder, office, port) as started_s:
                for number in range(_ONE_BY_ONE):
                    stored[number] = await leave(records, number, people, office.name)
                    await asyncio.sleep(_EVERY_S)
                singly = await _arrive(mail, stored, 0)
                for number in range(_ONE_BY_ONE, _ONE_BY_ONE + _AT_ONCE):
                    stored[number] = await leave(records, number, people, office.name)
                at_once = await _arrive(mail, stored, _ONE_BY_ONE)
            last = _ONE_BY_ONE + _AT_ONCE
            stored[last] = await leave(records, last, people, office.name)
            async with desk(folder, office, port):
                down = await _arrive(mail, stored, last)
    told = len(singly) + len(at_once) + len(down)
    return Measured(
        name="told",
        title="Told: from a message on the disk to its mail at the server",
        figures=[
            Figure("one by one, p50", _at(singly, 50), "s"),
            Figure("one by one, p95", _at(singly, 95), "s", "<= 5"),
            Figure(f"{_AT_ONCE} at once, the last", _at(at_once, 100), "s"),
            Figure("messages told", told, f"of {len(stored)}", f">= {len(stored)}"),
            Figure("a message from while the desk was down, from its start", _at(down, 100), "s"),
            Figure("the desk's pages there after", round(started_s, 2), "s"),
        ],
        load=Load(before, os.getloadavg()[0]),
        remarks=(
            "A mail is sent by SMTP to a server on loopback; a service beyond adds its own time.",
        ),
        details={"singly_s": singly, "at_once_s": at_once, "mails": mail.mails},
    )


def _at(seconds: list[float], percentile: int) -> float | None:
    return round(float(np.percentile(seconds, percentile)), 2) if seconds else None
