"""What the doctor sees from outside: the way that the platform comes, through the public URL."""

from __future__ import annotations

import asyncio
import json
import secrets
import ssl
from base64 import b64encode
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx2

from mapokezi.app.doctor_finding import Deployment, Finding, green, grey, red
from mapokezi.calls import CallId
from mapokezi.telephony.events import PROBE_KIND
from mapokezi.telephony.signature import SIGNATURE_HEADER, sign
from mapokezi.telephony.stream import SUBPROTOCOL

_LOOK_S = 8.0
_TURNED_AWAY = "not let in"
"""With these words the media door refuses a handshake that came to it whole."""
LEAST_CERTIFICATE_DAYS = 14
MOST_SKEW_S = 60.0
"""Signatures hold for 300 s (contract section 8); the platform's clock may be off as well."""
_SERVE = "start mapokezi serve, and see that the proxy passes on to line.host and line.port"


async def public_url(deployment: Deployment) -> Finding:
    """There is one, fit for the platform, and its name leads somewhere."""
    check, settings = "public URL", deployment.settings
    parts = urlsplit(settings.line_url)
    if not settings.is_public:
        if deployment.emulated:
            return grey(check, "none, and none is needed for the emulator")
        return red(
            check,
            f"line.public_url is not set: SautiKit cannot reach {settings.line_url}",
            "set line.public_url to the https address of this receptionist",
        )
    if parts.scheme != "https":
        return red(
            check,
            f"{settings.line_url}: callers' numbers would travel in the clear",
            "set line.public_url to an https address, with a proxy that ends TLS",
        )
    try:
        async with asyncio.timeout(_LOOK_S):
            await asyncio.get_running_loop().getaddrinfo(parts.hostname, parts.port or 443)
    except (OSError, TimeoutError):
        return red(
            check,
            f"the name {parts.hostname} leads nowhere",
            "make a DNS record for it, or correct line.public_url",
        )
    return green(check, settings.line_url)


async def tls(deployment: Deployment) -> Finding:
    """The certificate is one that the platform's media module accepts, and lasts."""
    check, parts = "TLS", urlsplit(deployment.settings.line_url)
    if parts.scheme != "https":
        return grey(check, "no https address")
    renew = "renew the certificate (Caddy and certbot do it by themselves)"
    try:
        async with asyncio.timeout(_LOOK_S):
            _, writer = await asyncio.open_connection(
                parts.hostname, parts.port or 443, ssl=ssl.create_default_context()
            )
    except ssl.SSLCertVerificationError as error:
        return red(
            check,
            f"the certificate is not accepted: {error.verify_message}",
            f"{renew}: one that is valid, for {parts.hostname}, from a public authority, with its "
            "whole chain",
        )
    except (OSError, TimeoutError) as error:
        return red(
            check,
            f"no TLS connection: {type(error).__name__}",
            "start the proxy, and open its port to the world",
        )
    certificate = writer.get_extra_info("peercert")
    writer.close()
    ends_at = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    days = (ends_at - deployment.wall()) / 86_400
    if days < LEAST_CERTIFICATE_DAYS:
        return red(check, f"the certificate ends in {days:.0f} days", renew)
    return green(check, f"the certificate is accepted, for {days:,.0f} days more")


async def callbacks(deployment: Deployment) -> Finding:
    """A signed post is taken by the line that runs, an unsigned one is not."""
    check, urls = "callbacks", deployment.urls
    if urls is None:
        return grey(check, "their address is not known (see webhook secret)")
    if not deployment.line_runs and not deployment.settings.is_public:
        return grey(check, "the line does not run (see line)")
    body = json.dumps({"kind": PROBE_KIND, "event_id": f"doctor-{secrets.token_hex(8)}"})
    try:
        trusted = ssl.create_default_context()
        async with httpx2.AsyncClient(timeout=_LOOK_S, verify=trusted) as http:
            unsigned = await _post(http, urls.events, body, {})
            signed = unsigned
            if deployment.secrets:
                header = sign(deployment.secrets[0], body.encode(), int(deployment.wall()))
                signed = await _post(http, urls.events, body, {SIGNATURE_HEADER: header})
    except httpx2.HTTPError as error:
        return red(check, f"a post does not arrive: {type(error).__name__}", _SERVE)
    return _judged(deployment, signed, unsigned)


def _judged(deployment: Deployment, signed: httpx2.Response, unsigned: httpx2.Response) -> Finding:
    """What the answers to two posts tell; without secrets they are one and the same."""
    check = "callbacks"
    if signed.status_code == 401:
        return _signature_refused(check, signed.text)
    if signed.status_code in (404, 405):
        return red(
            check,
            f"the proxy does not pass posts on: HTTP {signed.status_code}",
            "have the proxy pass /, /voice, /voice/* and /ws/media/* (with unsigned callbacks: "
            "/SECRET/*) on to the line",
        )
    if not signed.is_success:
        return red(check, f"a post is answered with HTTP {signed.status_code}", _SERVE)
    if (
        deployment.secrets
        and unsigned.is_success
        and not deployment.settings.line.unsigned_callbacks
    ):
        return red(
            check,
            "the line that runs takes posts without a signature",
            "restart mapokezi serve with MAPOKEZI_WEBHOOK_SECRETS, line.unsigned_callbacks off",
        )
    how = "signed posts arrive, others are refused" if deployment.secrets else "posts arrive"
    return green(check, how)


