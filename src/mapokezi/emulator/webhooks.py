"""Posts callbacks to the other side's URLs, and reads what it answers."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import httpx2

from mapokezi.emulator.callback_bodies import CallbackFacts, write_callback
from mapokezi.emulator.settings import Number, PostStyle
from mapokezi.telephony.actions import Action
from mapokezi.telephony.markup import BadDocument, parse_json, parse_xml
from mapokezi.telephony.signature import SIGNATURE_HEADER, sign

EVENT_KIND_HEADER = "X-Sautikit-Event-Kind"
"""Names the kind of an event post (contract section 8)."""


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


class Webhooks:
    """All posts of one platform, over one pool of connections."""

    def __init__(self, style: PostStyle, timeout_s: float) -> None:
        self._style = style
        self._client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(timeout_s), headers={"User-Agent": "SautiKit-emulator"}
        )
        self._timeout_s = timeout_s

    async def post(
        self, url: str, facts: CallbackFacts, number: Number, event_kind: str = ""
    ) -> WebhookAnswer:
        """Post one callback, signed if the number has a secret. Never raises for the network."""
        content_type, body = write_callback(facts, self._style)
        headers = {"Content-Type": content_type}
        if number.signing_secret:
            headers[SIGNATURE_HEADER] = sign(number.signing_secret, body, int(time.time()))
        if event_kind:
            headers[EVENT_KIND_HEADER] = event_kind
        began = time.perf_counter()
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._client.post(url, content=body, headers=headers)
        except (TimeoutError, httpx2.TimeoutException):
            return WebhookAnswer(url, took_ms=_ms_since(began), failure="timed out")
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return WebhookAnswer(url, took_ms=_ms_since(began), failure="no connection")
        return WebhookAnswer(
            url,
            answer.status_code,
            answer.headers.get("content-type", ""),
            answer.content,
            _ms_since(began),
        )

    async def fetch(self, url: str) -> bytes:
        """Get a sound file.

        Raises:
            httpx2.HTTPError: It could not be had.
        """
        answer = await self._client.get(url)
        answer.raise_for_status()
        content: bytes = answer.content
        return content

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()


def _ms_since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
