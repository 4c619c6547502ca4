"""Notices sent, to real receivers on loopback: what arrives, what is told, what hangs."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook
from tests.fakes.mail_server import MailServer
from tests.fakes.scripted_api import Reply, ScriptedApi
from tests.notify.test_signing import OTHER, SECRET
from tests.notify.test_signing import now as library_now
from tests.sample_notices import OFFICE, as_notice, planned

from mapokezi.calls import OfficeId
from mapokezi.egress import Egress, EgressSettings, read_networks
from mapokezi.notify import ways
from mapokezi.notify.sender import Refused, Sender, SenderSettings, Sent
from mapokezi.notify.signing import read_secret
from mapokezi.notify.ways import WayAccount
from mapokezi.notify.webhooks import WebhookAccount
from mapokezi.records.notices import Notice, NoticeKind, WayKind

pytestmark = pytest.mark.anyio
DESK = "https://desk.example.co.ke"


def notice(**changes: Any) -> Notice:
    """A notice by the way of a receiver on loopback."""
    usual = planned(way="chat", way_kind=WayKind.CHAT, address="mercy")
    return as_notice(usual, **changes)


def post(**changes: Any) -> Notice:
    """A webhook's notice."""
    usual = planned(
        way="webhook",
        way_kind=WayKind.WEBHOOK,
        kind=NoticeKind.EVENT,
        address="case-files",
        person_id=None,
        text='{"type":"message.stored","data":{"name":"Grace Wanjirũ"}}',
    )
    return as_notice(usual, **changes)


class Clock:
    """The time of day; the specification's library looks at the real one."""

    def __call__(self) -> datetime:
        return library_now()


def sender_to(receiver: ScriptedApi, mail: MailServer | None = None, **settings: Any) -> Sender:
    port = receiver.url.rpartition(":")[2]
    accounts = {"chat": WayAccount("chat", WayKind.CHAT, f"json://127.0.0.1:{port}/in/{{to}}")}
    accounts["phone"] = WayAccount("phone", WayKind.SMS, f"json://127.0.0.1:{port}/sms/{{to}}")
    if mail is not None:
        url = f"mailto://127.0.0.1:{mail.port}?from=desk@example.co.ke&to={{to}}"
        accounts["email"] = WayAccount("email", WayKind.EMAIL, url)
    keys = (read_secret(SECRET, "X"), read_secret(OTHER, "X"))
    usual = SenderSettings(
        ways=accounts,
        webhooks={(OFFICE.id, "case-files"): WebhookAccount(f"{receiver.url}/hook", keys)},
        office_names={OFFICE.id: OFFICE.name},
        desk_url=DESK,
    )
    loopback = read_networks(("127.0.0.0/8",), "test")
    egress = Egress(EgressSettings(private=loopback, limit_s=1))
    return Sender(replace(usual, **settings), egress, Clock())