def _signature_refused(check: str, said: str) -> Finding:
    if "stale" in said:
        return red(check, "a signature is refused as too old", "set this machine's clock right")
    return red(
        check,
        f"the line that runs refuses our signature: {said.strip()[:60]}",
        "restart mapokezi serve: it was started with another MAPOKEZI_WEBHOOK_SECRETS",
    )


async def _post(
    http: httpx2.AsyncClient, url: str, body: str, headers: dict[str, str]
) -> httpx2.Response:
    headers = {"Content-Type": "application/json", **headers}
    return await http.post(url, content=body.encode(), headers=headers)


async def media_socket(deployment: Deployment) -> Finding:
    """The handshake reaches the media door with its subprotocol, as the platform's module does it.

    Without a call's token it is turned away there, as it should be.
    """
    check, urls = "media socket", deployment.urls
    if urls is None:
        return grey(check, "its address is not known (see webhook secret)")
    if not deployment.line_runs and not deployment.settings.is_public:
        return grey(check, "the line does not run (see line)")
    url = urls.media(CallId("doctor"), deployment.settings.line.node, "none")
    try:
        async with asyncio.timeout(_LOOK_S):
            status, head, said = await _handshake(url)
    except TimeoutError:
        return red(check, f"no answer to the handshake within {_LOOK_S:g} s", _SERVE)
    except (OSError, ValueError, EOFError) as error:
        return red(check, f"no connection: {type(error).__name__}", _SERVE)
    return _handshake_judged(status, head, said)


def _handshake_judged(status: int, head: str, said: str) -> Finding:
    check = "media socket"
    if status == 403 and _TURNED_AWAY in said:
        return green(
            check, f"the handshake with {SUBPROTOCOL} comes to the door and is judged there"
        )
    if status == 400 and SUBPROTOCOL in said:
        return red(
            check,
            f"the proxy takes the subprotocol {SUBPROTOCOL} away",
            "have the proxy pass the header Sec-WebSocket-Protocol on",
        )
    if status == 101:
        chosen = "the subprotocol" if SUBPROTOCOL in head else "no subprotocol"
        return red(
            check,
            f"something other than the line opens the socket, with {chosen}",
            "have the proxy pass /ws/media/* on to the line",
        )
    if status in (502, 503, 504):
        return red(check, f"the proxy does not reach the line: HTTP {status}", _SERVE)
    return red(
        check,
        f"the proxy does not pass the upgrade on: HTTP {status}",
        "have the proxy pass WebSocket upgrades (Upgrade, Connection) of /ws/media/* on",
    )


async def _handshake(url: str) -> tuple[int, str, str]:
    """Ask as the media module asks (contract, media-module.md section 1); status, head, body."""
    parts = urlsplit(url)
    is_secure = parts.scheme == "wss"
    reader, writer = await asyncio.open_connection(
        parts.hostname,
        parts.port or (443 if is_secure else 80),
        ssl=ssl.create_default_context() if is_secure else None,
    )
    key = b64encode(secrets.token_bytes(16)).decode()
    writer.write(
        f"GET {parts.path}?{parts.query} HTTP/1.1\r\n"
        "Pragma: no-cache\r\nCache-Control: no-cache\r\n"
        f"Host: {parts.netloc}\r\nOrigin: http://{parts.hostname}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: {SUBPROTOCOL}\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status = int(head.split(" ", 2)[1])
        body = b"" if status == 101 else await reader.read(500)
    finally:
        writer.close()
    return status, head, body.decode("latin-1")


async def clock(deployment: Deployment) -> Finding:
    """This machine's clock agrees with the platform's: signatures hold for five minutes."""
    check = "clock"
    carrier = deployment.carrier
    base = carrier.base_url if carrier is not None else deployment.settings.carrier.url
    try:
        async with httpx2.AsyncClient(timeout=_LOOK_S) as http:
            answer = await http.get(f"{base}/v1/public/pricing")
        theirs = parsedate_to_datetime(answer.headers.get("date", "")).timestamp()
    except (httpx2.HTTPError, ValueError):
        return grey(check, "the platform does not tell its time")
    skew_s = deployment.wall() - theirs
    said = f"{abs(skew_s):.0f} s {'ahead of' if skew_s > 0 else 'behind'} the platform's"
    if abs(skew_s) > MOST_SKEW_S:
        return red(check, said, "have it kept right: timedatectl set-ntp true")
    return green(check, said)
