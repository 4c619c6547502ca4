"""The desk as it runs: a message on the disk is an e-mail within seconds, also after `kill -9`."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from tests.fakes.mail_server import MailServer

from mapokezi.bridge.clock import wall
from mapokezi.calls import CallId, OfficeId
from mapokezi.records.changes import SaveMessage
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.records.notices import NoticeState
from mapokezi.stores.database import DatabaseSettings, open_database, open_for_reading

if TYPE_CHECKING:
    from tests.processes.conftest import Deployment

pytestmark = pytest.mark.anyio

PERSON = "wanjiku-kamau"


async def leave(deployment: Deployment, number: int) -> None:
    """Have a message on the disk, as the line does."""
    call_id = CallId(f"20261122-080000-{number:08x}")
    message = MessageRecord(
        message_id=MessageId(f"{call_id}.{PERSON}"),
        call_id=call_id,
        office_id=OfficeId("law-office"),
        name="Grace Njeri",
        number="+254722000100",
        reason=f"Matter {number}.",
        created_at=wall(),
        for_person=PERSON,
    )
    settings = DatabaseSettings(
        url=deployment.database_url, spill_file=deployment.folder / "spilled-test.jsonl"
    )
    async with open_database(settings) as records:
        await records.writer.commit(SaveMessage(message))


async def sent(deployment: Deployment) -> None:
    """Wait until it stands in the records that all is sent: what is cut short is sent again."""
    async with asyncio.timeout(20.0), open_for_reading(deployment.database_url) as records:
        while {one.state for one in (await records.notices.page()).notices} != {NoticeState.SENT}:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_message_is_told_by_the_desk_and_by_the_next_one_after_a_kill(
    deployment: Deployment, until: Callable[..., Any]
) -> None:
    deployment.secrets |= {"Grace Njeri", "+254722000100", "wanjiku@example.co.ke"}
    office = deployment.folder / "law-office"
    shutil.copytree(deployment.office, office)
    people = (office / "people.toml").read_text(encoding="utf-8")
    way = 'ways = [{ way = "mail", to = "wanjiku@example.co.ke" }]'
    people = re.sub(f'(?m)^id = "{PERSON}"$', f'id = "{PERSON}"\n{way}', people)
    (office / "people.toml").write_text(people, encoding="utf-8")
    config = deployment.folder / "mapokezi.toml"
    config.write_text('[way.mail]\nkind = "email"\n', encoding="utf-8")
    deployment.set(office_folders=office)
    desk_url = f"http://127.0.0.1:{deployment.desk_port}/healthz"
    with MailServer().serving() as mail:
        account = f"mailto://127.0.0.1:{mail.port}?from=r@example.co.ke&to={{to}}"
        deployment.environment["MAPOKEZI_WAY_MAIL_URL"] = account
        desk = deployment.start("desk", "--config", str(config))
        await deployment.answers(desk_url, desk)
        await leave(deployment, 1)
        await until(lambda: len(mail.mail) == 1, 20.0, desk.tail)
        assert "Matter 1." in mail.mail[0].get_content()
        assert mail.to == [["wanjiku@example.co.ke"]]
        await sent(deployment)
        desk.signal(signal.SIGKILL)
        await desk.ended()
        await leave(deployment, 2)
        desk = deployment.start("desk", "--config", str(config))
        await until(lambda: len(mail.mail) == 2, 40.0, desk.tail)
        assert "Matter 2." in mail.mail[1].get_content()
        desk.signal(signal.SIGTERM)
        assert await desk.ended() == 0
    assert not [line for line in desk.lines if '"level": "error"' in line], desk.tail()