class TestPeople:
    async def test_title_text_and_link_arrive(self, receiver: ScriptedApi) -> None:
        assert await sender_to(receiver).send(notice()) == Sent()
        (asked,) = receiver.asked
        assert asked.path == "/in/mercy"
        assert asked.body["title"] == "Message 1"
        assert asked.body["message"] == f"Text 1.\n{DESK}/calls/c-1"

    async def test_a_repeat_is_worded_as_one_in_the_persons_language(
        self, receiver: ScriptedApi
    ) -> None:
        await sender_to(receiver).send(notice(is_repeat=True, language="sw", link=""))
        assert receiver.asked[0].body["message"] == "Tena, huenda haikukufikia: Text 1."

    async def test_without_a_desks_address_there_is_no_link(self, receiver: ScriptedApi) -> None:
        await sender_to(receiver, desk_url="").send(notice())
        assert receiver.asked[0].body["message"] == "Text 1."

    async def test_a_whatsapp_message_has_no_title(self, receiver: ScriptedApi) -> None:
        account = sender_to(receiver)._settings.ways["chat"]
        whatsapp = replace(account, name="wa", kind=WayKind.WHATSAPP)
        await sender_to(receiver, ways={"wa": whatsapp}).send(notice(way="wa"))
        assert receiver.asked[0].body["title"] == ""

    async def test_an_sms_has_no_title(self, receiver: ScriptedApi) -> None:
        await sender_to(receiver).send(notice(way="phone", way_kind=WayKind.SMS))
        assert receiver.asked[0].body["title"] == ""

    async def test_a_mail_comes_in_the_offices_name(
        self, receiver: ScriptedApi, mail: MailServer
    ) -> None:
        sender = sender_to(receiver, mail)
        one = notice(way="email", way_kind=WayKind.EMAIL, address="brian@example.co.ke")
        assert await sender.send(one) == Sent()
        assert mail.mail[0]["subject"] == "Message 1"
        assert OFFICE.name in str(mail.mail[0])

    async def test_a_way_that_is_gone_is_not_tried_again(self, receiver: ScriptedApi) -> None:
        came = await sender_to(receiver).send(notice(way="fax"))
        assert came == Refused('the way "fax" has no account here', may_retry=False)

    async def test_a_refusal_is_handed_on(self, receiver: ScriptedApi) -> None:
        receiver.replies = [Reply(503)]
        assert await sender_to(receiver).send(notice()) == Refused("its service answered 503")

    async def test_a_service_of_broken_code_is_a_refusal(
        self, receiver: ScriptedApi, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_arguments: object) -> None:
            raise KeyError("secret-token")

        monkeypatch.setattr("mapokezi.notify.sender.send_by", broken)
        came = await sender_to(receiver).send(notice())
        assert came == Refused("it could not be sent by this way")


class TestHanging:
    async def test_a_receiver_that_hangs_may_have_taken_it_and_holds_nobody_else(
        self, receiver: ScriptedApi, mail: MailServer
    ) -> None:
        released = threading.Event()
        receiver.otherwise = lambda _asked: Reply(200, {}, holds=released)
        sender = sender_to(receiver, mail, limit_s=3.0, places_per_way=2)
        hanging = [asyncio.ensure_future(sender.send(notice())) for _ in range(2)]
        await asyncio.sleep(0.05)
        one = notice(way="email", way_kind=WayKind.EMAIL, address="brian@example.co.ke")
        assert await sender.send(one) == Sent()
        assert not any(each.done() for each in hanging)
        late = "its service did not answer in time"
        assert await asyncio.gather(*hanging) == [Refused(late, maybe_arrived=True)] * 2
        # Its two places are still taken: a third is not even begun.
        asked = len(receiver.asked)
        came = await sender.send(notice())
        assert came == Refused("its service hangs; nothing more is sent to it for now")
        assert len(receiver.asked) == asked
        released.set()

    async def test_when_it_is_back_it_is_sent_to_again(self, receiver: ScriptedApi) -> None:
        released = threading.Event()
        receiver.replies = [Reply(200, {}, holds=released)]
        sender = sender_to(receiver, limit_s=0.3, places_per_way=1)
        assert isinstance(await sender.send(notice()), Refused)
        released.set()
        sender = sender_to(receiver, limit_s=5, places_per_way=1)
        assert await sender.send(notice()) == Sent()

    async def test_the_loop_goes_on_meanwhile(self, receiver: ScriptedApi) -> None:
        ways._prepare()
        receiver.replies = [Reply(200, {}, holds=threading.Event())]
        task = asyncio.ensure_future(sender_to(receiver, limit_s=0.5).send(notice()))
        longest, at = 0.0, time.monotonic()
        while not task.done():
            await asyncio.sleep(0.005)
            longest, at = max(longest, time.monotonic() - at), time.monotonic()
        assert longest < 0.25


