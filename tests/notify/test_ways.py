"""The ways to people, through apprise, to real servers on loopback."""

from __future__ import annotations

import io
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

import apprise
import pytest
from tests.fakes.mail_server import MailServer
from tests.fakes.scripted_api import Reply, ScriptedApi

from mapokezi.errors import ConfigurationError
from mapokezi.notify import ways
from mapokezi.notify.addresses import with_address
from mapokezi.notify.results import Refused, Sent
from mapokezi.notify.ways import WayAccount, check_account, send_by
from mapokezi.records.notices import WayKind

OFFICE = "Kamau and Otieno Advocates"
TITLE = "Message from Grace Njeri"
TEXT = "Grace Njeri\n+254722000100\nThe <b>transfer</b> of a plot & more.\nhttp://desk/calls/c-1"
SECRET = "s3cr3t-Pa55"


def email_by(server: MailServer, query: str = "") -> WayAccount:
    url = f"mailto://127.0.0.1:{server.port}?from=reception@example.co.ke&to={{to}}{query}"
    return WayAccount("email", WayKind.EMAIL, url)


def ntfy_by(api: ScriptedApi) -> WayAccount:
    port = api.url.rpartition(":")[2]
    return WayAccount("ntfy", WayKind.CHAT, f"ntfy://desk:{SECRET}@127.0.0.1:{port}/{{to}}")


def json_by(api: ScriptedApi) -> WayAccount:
    port = api.url.rpartition(":")[2]
    return WayAccount("chat", WayKind.CHAT, f"json://desk:{SECRET}@127.0.0.1:{port}/in/{{to}}")


@pytest.fixture
def sms(receiver: ScriptedApi, monkeypatch: pytest.MonkeyPatch) -> WayAccount:
    """Africa's Talking, whose address is fixed in apprise: turned to loopback."""
    ways._prepare()
    service = apprise.NotificationManager()["atalk"]  # type: ignore[no-untyped-call]
    monkeypatch.setattr(service, "notify_url", {"bulksms": f"{receiver.url}/version1/messaging"})
    return WayAccount("sms", WayKind.SMS, "atalk://office@KEY123/{to}?from=KAMAU")


@contextmanager
def all_that_is_logged() -> Iterator[io.StringIO]:
    """Everything that reaches the root of all logs, down to debugging."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


class TestEmail:
    def test_a_mail_arrives_in_the_offices_name_as_plain_words(self, mail: MailServer) -> None:
        came = send_by(email_by(mail), "brian@example.co.ke", TITLE, TEXT, OFFICE)
        assert came == Sent()
        (got,) = mail.mail
        assert mail.to == [["brian@example.co.ke"]]
        assert got["subject"] == TITLE
        assert "reception@example.co.ke" in got["from"]
        whole = str(got)
        assert "apprise" not in whole.lower()
        assert got.get_content_type() == "text/plain"
        assert got.get_content().splitlines() == TEXT.splitlines()

    def test_nothing_in_an_address_adds_another_receiver(self, mail: MailServer) -> None:
        came = send_by(email_by(mail), "a@example.co.ke&cc=b@example.co.ke", TITLE, TEXT, OFFICE)
        assert isinstance(came, Refused)
        assert mail.mail == []

    def test_a_mail_that_is_refused_is_tried_again(self, mail: MailServer) -> None:
        mail.answers = ["451 later", "554 never"]
        for _ in range(2):
            came = send_by(email_by(mail), "brian@example.co.ke", TITLE, TEXT, OFFICE)
            assert isinstance(came, Refused)
            assert came.may_retry
            assert not came.maybe_arrived
        assert send_by(email_by(mail), "brian@example.co.ke", TITLE, TEXT, OFFICE) == Sent()

    def test_a_server_that_is_down(self) -> None:
        account = WayAccount("email", WayKind.EMAIL, "mailto://127.0.0.1:9?from=a@b.ke&to={to}")
        came = send_by(account, "brian@example.co.ke", TITLE, TEXT, OFFICE)
        assert came == Refused("its service could not be reached")

    def test_a_server_that_hangs_may_have_taken_it(
        self, mail: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ways, "_CONNECT_LIMIT_S", 0.8)
        mail.answers = ["hang"]
        came = send_by(email_by(mail), "brian@example.co.ke", TITLE, TEXT, OFFICE)
        assert isinstance(came, Refused)
        assert came.maybe_arrived

    def test_a_server_that_breaks_off_may_have_taken_it(self, mail: MailServer) -> None:
        mail.answers = ["breaks off"]
        came = send_by(email_by(mail), "brian@example.co.ke", TITLE, TEXT, OFFICE)
        assert came == Refused("its service broke off before it answered", maybe_arrived=True)
        assert send_by(email_by(mail), "brian@example.co.ke", TITLE, TEXT, OFFICE) == Sent()

    def test_a_server_that_does_not_greet_has_not_taken_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Like one behind a wall that drops what comes: nothing has gone out."""
        monkeypatch.setattr(ways, "_CONNECT_LIMIT_S", 0.8)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"mailto://127.0.0.1:{silent.getsockname()[1]}?from=a@b.ke&to={{to}}"
            account = WayAccount("email", WayKind.EMAIL, url)
            came = send_by(account, "brian@example.co.ke", TITLE, TEXT, OFFICE)
        assert came == Refused("its service could not be reached")


