"""A call placed by a caller: the telephone, the pace of 20 ms, the recording, what was heard.

The caller decides everything about the conversation (`mapokezi.emulator.callers`); this joins it to
a telephone, keeps true pace, has the words of what is heard found in a thread, and records both
directions as they were at the earpiece and the mouthpiece.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from mapokezi.audio.formats import FRAME_MS, samples_in
from mapokezi.audio.wav import wav_bytes
from mapokezi.emulator.caller_ear import Hear
from mapokezi.emulator.callers import PHONE_RATE_HZ, SILENT_FRAME, Caller, HeardTurn, Step
from mapokezi.emulator.listening import level_dbfs
from mapokezi.emulator.measuring import VOICE_DBFS, Span, Timings, measure_call
from mapokezi.emulator.phone_socket import PhoneSocket, Telephone

_FRAME_S = FRAME_MS / 1000
_USUAL_WAITING_FRAMES = 3
_MOST_WAITING_FRAMES = 10
"""More than this waiting and the oldest is left out, as a telephone's jitter buffer does; with
more than the usual only if it is silence, so that no word is spoilt."""
_NOTES = frozenset(
    {"posted", "document", "kill_audio", "stream_event", "key_pressed", "api_request"}
)
"""Events that are kept, but are no part of the conversation."""
_ENDED_WAIT_S = 3.0
"""How long to wait for the platform's own word on the call after hanging up."""


@dataclass(frozen=True, slots=True)
class LineConditions:
    """How good the caller's line is; the emulator makes it so."""

    noise_dbfs: float | None = None
    echo_db: float | None = None
    echo_ms: float | None = None
    seed: int = 1

    def as_dict(self) -> dict[str, object]:
        """Give the conditions as they are dialled with; what is not set is left to the emulator."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class CallPlan:
    """A call to be placed."""

    caller: Caller
    """Who speaks; made ready before (nothing is synthesised during a call)."""
    from_number: str
    to_number: str
    url: str = "ws://127.0.0.1:8080/phone"
    line: LineConditions = field(default_factory=LineConditions)
    hear: Hear | None = None
    """Finds the words in what is heard; needed by a caller who reacts to them."""
    longest_s: float = 600.0
    """The caller hangs up after this, whatever happens."""
    ring_s: float = 60.0
    """How long the caller lets it ring."""
    modes: Mapping[str, object] = field(default_factory=dict)
    """How the platform is to behave in this call alone."""


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A line of the conversation as the caller lived it."""

    speaker: str
    """``caller``, ``receptionist`` or ``platform`` (an event)."""
    text: str
    """The words; empty of the receptionist's if no recogniser listened."""
    start_ms: int
    end_ms: int
    """Milliseconds from the answer, negative before it; from dialling if there was no answer."""


OnLine = Callable[[SpokenLine], None]
"""Told of each line as it comes: the caller's as they begin, the receptionist's when heard."""


@dataclass(slots=True)
class CallHeard:
    """A call as it was heard at the caller's telephone."""

    from_number: str
    to_number: str
    conversation: list[SpokenLine] = field(default_factory=list)
    """In the order of ``start_ms``."""
    events: list[Mapping[str, Any]] = field(default_factory=list)
    """The platform's events as they came, each with ``at_ms`` from the answer added: its place in
    the sound that was heard, to 20 ms and never later than it was, if the platform told it."""
    answered: bool = False
    hung_up_by: str = ""
    """``caller`` or ``platform``; empty if the line was lost."""
    ended: Mapping[str, Any] = field(default_factory=dict)
    """The platform's last event, ``ended``, with its CDR."""
    late_frames: int = 0
    """20 ms frames left out because they came in too late, in a burst."""
    missing_frames: int = 0
    """20 ms for which nothing had come in."""
    said_pcm: bytes = b""
    heard_pcm: bytes = b""
    """Both directions from the answer on, in step: S16LE mono at 8 kHz."""
    turns: list[Span] = field(default_factory=list)
    """Where the caller's turns lie."""

    @property
    def length_ms(self) -> int:
        """How long the call lasted from its answer."""
        return len(self.heard_pcm) * 1000 // (PHONE_RATE_HZ * 2)

    @property
    def session_id(self) -> str:
        """The platform's name of the call; empty if the line was lost before it told."""
        return str((self.ended.get("cdr") or {}).get("session_id", ""))

    @property
    def torn(self) -> int:
        """How many holes a busy machine tore into what the caller said, before it was on a line."""
        return int(self.ended.get("torn", 0))

    @property
    def stream_opened_ms(self) -> int | None:
        """When the platform opened the media stream, from the answer; None if it never did."""
        found = (int(event["at_ms"]) for event in self.events if event["type"] == "stream_open")
        return next(found, None)

    def timings(self) -> Timings:
        """Measure the call in its recording; the first word from the opening of the stream."""
        return measure_call(
            self.said_pcm,
            self.heard_pcm,
            PHONE_RATE_HZ,
            turns=self.turns,
            opened_ms=self.stream_opened_ms or 0,
        )

    def as_dict(self) -> dict[str, object]:
        """Give everything but the sound, for JSON."""
        return {
            "from": self.from_number,
            "to": self.to_number,
            "answered": self.answered,
            "hung_up_by": self.hung_up_by,
            "length_ms": self.length_ms,
            "conversation": [asdict(line) for line in self.conversation],
            "timings": self.timings().as_dict(),
            "events": [dict(event) for event in self.events],
            "ended": dict(self.ended),
            "late_frames": self.late_frames,
            "missing_frames": self.missing_frames,
        }

    def recording(self) -> bytes:
        """Give a stereo WAV file: left what the caller said, right what the caller heard."""
        pair = np.stack([samples_in(self.said_pcm), samples_in(self.heard_pcm)], axis=1)
        return wav_bytes(pair.tobytes(), PHONE_RATE_HZ, channels=2)

    def write_recording(self, path: Path) -> None:
        """Write the stereo recording."""
        path.write_bytes(self.recording())