class TestWebhooks:
    async def test_the_library_takes_it_by_each_secret(self, receiver: ScriptedApi) -> None:
        receiver.replies = [Reply(204)]
        assert await sender_to(receiver).send(post()) == Sent("HTTP 204")
        (asked,) = receiver.asked
        assert asked.line == "POST /hook"
        assert asked.headers["content-type"] == "application/json"
        assert asked.headers["webhook-id"] == post().notice_id
        for secret in (SECRET, OTHER):
            told = Webhook(secret).verify(asked.raw, dict(asked.headers))
            assert told == {"type": "message.stored", "data": {"name": "Grace Wanjirũ"}}

    async def test_a_repetition_keeps_its_id_and_its_words(self, receiver: ScriptedApi) -> None:
        receiver.replies = [Reply(500), Reply(200)]
        sender = sender_to(receiver)
        assert await sender.send(post()) == Refused("HTTP 500")
        assert await sender.send(post(attempts=2, is_repeat=True)) == Sent("HTTP 200")
        first, second = receiver.asked
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert first.raw == second.raw

    @pytest.mark.parametrize(
        ("reply", "came"),
        [
            (Reply(410), Refused("HTTP 410: it wants no more", may_retry=False)),
            (
                Reply(301, headers={"Location": "/x"}),
                Refused("HTTP 301: it sends us elsewhere, where we do not go"),
            ),
            (Reply(429, headers={"Retry-After": "120"}), Refused("HTTP 429", retry_after_s=120.0)),
            (Reply(503, headers={"Retry-After": "soon"}), Refused("HTTP 503")),
            (Reply(400), Refused("HTTP 400")),
            (
                Reply(200, b"cut", cut_after=-1),
                Refused("it broke off, or did not answer in time", maybe_arrived=True),
            ),
        ],
    )
    async def test_what_is_told_of_answers(
        self, receiver: ScriptedApi, reply: Reply, came: Refused
    ) -> None:
        receiver.replies = [reply]
        assert await sender_to(receiver).send(post()) == came

    async def test_a_date_to_wait_for(self, receiver: ScriptedApi) -> None:
        at = library_now() + timedelta(minutes=10)
        date = at.strftime("%a, %d %b %Y %H:%M:%S GMT")
        receiver.replies = [Reply(503, headers={"Retry-After": date})]
        came = await sender_to(receiver).send(post())
        assert isinstance(came, Refused)
        assert came.retry_after_s is not None
        assert 590 <= came.retry_after_s <= 600

    async def test_one_that_hangs_is_given_up_in_time(self, receiver: ScriptedApi) -> None:
        released = threading.Event()
        receiver.replies = [Reply(200, holds=released)]
        came = await sender_to(receiver).send(post())
        released.set()
        assert isinstance(came, Refused)
        assert came.maybe_arrived

    async def test_one_that_is_down_has_not_had_it(self, receiver: ScriptedApi) -> None:
        account = WebhookAccount("http://127.0.0.1:9/in", (read_secret(SECRET, "X"),))
        sender = sender_to(receiver, webhooks={(OFFICE.id, "case-files"): account})
        assert await sender.send(post()) == Refused("it could not be reached")

    async def test_the_policy_holds(self, receiver: ScriptedApi) -> None:
        account = WebhookAccount("https://169.254.169.254/latest", (read_secret(SECRET, "X"),))
        sender = sender_to(receiver, webhooks={(OFFICE.id, "case-files"): account})
        came = await sender.send(post())
        assert came == Refused(
            "not sent: its address is not one of the public Internet", may_retry=False
        )

    async def test_another_offices_webhook_is_not_this_ones(self, receiver: ScriptedApi) -> None:
        came = await sender_to(receiver).send(post(office_id=OfficeId("clinic")))
        assert isinstance(came, Refused)
        assert not came.may_retry
        assert receiver.asked == []

    async def test_an_account_does_not_show_its_secrets(self) -> None:
        account = WebhookAccount("https://x.example/", (read_secret(SECRET, "X"),))
        assert repr(account) == "WebhookAccount(url='https://x.example/')"
