"""One call while it is up: its sound each tick, its streams, its record, its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from mapokezi.audio.formats import pcm_of, samples_in
from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.call_detail import CallDetail, CallStatus
from mapokezi.emulator.call_posts import CallPosts
from mapokezi.emulator.call_states import CallState
from mapokezi.emulator.callback_bodies import CallbackFacts
from mapokezi.emulator.callees import CalleeScript
from mapokezi.emulator.chores import Chores
from mapokezi.emulator.clock import Clock
from mapokezi.emulator.deliveries import Deliveries
from mapokezi.emulator.heard_sound import HeardSound
from mapokezi.emulator.mode_values.streams import Keys, StreamEnd
from mapokezi.emulator.modes import ModeBoard
from mapokezi.emulator.mouth import Mouth
from mapokezi.emulator.rooms import Rooms
from mapokezi.emulator.settings import EmulatorSettings, Number
from mapokezi.emulator.sounds import Player
from mapokezi.emulator.stream_fork import StreamFork
from mapokezi.emulator.telephone_line import SILENCE, TelephoneLine
from mapokezi.emulator.wallet import Wallet
from mapokezi.emulator.webhooks import Webhooks


class Earpiece(Protocol):
    """The telephone at the caller's end."""

    def hear(self, pcm: bytes) -> None:
        """Play 20 ms of S16LE mono 8 kHz."""

    def tell(self, event: dict[str, Any]) -> None:
        """Show an event of the call."""


class Third(Protocol):
    """Somebody in the call beside the caller and who answers: see `supervision`."""

    def speak(self, caller: bytes) -> tuple[bytes, bytes]:
        """Say 20 ms: the caller's with what is added for who answers, and what the caller hears."""

    def hear(self, pcm: bytes) -> None:
        """Hear 20 ms of both sides."""


