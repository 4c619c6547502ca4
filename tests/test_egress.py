"""The one way out: what it refuses, where it goes, and when it gives up."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.certificates import Authority
from tests.fakes.scripted_api import Reply, ScriptedApi
from tests.fakes.tls_proxy import TlsProxy

from mapokezi.egress import (
    Address,
    Egress,
    EgressRefusedError,
    EgressSettings,
    NoAnswerError,
    NotReachedError,
    is_public,
    read_networks,
    what_is_wrong,
)
from mapokezi.errors import ConfigurationError

LOOPBACK = read_networks(("127.0.0.0/8",), "test")


@pytest.fixture
def api() -> Iterator[ScriptedApi]:
    """A server on loopback, which answers 204 unless told otherwise."""
    scripted = ScriptedApi()
    scripted.otherwise = lambda _asked: Reply(204)
    with scripted.serving():
        yield scripted


def resolving(*addresses: str) -> tuple[list[str], Egress]:
    """An egress to whom every name has these addresses, and the names that it asked for."""
    asked: list[str] = []

    async def resolve(host: str, _port: int) -> tuple[Address, ...]:
        asked.append(host)
        return tuple(ipaddress.ip_address(text) for text in addresses)

    return asked, Egress(EgressSettings(private=LOOPBACK, limit_s=5), resolve=resolve)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "url",
        [
            "",
            "cases.example.co.ke",
            "ftp://example.co.ke/",
            "file:///etc/passwd",
            "https:///path",
            "https://",
            "https://user:secret@example.co.ke/",
            "https://user@example.co.ke/",
            "https://example.co.ke/#part",
            "https://exa mple/",
            "https://[::1/",
        ],
    )
    def test_an_address_that_can_never_be_gone_to(self, url: str) -> None:
        wrong = what_is_wrong(url)
        assert wrong
        assert "secret" not in wrong

    @pytest.mark.parametrize(
        "url", ["https://example.co.ke", "https://example.co.ke:8443/a?b=c", "http://10.0.0.1/x"]
    )
    def test_an_address_that_may_be(self, url: str) -> None:
        assert what_is_wrong(url) == ""

    @pytest.mark.anyio
    @pytest.mark.parametrize(
        "address",
        [
            "10.0.0.1",
            "172.16.9.9",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        ],
    )
    async def test_addresses_that_are_not_the_public_internets(
        self, address: str, api: ScriptedApi
    ) -> None:
        _, egress = resolving(address)
        with pytest.raises(EgressRefusedError, match="not one of the public Internet"):
            await egress.post("https://innocent.example/", b"{}", {})
        assert api.asked == []

    @pytest.mark.anyio
    async def test_a_name_with_one_private_address_among_public_ones(self) -> None:
        _, egress = resolving("192.0.2.1", "8.8.8.8", "10.0.0.1")
        with pytest.raises(EgressRefusedError):
            await egress.post("https://innocent.example/", b"{}", {})

    @pytest.mark.anyio
    async def test_a_private_address_written_as_a_number(self) -> None:
        egress = Egress()
        for host in ("127.0.0.1", "[::1]", "2130706433", "0x7f.1"):
            with pytest.raises((EgressRefusedError, NotReachedError)):
                await egress.post(f"https://{host}/", b"{}", {})

    @pytest.mark.anyio
    async def test_http_to_the_public_internet(self) -> None:
        _, egress = resolving("8.8.8.8")
        with pytest.raises(EgressRefusedError, match="not https"):
            await egress.post("http://innocent.example/", b"{}", {})

    @given(st.ip_addresses(v=4))
    def test_an_address_within_a_longer_one_is_judged_as_itself(
        self, inner: ipaddress.IPv4Address
    ) -> None:
        mapped = ipaddress.IPv6Address(f"::ffff:{inner}")
        translated = ipaddress.IPv6Address(f"64:ff9b::{inner}")
        assert is_public(mapped) == is_public(translated) == is_public(inner)

    def test_ranges_are_read_and_wrong_ones_named(self) -> None:
        one, two = read_networks(("10.1.0.0/16", "192.168.1.20"), "egress.private")
        assert (str(one), str(two)) == ("10.1.0.0/16", "192.168.1.20/32")
        with pytest.raises(ConfigurationError, match=r'egress\.private: "office"'):
            read_networks(("office",), "egress.private")


@pytest.mark.anyio
class TestGoingOut:
    async def test_a_listed_range_is_gone_to_the_name_asked_for_once(
        self, api: ScriptedApi
    ) -> None:
        asked, egress = resolving("127.0.0.1")
        port = api.url.rpartition(":")[2]
        answer = await egress.post(
            f"http://cases.example:{port}/in?a=b", b'{"x": 1}', {"webhook-id": "n-1"}
        )
        assert answer.status == 204
        assert asked == ["cases.example"]
        (got,) = api.asked
        assert (got.line, got.query, got.body) == ("POST /in", {"a": "b"}, {"x": 1})
        assert got.headers["host"] == f"cases.example:{port}"
        assert got.headers["webhook-id"] == "n-1"

    async def test_a_name_in_other_letters_is_asked_for_in_its_plain_form(
        self, api: ScriptedApi
    ) -> None:
        asked, egress = resolving("127.0.0.1")
        port = api.url.rpartition(":")[2]
        assert (await egress.post(f"http://büro.example:{port}/", b"", {})).status == 204
        assert asked == ["xn--bro-hoa.example"]
        assert api.asked[0].headers["host"] == f"xn--bro-hoa.example:{port}"
        assert api.asked[0].headers["user-agent"] == "mapokezi"

    async def test_the_next_address_is_tried_if_one_cannot_be_reached(
        self, api: ScriptedApi
    ) -> None:
        _, egress = resolving("127.9.9.9", "127.0.0.1")
        port = api.url.rpartition(":")[2]
        assert (await egress.post(f"http://cases.example:{port}/", b"", {})).status == 204

    async def test_redirects_are_not_followed(self, api: ScriptedApi) -> None:
        _, egress = resolving("127.0.0.1")
        api.replies = [Reply(302, headers={"Location": f"{api.url}/elsewhere"})]
        assert (await egress.post(f"{api.url}/in", b"", {})).status == 302
        assert api.lines == ["POST /in"]

    async def test_the_proxy_of_the_environment_is_not_asked(
        self, api: ScriptedApi, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
        _, egress = resolving("127.0.0.1")
        assert (await egress.post(f"{api.url}/in", b"", {})).status == 204

    async def test_of_a_long_answer_only_the_beginning_is_read(self, api: ScriptedApi) -> None:
        api.replies = [Reply(200, b"x" * 5_000_000), Reply(200, b"short")]
        egress = Egress(EgressSettings(private=LOOPBACK, most_bytes=1000))
        answer = await egress.post(f"{api.url}/in", b"", {})
        assert (len(answer.body), answer.is_whole) == (1000, False)
        answer = await egress.post(f"{api.url}/in", b"", {})
        assert (answer.body, answer.is_whole) == (b"short", True)

    async def test_nothing_is_unpacked(self, api: ScriptedApi) -> None:
        api.replies = [Reply(200, b"\x1f\x8b not gzip", {"Content-Encoding": "gzip"})]
        egress = Egress(EgressSettings(private=LOOPBACK))
        assert (await egress.post(f"{api.url}/in", b"", {})).body == b"\x1f\x8b not gzip"
        assert api.asked[0].headers["accept-encoding"] == "identity"

    async def test_a_server_that_hangs_is_given_up_in_time(self, api: ScriptedApi) -> None:
        released = threading.Event()
        api.replies = [Reply(204, holds=released)]
        egress = Egress(EgressSettings(private=LOOPBACK, limit_s=0.3))
        with pytest.raises(NoAnswerError, match="in time"):
            await egress.post(f"{api.url}/in", b"", {})
        released.set()

    async def test_a_server_that_breaks_off_gave_no_answer(self, api: ScriptedApi) -> None:
        api.replies = [Reply(200, b"long enough", cut_after=3), Reply(200, cut_after=-1)]
        egress = Egress(EgressSettings(private=LOOPBACK))
        for _ in range(2):
            with pytest.raises(NoAnswerError):
                await egress.post(f"{api.url}/in", b"", {})

    async def test_a_closed_port_is_not_reached(self, api: ScriptedApi) -> None:
        egress = Egress(EgressSettings(private=LOOPBACK))
        with pytest.raises(NotReachedError):
            await egress.post("http://127.0.0.1:9/in", b"", {})

    async def test_a_name_that_nobody_has_is_not_reached(self) -> None:
        with pytest.raises(NotReachedError):
            await Egress().post("https://nobody.invalid/", b"", {})
        _, egress = resolving()
        with pytest.raises(NotReachedError):
            await egress.post("https://nobody.invalid/", b"", {})


@pytest.mark.anyio
class TestTls:
    async def test_the_certificate_is_held_against_the_name_not_the_address(
        self, api: ScriptedApi, tmp_path: Path
    ) -> None:
        authority = Authority(tmp_path)
        trusting = ssl.create_default_context(cafile=str(authority.file))
        proxy = TlsProxy(int(api.url.rpartition(":")[2]))

        async def resolve(_host: str, _port: int) -> tuple[Address, ...]:
            return (ipaddress.ip_address("127.0.0.1"),)

        settings = EgressSettings(private=LOOPBACK)
        async with proxy.serving(authority.certificate("cases.example")):
            egress = Egress(settings, trusting, resolve)
            url = f"https://cases.example:{proxy.port}/in"
            assert (await egress.post(url, b"", {})).status == 204
            with pytest.raises(NotReachedError):
                await egress.post(f"https://other.example:{proxy.port}/in", b"", {})
            with pytest.raises(NotReachedError):
                await Egress(settings, resolve=resolve).post(url, b"", {})
        assert api.lines == ["POST /in"]