class TestSms:
    def test_an_sms_goes_out_in_the_form_that_the_service_takes(
        self, receiver: ScriptedApi, sms: WayAccount
    ) -> None:
        receiver.replies = [
            Reply(
                201,
                {
                    "SMSMessageData": {
                        "Recipients": [{"statusCode": 101, "number": "+254700000102"}]
                    }
                },
            )
        ]
        assert send_by(sms, "+254700000102", "", "Grace rang.", OFFICE) == Sent()
        (asked,) = receiver.asked
        form = {name: values[0] for name, values in parse_qs(asked.raw.decode()).items()}
        assert form == {
            "username": "office",
            "to": "+254700000102",
            "from": "KAMAU",
            "message": "Grace rang.",
        }
        assert asked.headers["apikey"] == "KEY123"

    @pytest.mark.parametrize(
        ("code", "may_retry"), [(403, False), (406, False), (405, True), (500, True)]
    )
    def test_a_number_that_is_refused(
        self, receiver: ScriptedApi, sms: WayAccount, code: int, may_retry: bool
    ) -> None:
        told = {"SMSMessageData": {"Recipients": [{"statusCode": code, "number": "+254700000102"}]}}
        receiver.replies = [Reply(201, told)]
        came = send_by(sms, "+254700000102", "", "Grace rang.", OFFICE)
        assert came == Refused(f"its service refused the number ({code})", may_retry)

    def test_an_account_that_its_service_cannot_use(self) -> None:
        came = send_by(WayAccount("x", WayKind.CHAT, "tgram://none/{to}"), "1", "", "Hi.", OFFICE)
        assert came == Refused("the address is not one that this way takes", may_retry=False)

    def test_an_address_that_is_no_number(self, receiver: ScriptedApi, sms: WayAccount) -> None:
        came = send_by(sms, "not-a-number", "", "Grace rang.", OFFICE)
        assert isinstance(came, Refused)
        assert receiver.asked == []