@dataclass(slots=True)
class Switchboard:
    """What all calls of one platform share."""

    settings: EmulatorSettings
    webhooks: Webhooks
    clock: Clock
    deliveries: Deliveries
    modes: ModeBoard
    wallet: Wallet
    recordings: Path
    """The folder of what Record keeps."""
    chores: Chores = field(default_factory=Chores)
    """What goes on after calls."""
    public_url: str = ""
    """Where the platform itself is reached, for the links that it posts."""
    callees: dict[str, CalleeScript] = field(default_factory=dict)
    """Who answers which number; begins as the settings have it."""
    rooms: Rooms = field(default_factory=Rooms)
    visits: dict[str, Any] = field(default_factory=dict)
    """Who is in a room, by session id: `conferences.Visit`."""
    stale_handshakes: list[str] = field(default_factory=list)
    """Sessions whose handshake timed out; each makes one later stream, of another call, mute."""
    connecting: set[asyncio.Task[None]] = field(default_factory=set)
    """Streams whose handshake is under way."""
    watch: Callable[[CallDetail, dict[str, Any]], None] | None = None
    """Told each event of each call, for whoever prints them."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """Why a call ends."""

    by: str
    """``caller``, ``callee``, ``platform`` or ``api``."""
    cause: str = "NORMAL_CLEARING"
    status: CallStatus | None = None
    """None: completed if it was answered, else canceled."""
    failure_code: str = ""


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
        self.settings = switchboard.settings
        self.line, self.earpiece = line, earpiece
        self.mouth = Mouth()
        self.player = Player()
        self.posts = CallPosts(self)
        self.forks: list[StreamFork] = []
        self.writes = True
        """Whether the platform writes to the caller at all; False under a plain park."""
        self.joined: Callable[[bytes], bytes] | None = None
        """Given the caller's 20 ms, tells what those say whom the caller is joined to."""
        self.supervision: Third | None = None
        """Who listens in or speaks; one at a time."""
        self.listeners: list[Callable[[bytes], None]] = []
        """Get the caller's sound of each tick: what records it."""
        self.stream_names: set[str] = set()
        """Streams that were ever started on this call."""
        self.at_end: list[Callable[[], None]] = []
        """Called once when the call ends, before its last callback."""
        self.digits: asyncio.Queue[str] = asyncio.Queue()
        self.document_url = number.voice_url
        self.dial_facts: dict[str, Any] = {}
        """What the last dialled leg came to; told in the next post."""
        self.hang_up_wanted: asyncio.Future[HangUp] = loop.create_future()
        self.ended: asyncio.Future[CallDetail] = loop.create_future()
        """Done when the call is over and its last callbacks have been posted."""
        self.heard = {detail.remote: HeardSound()} if self.settings.keep_legs else {}
        """What each leg hears, by its number; empty if nothing is kept."""
        self._own_ear = self.heard.get(detail.remote)
        self._loop = loop
        self._began = loop.time()
        self._frames = 0

    @property
    def now_s(self) -> float:
        """Seconds since the call began."""
        return self._loop.time() - self._began

    @property
    def modes(self) -> Behaviour:
        """How the platform behaves toward this call."""
        return self.detail.modes

    # -- each tick --

    def tick(self) -> None:
        """Move 20 ms of sound, both ways."""
        caller = self.line.toward_platform(self.mouth.take())
        third = self.supervision
        near, aside = (caller, SILENCE) if third is None else third.speak(caller)
        own = self.player.take()
        writes = self.writes or self.player.is_playing
        if self.joined is not None:
            own, writes = mixed(own, self.joined(near)), True
        written: bytes | None = own if writes else None
        for fork in self.forks:
            fork.read_tick(near, own)
            written = fork.write_tick(written)
        for listener in self.listeners:
            listener(caller)
        self._frames += 1
        spoken = written or SILENCE
        if third is not None:
            third.hear(mixed(caller, spoken))
        heard = self.line.toward_caller(mixed(spoken, aside))
        if self._own_ear is not None:
            self._own_ear.feed(heard)
        self.earpiece.hear(heard)
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
        self.posts.tell_event("call.answered", self.facts(CallState.ANSWERED))

    def press(self, digit: str) -> None:
        """The caller pressed a key: tones on the line, and text where a layer above sends it.

        Raises:
            ValueError: If there is no such key.
        """
        self.mouth.press(digit, sounds=self.modes.keys in (Keys.IN_BAND, Keys.BOTH))
        self.digits.put_nowait(digit)
        texts = self.modes.keys in (Keys.TEXT, Keys.BOTH)
        if texts:
            for fork in self.forks:
                fork.send_key(digit)
        self.tell("key_pressed", digit=digit, as_text=texts)

    def hang_up(self, how: HangUp) -> None:
        """Ask for the end; the first to ask is the one who hung up.

        Streams are closed at once, as was measured: before anything else of the end.
        """
        if not self.hang_up_wanted.done():
            self.hang_up_wanted.set_result(how)
            self.stop_streams()

    def stop_streams(self) -> None:
        """Close what is open of them, as the end of the call does."""
        for fork in self.forks:
            fork.stop(empty_binary_first=self.modes.stream_end is StreamEnd.EMPTY_FIRST)

    def hang_up_here(self) -> None:
        """Whoever is at the call's own telephone hangs up."""
        self.hang_up(HangUp("callee" if self.detail.is_outbound else "caller"))

    def change_modes(self, changes: dict[str, Any]) -> None:
        """Behave otherwise from now on; a stream's fault strikes at once."""
        self.detail.change_modes(changes)
        if "stream_fault" in changes:
            for fork in self.forks:
                fork.suffer(self.modes.stream_fault)

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
            direction=detail.direction.capitalize(),
            client_request_id=detail.client_request_id,
        )
        return replace(facts, **more)


def mixed(one: bytes, other: bytes) -> bytes:
    """The sum of two frames; what is too loud is limited, as a conference bridge does."""
    if other == SILENCE:
        return one
    if one == SILENCE:
        return other
    return pcm_of(samples_in(one).astype(np.float32) + samples_in(other))
