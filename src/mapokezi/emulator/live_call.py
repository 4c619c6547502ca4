"""One call while it is up: its sound each tick, its streams, its record, its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from mapokezi.emulator.call_detail import CallDetail, CallStatus
from mapokezi.emulator.callback_bodies import CallbackFacts
from mapokezi.emulator.mouth import Mouth
from mapokezi.emulator.settings import CallState, EmulatorSettings, Number
from mapokezi.emulator.sounds import Player
from mapokezi.emulator.stream_fork import StreamFork
from mapokezi.emulator.telephone_line import SILENCE, TelephoneLine
from mapokezi.emulator.webhooks import WebhookAnswer, Webhooks
from mapokezi.telephony.markup import BadDocument


class Earpiece(Protocol):
    """The telephone at the caller's end."""

    def hear(self, pcm: bytes) -> None:
        """Play 20 ms of S16LE mono 8 kHz."""

    def tell(self, event: dict[str, Any]) -> None:
        """Show an event of the call."""


@dataclass(slots=True)
class Switchboard:
    """What all calls of one platform share."""

    settings: EmulatorSettings
    webhooks: Webhooks
    recordings: Path
    """The folder of what Record keeps."""
    public_url: str = ""
    """Where the platform itself is reached, for the links that it posts."""
    stale_handshakes: int = 0
    """Handshakes that timed out, each of which makes one later stream mute."""
    connecting: set[asyncio.Task[None]] = field(default_factory=set)
    """Streams whose handshake is under way."""
    watch: Callable[[CallDetail, dict[str, Any]], None] | None = None
    """Told each event of each call, for whoever prints them."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """Why a call ends."""

    by: str
    """``caller``, ``platform`` or ``api``."""
    cause: str = "NORMAL_CLEARING"
    status: CallStatus | None = None
    """None: completed if it was answered, else canceled."""
    failure_code: str = ""


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


class LiveCall:
    """A call in progress. Everything in it belongs to the event loop's thread."""

    def __init__(
        self,
        detail: CallDetail,
        number: Number,
        switchboard: Switchboard,
        line: TelephoneLine,
        earpiece: Earpiece,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.detail, self.number, self.switchboard = detail, number, switchboard
        self.settings, self.webhooks = switchboard.settings, switchboard.webhooks
        self.line, self.earpiece = line, earpiece
        self.mouth = Mouth()
        self.player = Player()
        self.forks: list[StreamFork] = []
        self.writes = True
        """Whether the platform writes to the caller at all; False under a plain park."""
        self.listeners: list[Callable[[bytes], None]] = []
        """Get the caller's sound of each tick: what records it."""
        self.stream_names: set[str] = set()
        """Streams that were ever started on this call."""
        self.at_end: list[Callable[[], None]] = []
        """Called once when the call ends, before its last callback."""
        self.digits: asyncio.Queue[str] = asyncio.Queue()
        self.digits_on_stream = self.settings.digits_on_stream
        self.document_url = number.voice_url
        self.dial_facts: dict[str, Any] = {}
        """What the last dialled leg came to; told in the next post."""
        self.hang_up_wanted: asyncio.Future[HangUp] = loop.create_future()
        self.ended: asyncio.Future[CallDetail] = loop.create_future()
        """Done when the call is over and its last callbacks have been posted."""
        self._loop = loop
        self._began = loop.time()
        self._frames = 0
        self._background: set[asyncio.Task[None]] = set()
        self._lifecycle = asyncio.Lock()

    @property
    def now_s(self) -> float:
        """Seconds since the call began."""
        return self._loop.time() - self._began

    # -- each tick --

    def tick(self) -> None:
        """Move 20 ms of sound, both ways."""
        caller = self.line.toward_platform(self.mouth.take())
        own = self.player.take()
        written: bytes | None = own if self.writes or self.player.is_playing else None
        for fork in self.forks:
            fork.read_tick(caller, own)
            written = fork.write_tick(written)
        for listener in self.listeners:
            listener(caller)
        self._frames += 1
        self.earpiece.hear(self.line.toward_caller(written or SILENCE))
        if self.forks and any(fork.is_spent for fork in self.forks):
            self.forks = [fork for fork in self.forks if not fork.is_spent]

    # -- what happens --

    def tell(self, kind: str, **what: Any) -> None:
        """Note an event, and show it at the telephone."""
        event = {"type": kind, "t_ms": round(self.now_s * 1000), "frame": self._frames, **what}
        self.detail.events.append(event)
        self.earpiece.tell(event)
        if self.switchboard.watch is not None:
            self.switchboard.watch(self.detail, event)

    def answer(self, at: datetime) -> None:
        """Answer the caller, once: the ringing ends and the meter starts."""
        if self.detail.answered_s is not None or self.detail.is_over:
            return
        self.player.stop()
        self.detail.answered_s = self.now_s
        self.detail.answered_at = at
        self.detail.status = CallStatus.ANSWERED
        self.tell("answered")

    def press(self, digit: str) -> None:
        """The caller pressed a key: tones on the line, and text where a layer above sends it.

        Raises:
            ValueError: If there is no such key.
        """
        self.mouth.press(digit)
        self.digits.put_nowait(digit)
        if self.digits_on_stream:
            for fork in self.forks:
                fork.send_key(digit)

    def hang_up(self, how: HangUp) -> None:
        """Ask for the end; the first to ask is the one who hung up."""
        if not self.hang_up_wanted.done():
            self.hang_up_wanted.set_result(how)

    # -- callbacks --

    def facts(self, state: CallState, is_active: bool = True, **more: Any) -> CallbackFacts:
        """What a post about this call says just now."""
        detail = self.detail
        seconds = 0.0
        if detail.answered_s is not None:
            seconds = (self.now_s if detail.ended_s is None else detail.ended_s) - detail.answered_s
        facts = CallbackFacts(
            session_id=detail.session_id,
            caller=detail.caller,
            dialled=detail.dialled,
            state=state,
            is_active=is_active,
            duration_s=round(seconds),
        )
        return replace(facts, **more)

    async def post(
        self, url: str, facts: CallbackFacts, event_kind: str = "", obeyed: bool = True
    ) -> WebhookAnswer:
        """Post a callback and note what came back."""
        answer = await self.webhooks.post(url, facts, self.number, event_kind)
        note: dict[str, Any] = {
            "url": url,
            "state": facts.state.value,
            "status": answer.status,
            "took_ms": round(answer.took_ms, 1),
            "obeyed": obeyed,
        }
        if answer.failure:
            note["failure"] = answer.failure
        if not obeyed and answer.is_good and _has_verbs(answer):
            note["ignored"] = answer.body[:200].decode(errors="replace")
        self.tell("posted", **note)
        return answer

    def post_in_background(self, url: str, facts: CallbackFacts, event_kind: str = "") -> None:
        """Post a lifecycle callback, whose answer is not looked at; they go out in order."""
        if url:
            self.in_background(self._post_in_turn(url, facts, event_kind))

    async def _post_in_turn(self, url: str, facts: CallbackFacts, event_kind: str) -> None:
        async with self._lifecycle:
            await self.post(url, facts, event_kind, obeyed=False)

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the call; it is waited for when the call has ended."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def settle(self) -> None:
        """Wait for what still runs beside the call."""
        while self._background:
            await asyncio.gather(*self._background, return_exceptions=True)


def _has_verbs(answer: WebhookAnswer) -> bool:
    try:
        return bool(answer.actions())
    except BadDocument:
        return True