async def place_call(
    plan: CallPlan, on_line: OnLine | None = None, telephone: Telephone | None = None
) -> CallHeard:
    """Place a call and live it through, at true pace.

    Args:
        plan: who calls whom, and how.
        on_line: told of each line of the conversation as it comes.
        telephone: the line to use instead of a socket of the plan's own.

    Raises:
        PhoneLineLost: if the emulator cannot be reached; a line that breaks later ends the call
            with ``hung_up_by`` empty.
    """
    phone = telephone or PhoneSocket(plan.url)
    request: dict[str, Any] = {"from": plan.from_number, "to": plan.to_number}
    await phone.dial({**request, "line": plan.line.as_dict(), "modes": dict(plan.modes)})
    with ThreadPoolExecutor(1, "caller-ear") as ear_thread:
        call = _LiveCall(plan, phone, on_line, ear_thread)
        try:
            await call.live()
        finally:
            await phone.close()
        return await call.finished()


class _LiveCall:
    """One call while it lasts."""

    def __init__(
        self,
        plan: CallPlan,
        phone: Telephone,
        on_line: OnLine | None,
        ear_thread: ThreadPoolExecutor,
    ) -> None:
        self._plan, self._phone, self._on_line = plan, phone, on_line
        self._ear_thread = ear_thread
        self._loop = asyncio.get_running_loop()
        self._heard = CallHeard(plan.from_number, plan.to_number)
        self._said_pcm, self._heard_pcm = bytearray(), bytearray()
        self._dialled_at = self._loop.time()
        self._answered_at: float | None = None
        self._events: list[tuple[float, dict[str, Any]]] = []
        self._frame_places_ms: list[int] = []
        """Where in the sound heard each frame that came in since the answer has its place."""
        self._listening: set[asyncio.Task[None]] = set()
        self._hung_up_at: float | None = None
        self._is_over = False

    async def live(self) -> None:
        """Step the caller every 20 ms until the call is over."""
        next_at = self._loop.time()
        while not self._is_over:
            self._read_events()
            if self._answered_at is not None and self._hung_up_at is None:
                self._live_a_frame()
            self._watch_the_time()
            next_at += _FRAME_S
            await asyncio.sleep(max(0.0, next_at - self._loop.time()))

    async def finished(self) -> CallHeard:
        """Wait for the last words to be understood, and put the call together."""
        last = self._plan.caller.last_heard()
        if last is not None:
            self._understand(last)
        if self._listening:
            await asyncio.gather(*self._listening)
        heard = self._heard
        self._place_events()
        heard.conversation.sort(key=lambda line: line.start_ms)
        heard.said_pcm, heard.heard_pcm = bytes(self._said_pcm), bytes(self._heard_pcm)
        heard.turns = [turn.span for turn in self._plan.caller.said]
        return heard

    def _live_a_frame(self) -> None:
        frame = self._take_frame()
        while frame is not None and self._is_too_late(frame):
            frame = self._take_frame()
            self._heard.late_frames += 1
        if frame is None:
            self._heard.missing_frames += 1
        self._live(frame or SILENT_FRAME)

    def _is_too_late(self, frame: bytes) -> bool:
        """Whether to leave a frame out, because others wait behind it: silence sooner."""
        waiting = self._phone.waiting_frames()
        is_silent = level_dbfs(frame) < VOICE_DBFS
        return waiting >= _MOST_WAITING_FRAMES or (is_silent and waiting >= _USUAL_WAITING_FRAMES)

    def _take_frame(self) -> bytes | None:
        frame = self._phone.next_frame()
        if frame is not None:
            self._frame_places_ms.append(len(self._said_pcm) * 1000 // (PHONE_RATE_HZ * 2))
        return frame

    def _live(self, frame: bytes) -> None:
        starts_ms = len(self._said_pcm) * 1000 // (PHONE_RATE_HZ * 2)
        step: Step = self._plan.caller.step(frame)
        self._said_pcm += step.frame
        self._heard_pcm += frame.ljust(len(step.frame), b"\0")[: len(step.frame)]
        self._phone.speak(step.frame)
        for digit in step.digits:
            self._phone.press(digit)
        if step.began is not None:
            length_ms = len(step.began.pcm) * 1000 // (PHONE_RATE_HZ * 2)
            text = step.began.text
            self._tell(SpokenLine("caller", text, starts_ms, starts_ms + length_ms))
        if step.heard is not None:
            self._understand(step.heard)
        if step.hang_up:
            self._hang_up()

    def _hang_up(self) -> None:
        self._heard.hung_up_by = "caller"
        self._hung_up_at = self._loop.time()
        self._phone.hang_up()

    def _understand(self, turn: HeardTurn) -> None:
        """Have the words of a turn found, and tell of them."""
        task = asyncio.ensure_future(self._find_words(turn))
        self._listening.add(task)
        task.add_done_callback(self._listening.discard)

    async def _find_words(self, turn: HeardTurn) -> None:
        text = ""
        if self._plan.hear is not None:
            text = await self._loop.run_in_executor(self._ear_thread, self._plan.hear, turn.pcm)
        self._plan.caller.understood(turn.turn_id, text)
        self._tell(SpokenLine("receptionist", text, turn.span.start_ms, turn.span.end_ms))

    def _read_events(self) -> None:
        while (event := self._phone.next_event()) is not None:
            kind, now = str(event.get("type", "")), self._loop.time()
            if kind == "answered" and self._answered_at is None:
                self._answered_at = now
                self._heard.answered = True
            self._events.append((now, dict(event)))
            if self._on_line is not None and kind not in _NOTES:
                at_ms = self._since_answer_ms(now)
                self._on_line(SpokenLine("platform", kind, at_ms, at_ms))
            if kind == "ended":
                self._heard.hung_up_by = self._heard.hung_up_by or "platform"
                self._is_over = True

    def _place_events(self) -> None:
        """Give each event its instant from the answer, now that the answer is known."""
        kinds = {str(event.get("type")): event for _, event in reversed(self._events)}
        answered_frame = kinds.get("answered", {}).get("frame")
        for at, event in self._events:
            at_ms = self._since_answer_ms(at)
            if isinstance(answered_frame, int) and isinstance(event.get("frame"), int):
                at_ms = self._place_of_frame_ms(event["frame"] - answered_frame - 1, at_ms)
            placed = {"type": "", **event, "at_ms": at_ms}
            self._heard.events.append(placed)
            kind = str(event.get("type", ""))
            if kind not in _NOTES:
                line = SpokenLine("platform", kind, placed["at_ms"], placed["at_ms"])
                self._heard.conversation.append(line)
            if kind == "ended":
                self._heard.ended = placed

    def _place_of_frame_ms(self, number: int, otherwise_ms: int) -> int:
        """Find the place of a frame in the sound heard, by its number since the answer."""
        if number < 0:
            return (number + 1) * FRAME_MS
        places = self._frame_places_ms
        return places[number] if number < len(places) else otherwise_ms

    def _watch_the_time(self) -> None:
        now = self._loop.time()
        if not self._phone.is_connected:
            self._is_over = True
        elif self._hung_up_at is not None:
            self._is_over = self._is_over or now - self._hung_up_at > _ENDED_WAIT_S
        elif self._answered_at is None:
            if now - self._dialled_at > self._plan.ring_s:
                self._hang_up()
        elif now - self._answered_at > self._plan.longest_s:
            self._hang_up()

    def _since_answer_ms(self, at: float) -> int:
        """Milliseconds from the answer, or from dialling while there is no answer yet."""
        since = self._dialled_at if self._answered_at is None else self._answered_at
        return round((at - since) * 1000)

    def _tell(self, line: SpokenLine) -> None:
        self._heard.conversation.append(line)
        if self._on_line is not None:
            self._on_line(line)
