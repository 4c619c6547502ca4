"""Access tokens for Vertex: kept, renewed in time, and fetched in a thread."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from mapokezi.bridge import clock
from mapokezi.bridge.google_token import GoogleToken, NoToken

pytestmark = pytest.mark.anyio


@dataclass
class Credentials:
    """What google-auth's credentials are to us."""

    lives: timedelta = timedelta(hours=1)
    token: str = ""
    expiry: datetime | None = None
    fetched_by: list[int] = field(default_factory=list)
    fails: Exception | None = None

    def refresh(self, request: Any) -> None:
        assert callable(request)
        if self.fails is not None:
            raise self.fails
        self.fetched_by.append(threading.get_ident())
        self.token = f"token-{len(self.fetched_by)}"
        self.expiry = (clock.wall() + self.lives).replace(tzinfo=None)


async def test_one_token_serves_all_calls_and_is_fetched_beside_the_loop() -> None:
    credentials = Credentials()
    source = GoogleToken(credentials)
    assert await asyncio.gather(*(source() for _ in range(5))) == ["token-1"] * 5
    assert credentials.fetched_by != [threading.get_ident()]


async def test_a_token_that_ends_soon_is_renewed() -> None:
    source = GoogleToken(Credentials(lives=timedelta(minutes=4)))
    assert [await source(), await source()] == ["token-1", "token-2"]


async def test_a_refusal_is_told() -> None:
    from google.auth.exceptions import RefreshError

    source = GoogleToken(Credentials(fails=RefreshError("revoked")))  # type: ignore[no-untyped-call]
    with pytest.raises(NoToken, match="revoked"):
        await source()


async def test_google_auths_own_credentials_are_refreshed_over_our_client() -> None:
    """A metadata server, as on Google's machines, answers google-auth's request."""
    from google.oauth2.credentials import Credentials as UserCredentials

    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        )
        asked.append(await reader.readexactly(length))
        body = b'{"access_token": "from-the-wire", "expires_in": 3600}'
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
            b"content-length: %d\r\n\r\n%b" % (len(body), body)
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        uri = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/token"
        credentials = UserCredentials(  # type: ignore[no-untyped-call]
            None, refresh_token="again", token_uri=uri, client_id="c", client_secret="s"
        )
        assert await GoogleToken(credentials)() == "from-the-wire"
    assert b"refresh_token=again" in asked[0]
