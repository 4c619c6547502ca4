"""Posts to the other side's URLs, and reads what it answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx2

from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.signing import signature_of
from mapokezi.telephony.actions import Action
from mapokezi.telephony.markup import BadDocument, parse_json, parse_xml
from mapokezi.telephony.signature import SIGNATURE_HEADER

FETCH_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """What came back for one post."""

    url: str
    status: int = 0
    """0 if there was no answer at all."""
    content_type: str = ""
    body: bytes = b""
    took_ms: float = 0.0
    failure: str = ""
    """Why there was no answer: ``timed out``, ``no connection``."""
    signature: str = ""
    """What the post was signed with; empty if it was not."""

    @property
    def is_good(self) -> bool:
        """Whether the status is one of the two hundreds."""
        return 200 <= self.status < 300

    def actions(self) -> tuple[Action, ...]:
        """The document in it; an empty body is an empty document.

        Raises:
            BadDocument: The answer failed, or its body is no document.
        """
        if not self.is_good:
            raise BadDocument(self.failure or f"the answer's status is {self.status}")
        if not self.body.strip():
            return ()
        if "json" in self.content_type or self.body.lstrip()[:1] in (b"{", b"["):
            return parse_json(self.body)
        return parse_xml(self.body)


@dataclass(frozen=True, slots=True)
class Post:
    """One post, ready to go out."""

    url: str
    content_type: str
    body: bytes
    secret: str = ""
    """Signs it, anew with each attempt; unsigned if empty."""
    headers: Mapping[str, str] | None = None


class Webhooks:
    """All posts of one platform, over one pool of connections."""

    def __init__(self) -> None:
        self._client = httpx2.AsyncClient(timeout=None, headers={"User-Agent": "SautiKit-emulator"})

    async def post(self, post: Post, modes: Behaviour) -> WebhookAnswer:
        """Send one post. Never raises for the network."""
        url = post.url
        headers = {"Content-Type": post.content_type, **(post.headers or {})}
        signature = signature_of(post.secret, post.body, modes.signature)
        if signature:
            headers[SIGNATURE_HEADER] = signature
        began = time.perf_counter()
        try:
            async with asyncio.timeout(modes.webhook_timeout_s):
                answer = await self._client.post(url, content=post.body, headers=headers)
        except TimeoutError:
            return _failed(url, began, "timed out", signature)
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return _failed(url, began, "no connection", signature)
        return WebhookAnswer(
            url,
            answer.status_code,
            answer.headers.get("content-type", ""),
            answer.content,
            _ms_since(began),
            signature=signature,
        )

    async def fetch(self, url: str) -> bytes:
        """Get a sound file.

        Raises:
            httpx2.HTTPError: It could not be had.
        """
        answer = await self._client.get(url, timeout=FETCH_TIMEOUT_S)
        answer.raise_for_status()
        content: bytes = answer.content
        return content

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()


def _failed(url: str, began: float, why: str, signature: str) -> WebhookAnswer:
    return WebhookAnswer(url, took_ms=_ms_since(began), failure=why, signature=signature)


def _ms_since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
