"""The one way out to an address that somebody typed: webhooks, tools, recordings.

- ``https`` only. A listed private range may be spoken to in ``http``, too: systems of an office's
  own network seldom have a certificate.
- The name is resolved once, every address that it has is looked at, and the connection goes to one
  of just these addresses: a name that answers differently the next time gains nothing.
- Private, loopback, link-local and other addresses that are not the public Internet's are refused,
  unless their range is listed.
- No redirects, no proxy, no password in the address, nothing unpacked, a limit on what is read and
  on how long all of it may take.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import httpx2

from mapokezi.errors import ConfigurationError, MapokeziError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[tuple[Address, ...]]]

_PORTS = {"https": 443, "http": 80}
_NAT_64 = IPv6Network("64:ff9b::/96")


class EgressError(MapokeziError):
    """Nothing came back from an address outside."""


class EgressRefusedError(EgressError):
    """We do not go there: the policy forbids it."""


class NotReachedError(EgressError):
    """It could not be reached, so nothing was handed over."""


class NoAnswerError(EgressError):
    """It took what we sent, or may have, and gave no whole answer in time."""


@dataclass(frozen=True, slots=True)
class EgressSettings:
    """How far the way out leads."""

    private: tuple[Network, ...] = ()
    """Ranges that are not the public Internet's and may be spoken to all the same."""
    limit_s: float = 20.0
    """For all of a request: name, connection, answer."""
    connect_limit_s: float = 8.0
    """For the connection to one address."""
    most_bytes: int = 64 * 1024
    """Of an answer's body; the rest is not read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    """Their names in small letters."""
    body: bytes = b""
    is_whole: bool = True
    """Whether ``body`` is all of it."""


def read_networks(texts: tuple[str, ...], setting: str) -> tuple[Network, ...]:
    """Read ranges as ``10.1.0.0/16`` or ``192.168.1.20``.

    Raises:
        ConfigurationError: names the setting and the one that is none.
    """
    found: list[Network] = []
    for text in texts:
        try:
            found.append(ipaddress.ip_network(text))
        except ValueError:
            raise ConfigurationError(
                f'{setting}: "{text}" is no range of addresses; write "10.1.0.0/16"'
            ) from None
    return tuple(found)


def what_is_wrong(url: str) -> str:
    """Why an address can never be gone to, whatever it resolves to; empty if it may be."""
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, TypeError):
        return "is no address of the form https://..."
    if parsed.scheme not in _PORTS or not parsed.host or " " in url or not url.isprintable():
        return "is no address of the form https://..."
    if parsed.userinfo:
        return "has a user name or a password in it"
    if parsed.fragment:
        return "has a part behind a #"
    return ""


async def resolve_by_system(host: str, port: int) -> tuple[Address, ...]:
    """Ask the system for a name's addresses.

    Raises:
        NotReachedError: the name is not known, or nobody answers.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )
    except OSError:
        raise NotReachedError("its name is not known") from None
    addresses = (ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found)
    return tuple(dict.fromkeys(addresses))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of an address, and what takes the answer."""

    method: str
    body: bytes
    headers: Mapping[str, str]
    take: Callable[[httpx2.Response], Awaitable[Answer]]


class Egress:
    """Goes out to typed addresses, within the policy."""

    def __init__(
        self,
        settings: EgressSettings | None = None,
        context: ssl.SSLContext | None = None,
        resolve: Resolve = resolve_by_system,
    ) -> None:
        """Go out by these settings.

        Args:
            settings: How far.
            context: Whose certificates are trusted; the system's by default.
            resolve: Gives a name's addresses.
        """
        self._settings = settings or EgressSettings()
        self._context = context or ssl.create_default_context()
        self._resolve = resolve

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post a body, once.

        Raises:
            EgressRefusedError: the policy forbids the address.
            NotReachedError: nothing was handed over.
            NoAnswerError: something may have been.
        """
        asked = _Asked("POST", body, headers, self._read)
        try:
            async with asyncio.timeout(self._settings.limit_s):
                return await self._ask(httpx2.URL(_checked(url)), asked)
        except TimeoutError:
            raise NoAnswerError("it did not answer in time") from None

    async def fetch(
        self, url: str, write: Callable[[bytes], object], *, most_bytes: int, limit_s: float
    ) -> Answer:
        """Fetch a file, piece by piece.

        Args:
            url: Where it is.
            write: Takes each piece. Of an answer that is no 200 nothing is written.
            most_bytes: The most that it may hold.
            limit_s: For all of it.

        Returns:
            The answer, its body empty; it is not whole if there was more.

        Raises:
            EgressRefusedError: the policy forbids the address.
            NotReachedError: it could not be reached.
            NoAnswerError: it broke off, or took too long.
        """

        async def take(answer: httpx2.Response) -> Answer:
            size = 0
            if answer.status_code == httpx2.codes.OK:
                async for piece in answer.aiter_raw():
                    size += len(piece)
                    if size > most_bytes:
                        break
                    write(piece)
            return Answer(answer.status_code, _small(answer), b"", size <= most_bytes)

        try:
            async with asyncio.timeout(limit_s):
                return await self._ask(httpx2.URL(_checked(url)), _Asked("GET", b"", {}, take))
        except TimeoutError:
            raise NoAnswerError("it took too long") from None

    async def _ask(self, url: httpx2.URL, asked: _Asked) -> Answer:
        addresses = await self._allowed(url)
        fault = NotReachedError("it could not be reached")
        for address in addresses:
            try:
                return await self._ask_at(address, url, asked)
            except NotReachedError as error:
                fault = error
        raise fault

    async def _allowed(self, url: httpx2.URL) -> tuple[Address, ...]:
        """The addresses of a URL's host, if all of them may be spoken to."""
        host = url.raw_host.decode("ascii")
        addresses = await self._resolve(host, url.port or _PORTS[url.scheme])
        if not addresses:
            raise NotReachedError("its name is not known")
        for address in addresses:
            listed = any(address in network for network in self._settings.private)
            if not listed and not is_public(address):
                raise EgressRefusedError("its address is not one of the public Internet")
            if not listed and url.scheme != "https":
                raise EgressRefusedError("it is not https://")
        return addresses

    async def _ask_at(self, address: Address, url: httpx2.URL, asked: _Asked) -> Answer:
        limits = self._settings
        timeout = httpx2.Timeout(limits.limit_s, connect=limits.connect_limit_s)
        transport = httpx2.AsyncHTTPTransport(verify=self._context, trust_env=False)
        async with (
            httpx2.AsyncClient(
                transport=transport, timeout=timeout, trust_env=False, follow_redirects=False
            ) as client,
        ):
            request = client.build_request(
                asked.method,
                url.copy_with(host=str(address)),
                content=asked.body or None,
                headers={
                    "accept-encoding": "identity",
                    "user-agent": "mapokezi",
                    **asked.headers,
                    "host": url.netloc.decode("ascii"),
                },
                extensions={"sni_hostname": url.raw_host.decode("ascii")},
            )
            try:
                answer = await client.send(request, stream=True)
                try:
                    return await asked.take(answer)
                finally:
                    await answer.aclose()
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                raise NotReachedError("it could not be reached") from None
            except httpx2.HTTPError:
                raise NoAnswerError("it broke off, or did not answer in time") from None

    async def _read(self, answer: httpx2.Response) -> Answer:
        most = self._settings.most_bytes
        body = bytearray()
        async for piece in answer.aiter_raw():
            body += piece
            if len(body) > most:
                break
        return Answer(answer.status_code, _small(answer), bytes(body[:most]), len(body) <= most)


def _small(answer: httpx2.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}


def is_public(address: Address) -> bool:
    """Whether an address is one of the public Internet; also the one that hides in a longer one."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT_64:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
        if address.teredo is not None:
            return False
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _checked(url: str) -> str:
    if wrong := what_is_wrong(url):
        raise EgressRefusedError(f"the address {wrong}")
    return url
