"""From a message on record to real receivers on loopback: a mail server, a service, a system."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import pytest
from standardwebhooks.webhooks import Webhook as Library
from tests.aftercall.conftest import Clock, Receivers, staged
from tests.fakes.mail_server import MailServer
from tests.fakes.scripted_api import Reply, ScriptedApi
from tests.notify.test_signing import SECRET
from tests.notify.test_signing import now as library_now

from mapokezi.egress import Egress, EgressSettings, read_networks
from mapokezi.notify.sender import Sender, SenderSettings
from mapokezi.notify.signing import read_secret
from mapokezi.notify.ways import WayAccount
from mapokezi.notify.webhooks import WebhookAccount
from mapokezi.receptionist.office import Office, Way, Webhook
from mapokezi.records.notices import NoticeState, WayKind
from mapokezi.stores.database import DatabaseSettings

if TYPE_CHECKING:
    from tests.aftercall.conftest import Stage

pytestmark = pytest.mark.anyio
CHAT = Way(way="chat", to="wanjiku", kind=WayKind.CHAT)
MAIL = Way(way="email", to="wanjiku@example.co.ke", kind=WayKind.EMAIL)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer().serving() as server:
        yield server


@pytest.fixture
def service() -> Iterator[ScriptedApi]:
    """A chat service, and below ``/hook`` a system of the office's own."""
    scripted = ScriptedApi()
    scripted.otherwise = lambda _asked: Reply(200, {})
    with scripted.serving():
        yield scripted


def told(service: ScriptedApi, path: str) -> list[dict[str, object]]:
    """What arrived at a path, as JSON."""
    return [asked.body for asked in service.asked if asked.path.startswith(path)]


@pytest.fixture
async def real(
    database_settings: DatabaseSettings,
    office: Office,
    clock: Clock,
    mail: MailServer,
    service: ScriptedApi,
) -> AsyncIterator[Stage]:
    """The work after calls, its notices sent by the real sender."""
    port = service.url.rpartition(":")[2]
    people = tuple(
        msgspec.structs.replace(one, ways=(CHAT, MAIL) if one.id == "wanjiku-kamau" else ())
        for one in office.people
    )
    hook = Webhook(name="case-files", url=f"{service.url}/hook")
    office = msgspec.structs.replace(office, people=people, webhooks=(hook,))
    sender = Sender(
        SenderSettings(
            ways={
                "chat": WayAccount("chat", CHAT.kind, f"json://127.0.0.1:{port}/chat/{{to}}"),
                "email": WayAccount(
                    "email", MAIL.kind, f"mailto://127.0.0.1:{mail.port}?from=d@x.ke&to={{to}}"
                ),
            },
            webhooks={
                (office.id, "case-files"): WebhookAccount(hook.url, (read_secret(SECRET, "X"),))
            },
            office_names={office.id: office.name},
            desk_url="https://desk.example.co.ke",
        ),
        Egress(EgressSettings(private=read_networks(("127.0.0.0/8",), "test"), limit_s=5)),
        library_now,
    )
    async with staged(database_settings, office, clock, Receivers(), sender=sender) as stage:
        yield stage


async def test_a_message_reaches_its_person_and_the_offices_system(
    real: Stage, service: ScriptedApi
) -> None:
    await real.leave(real.message())
    await real.sweep()
    (chat,) = told(service, "/chat/wanjiku")
    assert chat["title"] == "Message from Grace Njeri"
    assert str(chat["message"]).endswith("\nhttps://desk.example.co.ke/calls/c-000000")
    (posted,) = [asked for asked in service.asked if asked.path == "/hook"]
    event = Library(SECRET).verify(posted.raw, dict(posted.headers))
    assert event["type"] == "message.stored"
    assert event["data"]["reason"] == "The transfer of a plot in Kiambu."
    states = {notice.state for notice in await real.notices()}
    assert states == {NoticeState.SENT}


async def test_after_an_hour_without_the_receiver_everything_arrives_in_order(
    real: Stage, service: ScriptedApi
) -> None:
    service.otherwise = lambda _asked: Reply(503)
    for number in range(12):
        message = real.message(number)
        await real.leave(replace(message, reason=f"Matter number {number}."))
        real.clock.on(minutes=5)
        await real.sweep()
    assert await real.notices(NoticeState.SENT) == []
    service.asked.clear()
    service.otherwise = lambda _asked: Reply(200, {})
    for _ in range(40):  # webhooks are spaced wider than notices to people: up to two hours
        real.clock.on(minutes=5)
        await real.sweep()
    assert {notice.state for notice in await real.notices()} == {NoticeState.SENT}
    said = [str(one["message"]) for one in told(service, "/chat")]
    assert len(said) < 12, "what waited came together"
    assert said[0].index("Matter number 0.") < said[0].index("Matter number 1.")
    posts = [asked for asked in service.asked if asked.path == "/hook"]
    assert len({post.headers["webhook-id"] for post in posts}) == len(posts)
    kinds = Counter(post.body["type"] for post in posts)
    assert kinds == {"message.stored": 12, "task.opened": 12}
    stored = [post for post in posts if post.body["type"] == "message.stored"]
    reasons = [post.body["data"]["reason"] for post in stored]
    assert reasons == [f"Matter number {number}." for number in range(12)]


async def test_a_way_that_refuses_for_good_gives_way_to_the_mail(
    real: Stage, service: ScriptedApi, mail: MailServer
) -> None:
    service.otherwise = lambda asked: Reply(404 if asked.path.startswith("/chat") else 200, {})
    await real.leave(real.message())
    await real.sweep()
    assert mail.to == [["wanjiku@example.co.ke"]]
    assert "Grace Njeri" in mail.mail[0].get_content()
    states = {notice.way: notice.state for notice in await real.notices()}
    assert states["chat"] is NoticeState.FAILED
    assert states["email"] is NoticeState.SENT