class TestChat:
    def test_ntfy_gets_title_and_text(self, receiver: ScriptedApi) -> None:
        assert send_by(ntfy_by(receiver), "mercy", TITLE, TEXT, OFFICE) == Sent()
        (asked,) = receiver.asked
        assert asked.method == "POST"
        said = asked.raw.decode() + str(asked.headers)
        assert "Grace Njeri" in said
        assert "mercy" in said + asked.path
        assert "apprise" not in said.lower()

    def test_an_address_cannot_change_where_it_goes(self, receiver: ScriptedApi) -> None:
        for address in ("a/../../b", "b?x=y", "a,b", "a b", "a&to=b", ""):
            came = send_by(json_by(receiver), address, TITLE, TEXT, OFFICE)
            assert came == Refused("the address is not one", may_retry=False)
        assert receiver.asked == []
        assert send_by(json_by(receiver), "a#b%2Fc", TITLE, TEXT, OFFICE) == Sent()
        assert receiver.asked[0].path in {"/in/a%23b%252Fc", "/in/a#b%2Fc"}

    @pytest.mark.parametrize(
        ("status", "may_retry"), [(401, True), (404, False), (413, False), (429, True), (503, True)]
    )
    def test_statuses_that_are_hopeless_and_that_are_not(
        self, receiver: ScriptedApi, status: int, may_retry: bool
    ) -> None:
        receiver.replies = [Reply(status)]
        came = send_by(json_by(receiver), "mercy", TITLE, TEXT, OFFICE)
        assert came == Refused(f"its service answered {status}", may_retry)

    def test_a_server_that_hangs_may_have_taken_it(
        self, receiver: ScriptedApi, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ways, "_READ_LIMIT_S", 0.8)
        released = threading.Event()
        receiver.replies = [Reply(200, holds=released)]
        came = send_by(json_by(receiver), "mercy", TITLE, TEXT, OFFICE)
        released.set()
        assert came == Refused("its service did not answer in time", maybe_arrived=True)

    def test_a_server_that_breaks_off_may_have_taken_it(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:

            def take_and_hang_up() -> None:
                taken, _ = server.accept()
                with taken:
                    taken.recv(65_536)

            taking = threading.Thread(target=take_and_hang_up)
            taking.start()
            url = f"json://127.0.0.1:{server.getsockname()[1]}/in/{{to}}"
            came = send_by(WayAccount("x", WayKind.CHAT, url), "mercy", TITLE, TEXT, OFFICE)
            taking.join()
        assert came == Refused("its service broke off before it answered", maybe_arrived=True)

    def test_one_that_is_not_there_has_not(self) -> None:
        account = WayAccount("x", WayKind.CHAT, "json://127.0.0.1:9/in/{to}")
        came = send_by(account, "mercy", TITLE, TEXT, OFFICE)
        assert came == Refused("its service could not be reached")

    def test_it_is_sent_once_and_not_repeated_by_itself(self, receiver: ScriptedApi) -> None:
        receiver.replies = [Reply(503), Reply(503)]
        send_by(json_by(receiver), "mercy", TITLE, TEXT, OFFICE)
        assert len(receiver.asked) == 1


class TestSecrets:
    def test_no_secret_and_no_words_reach_the_log_or_the_reason(
        self, receiver: ScriptedApi, mail: MailServer
    ) -> None:
        receiver.replies = [Reply(401), Reply(500, b"told: " + SECRET.encode())]
        with all_that_is_logged() as logged:
            results = [
                send_by(json_by(receiver), "mercy", TITLE, TEXT, OFFICE),
                send_by(ntfy_by(receiver), "mercy", TITLE, TEXT, OFFICE),
                send_by(ntfy_by(receiver), "mercy", TITLE, TEXT, OFFICE),
                send_by(email_by(mail), "no address", TITLE, TEXT, OFFICE),
                send_by(
                    WayAccount("chat", WayKind.CHAT, f"json://u:{SECRET}@127.0.0.1:9/{{to}}"),
                    "mercy",
                    TITLE,
                    TEXT,
                    OFFICE,
                ),
            ]
        assert [type(result) for result in results] == [Refused, Refused, Sent, Refused, Refused]
        said = logged.getvalue() + repr(results)
        for hidden in (SECRET, "Grace", "254722", "mercy"):
            assert hidden not in said

    def test_an_account_does_not_show_its_url(self) -> None:
        account = WayAccount("chat", WayKind.CHAT, f"json://u:{SECRET}@host/{{to}}")
        assert SECRET not in repr(account)


class TestAccounts:
    @pytest.mark.parametrize(
        "url",
        [
            "mailtos://user:pass@example.co.ke?to={to}",
            "atalk://user@key/{to}",
            "tgram://123456789:ABCDEF/{to}",
            "slack://xoxb-1234-1234-abc/{to}",
            "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/",
            "ntfys://token@ntfy.example.co.ke/{to}",
            "whatsapp://token@1234567/{to}",
        ],
    )
    def test_what_can_be_used(self, url: str) -> None:
        account = WayAccount("x", WayKind.CHAT, url)
        check_account(account, "MAPOKEZI_WAY_X_URL")
        assert account.takes_address == ("{to}" in url)

    @pytest.mark.parametrize(
        ("url", "what"),
        [
            (f"user:{SECRET}@host", "must be an apprise URL"),
            ("mailto://", "must be an apprise URL"),
            (f"carrierpigeon://{SECRET}", '"carrierpigeon://" is no kind'),
            (f"json://{SECRET}@{{to}}/in", "must stand behind the host"),
            ("mailto://{to}?x=y", "must stand behind the host"),
        ],
    )
    def test_what_cannot_be_is_told_without_the_secret(self, url: str, what: str) -> None:
        with pytest.raises(ConfigurationError) as got:
            check_account(WayAccount("x", WayKind.CHAT, url), "MAPOKEZI_WAY_X_URL")
        assert str(got.value).startswith("MAPOKEZI_WAY_X_URL: ")
        assert what in str(got.value)
        assert SECRET not in str(got.value)

    def test_an_address_is_written_so_that_it_stays_one_part(self) -> None:
        assert with_address("x://y/{to}?a=b", "+254 7/#&?@:") == (
            "x://y/%2B254%207%2F%23%26%3F%40%3A?a=b"
        )
