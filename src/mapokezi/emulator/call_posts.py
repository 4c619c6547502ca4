"""What is posted about one call: questions, whose answers are obeyed, and what is merely told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from mapokezi.emulator.call_states import CallState
from mapokezi.emulator.callback_bodies import CallbackFacts, write_callback
from mapokezi.emulator.events import Event, call_event
from mapokezi.emulator.mode_values.account import NumberState
from mapokezi.emulator.mode_values.posts import Posting
from mapokezi.emulator.webhooks import Post, WebhookAnswer
from mapokezi.telephony.markup import BadDocument

if TYPE_CHECKING:
    from mapokezi.emulator.live_call import LiveCall

MOST_LABEL_BYTES = 2_048
"""A longer label, percent-encoded, is left out of the URL (SDK changelog 0.4.1)."""
MOST_SHOWN = 2_000
"""Of a post's body, in the call's log."""
BEFORE_RETRY_S = 1.0
"""Between two tries of a voice URL; whether the real platform tries again is not known."""


@dataclass(frozen=True, slots=True)
class Question:
    """A post whose answer is the next document."""

    url: str
    state: CallState = CallState.ANSWERED
    digits: str = ""
    recording_url: str = ""
    stream_event: str = ""
    else_go_on: bool = False
    """An empty answer lets the verbs that are left run, where they would else be forgotten."""


class CallPosts:
    """All posts of one call. What is only told goes out in order, unless a mode says otherwise."""

    def __init__(self, call: LiveCall) -> None:
        self._call = call
        self._in_order = asyncio.Lock()
        self._background: set[asyncio.Task[None]] = set()

    async def ask(self, url: str, facts: CallbackFacts) -> WebhookAnswer:
        """Post a question, again if it fails and the mode says so; note what came back."""
        tries_left = self._call.modes.voice_retries
        while True:
            answer = await self.post(url, facts)
            if answer.is_good or tries_left <= 0:
                return answer
            tries_left -= 1
            await self._call.switchboard.clock.sleep(BEFORE_RETRY_S)

    async def post(self, url: str, facts: CallbackFacts, *, obeyed: bool = True) -> WebhookAnswer:
        """Post a callback once and note what came back."""
        call = self._call
        labelled = self._labelled(url)
        content_type, body = write_callback(facts, call.modes)
        post = Post(labelled, content_type, body, call.number.signing_secret)
        answer = await call.switchboard.webhooks.post(post, call.modes)
        self._note(answer, facts.state.value, post, obeyed=obeyed)
        return answer

    def tell(self, url: str, facts: CallbackFacts) -> None:
        """Post a lifecycle callback, whose answer is not looked at."""
        if url:
            self._send(self._call.modes.later_posts, lambda: self.post(url, facts, obeyed=False))

    def tell_post(self, post: Post, what: str) -> None:
        """Send a post of another form, whose answer is not looked at."""

        async def send() -> WebhookAnswer:
            answer = await self._call.switchboard.webhooks.post(post, self._call.modes)
            self._note(answer, what, post, obeyed=False)
            return answer

        self._send(self._call.modes.later_posts, send)

    def tell_event(self, kind: str, facts: CallbackFacts) -> None:
        """Deliver ``call.started`` and its like to the number's events URL."""
        self.deliver(call_event(kind, self._call.detail, facts))

    def deliver(self, event: Event) -> None:
        """Deliver an event to the number's events URL, if it has one."""
        call = self._call
        url = call.number.events_url
        if not url:
            return
        deliveries = call.switchboard.deliveries
        delivery = deliveries.prepare(event, url, call.number.signing_secret, call.modes)

        async def attempt() -> WebhookAnswer:
            answer = await deliveries.first_attempt(delivery)
            self._note(answer, event.kind, delivery.post, obeyed=False)
            return answer

        self._send(call.modes.event_posts, attempt)

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the call; it is waited for when the call has ended."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def settle(self) -> None:
        """Wait for what still runs beside the call."""
        while self._background:
            await asyncio.gather(*self._background, return_exceptions=True)

    def _send(self, way: Posting, send: Callable[[], Coroutine[Any, Any, WebhookAnswer]]) -> None:
        if way is Posting.NONE or self._call.modes.number is NumberState.SUSPENDED:
            return
        if way in (Posting.LATE, Posting.SHUFFLED):
            self.in_background(self._send_late(way, send))
            return
        for _ in range(2 if way is Posting.TWICE else 1):
            self.in_background(self._send_in_turn(send))

    async def _send_in_turn(self, send: Callable[[], Coroutine[Any, Any, WebhookAnswer]]) -> None:
        async with self._in_order:
            await send()

    async def _send_late(
        self, way: Posting, send: Callable[[], Coroutine[Any, Any, WebhookAnswer]]
    ) -> None:
        board = self._call.switchboard
        await board.clock.sleep(board.deliveries.wait_s(way))
        await send()

    def _labelled(self, url: str) -> str:
        """An outbound call's URL carries the label that the call was placed with."""
        label = self._call.detail.client_request_id
        if not label or len(quote(label, safe="")) > MOST_LABEL_BYTES:
            return url
        more = urlencode({"clientRequestId": label})
        return f"{url}{'&' if urlsplit(url).query else '?'}{more}"

    def _note(self, answer: WebhookAnswer, state: str, post: Post, *, obeyed: bool) -> None:
        note: dict[str, Any] = {
            "url": answer.url,
            "state": state,
            "status": answer.status,
            "took_ms": round(answer.took_ms, 1),
            "obeyed": obeyed,
            "body": post.body[:MOST_SHOWN].decode(errors="replace"),
            "signature": answer.signature,
        }
        if post.headers:
            note["headers"] = dict(post.headers)
        if answer.failure:
            note["failure"] = answer.failure
        if not obeyed and answer.is_good and _has_verbs(answer):
            note["ignored"] = answer.body[:200].decode(errors="replace")
        self._call.tell("posted", **note)


def _has_verbs(answer: WebhookAnswer) -> bool:
    if "json" in answer.content_type and b'"actions"' not in answer.body:
        return False
    try:
        return bool(answer.actions())
    except BadDocument:
        return True
