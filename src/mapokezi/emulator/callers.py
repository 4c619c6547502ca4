"""Callers who take turns by listening to what comes back, as people do.

Pure: a caller is stepped once every 20 ms with what its earpiece gives, and says what its mouth
does in the same 20 ms. It has no socket, no clock and no synthesis: every line was made into
sound before the call. `ScriptedCaller` says its lines one after another; `ReactiveCaller` chooses
each by the words it heard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from mapokezi.audio.formats import FRAME_MS, samples_in
from mapokezi.emulator.floor import HEARD_FOR_MS, Floor
from mapokezi.emulator.listening import Listener, ListeningSettings, TurnHeard, VoiceHeard
from mapokezi.emulator.measuring import VOICE_DBFS, Span, voiced_spans

PHONE_RATE_HZ = 8_000
FRAME_BYTES = PHONE_RATE_HZ * FRAME_MS // 1000 * 2
SILENT_FRAME = bytes(FRAME_BYTES)

_LEAD_IN_MS = 200
"""How much of what came before a voice is kept with it, for the recogniser."""
_SHORT_PAUSE_MS = 200
"""A receptionist that has been quiet for longer is not being cut into."""
_LONGEST_TURN_MS = 60_000
"""More than this of one turn no recogniser is given."""


@dataclass(frozen=True, slots=True)
class CallerLine:
    """Something a caller does in one turn: says words, plays a sound, presses keys."""

    text: str
    """The words, or what else to show for it."""
    pcm: bytes = b""
    """Its sound: S16LE mono PCM at 8 kHz."""
    digits: str = ""
    """Keys pressed after it: any of ``0123456789*#``."""
    cut_in_ms: int | None = None
    """Say it over the receptionist, this long after the receptionist began to speak; None: wait
    until the receptionist has finished."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How a caller behaves."""

    listening: ListeningSettings = field(default_factory=ListeningSettings)
    pause_ms: int = 0
    """How long to think, beyond the hang time, before a line."""
    barge_in_ms: int | None = None
    """Cut in with every line, this long after the receptionist began to speak."""
    silent: bool = False
    """Never say a word."""
    hang_up_after_s: float | None = None
    """Hang up so long after the answer, whatever is going on."""
    lingers_s: float = 2.0
    """How long to wait after the last reply for the receptionist to end the call."""
    patience_s: float = 15.0
    """Hang up if nothing at all is heard for so long."""


@dataclass(frozen=True, slots=True)
class SaidTurn:
    """What the caller said, and when."""

    text: str
    span: Span
    """From the first to the last audible sound of it, pauses included."""
    cut_in: bool


@dataclass(frozen=True, slots=True)
class HeardTurn:
    """What the caller heard the receptionist say, as sound."""

    turn_id: int
    span: Span
    pcm: bytes
    """S16LE mono at 8 kHz: the turn, with a little of the quiet before and after it."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a caller does in 20 ms."""

    frame: bytes = SILENT_FRAME
    digits: str = ""
    hang_up: bool = False
    began: CallerLine | None = None
    """The line that begins with this frame."""
    heard: HeardTurn | None = None
    """A turn of the receptionist that has just been heard out."""


class Caller(Protocol):
    """Somebody at the telephone."""

    said: list[SaidTurn]

    def step(self, heard: bytes) -> Step:
        """Live through 20 ms: hear a frame, and say one."""

    def understood(self, turn_id: int, text: str) -> None:
        """Take the words of a turn that was heard, when a recogniser has found them."""

    def last_heard(self) -> HeardTurn | None:
        """Give what was being heard when the call ended, if it was not told of yet."""


class Part(Protocol):
    """What a reactive caller has to say in answer to what it hears."""

    def lines(self) -> Sequence[str]:
        """Everything that it may ever say, so that it can be made into sound beforehand."""

    def reply(self, heard: str) -> str | None:
        """Choose a line in answer to the receptionist's words; None to say nothing."""

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to say or to wait for."""


@dataclass(slots=True)
class _Mouth:
    """A line being said."""

    rest: bytes = b""

    def begin(self, pcm: bytes) -> None:
        self.rest = pcm

    def next_frame(self) -> bytes:
        frame, self.rest = self.rest[:FRAME_BYTES], self.rest[FRAME_BYTES:]
        return frame.ljust(FRAME_BYTES, b"\0")

    @property
    def is_busy(self) -> bool:
        return bool(self.rest)


@dataclass(slots=True)
class _Ear:
    """The turn that is being heard, or was heard last."""

    listener: Listener
    kept: bytearray = field(default_factory=bytearray)
    """The sound of the turn under way, or a little of the quiet before one."""
    voice_from_ms: int | None = None
    """When the turn under way began."""
    turn: TurnHeard | None = None
    """The last turn that was heard out."""
    turns: int = 0

    def hear(self, frame: bytes) -> HeardTurn | None:
        self._keep(frame)
        finished = None
        for event in self.listener.feed(frame):
            if isinstance(event, VoiceHeard):
                self.voice_from_ms = event.at_ms
            else:
                self.turn = event
                finished = self.tell(Span(event.started_ms, event.ended_ms))
        return finished

    def tell(self, span: Span) -> HeardTurn:
        self.turns += 1
        heard = HeardTurn(self.turns, span, bytes(self.kept))
        self.voice_from_ms = None
        self.kept.clear()
        return heard

    def _keep(self, frame: bytes) -> None:
        self.kept += frame
        longest_ms = _LEAD_IN_MS if self.voice_from_ms is None else _LONGEST_TURN_MS
        too_much = len(self.kept) - longest_ms * PHONE_RATE_HZ // 1000 * 2
        if too_much > 0:
            del self.kept[:too_much]


class Talker:
    """Mouth and ear of a caller, and the rules of turn-taking that every caller keeps."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self.said: list[SaidTurn] = []
        self.now_ms = 0
        self._mouth = _Mouth()
        self._ear = _Ear(Listener(manners.listening))
        self._line_ended_ms = -1
        self._line_voice_ms = 0

    @property
    def is_speaking(self) -> bool:
        """Whether a line is being said."""
        return self._mouth.is_busy

    @property
    def answered(self) -> bool:
        """Whether the receptionist has had a say since the caller's last line, and is done."""
        turn = self._ear.turn
        return (
            turn is not None
            and self._ear.voice_from_ms is None
            and turn.ended_ms > self._line_ended_ms
        )

    @property
    def quiet_ms(self) -> int:
        """For how long nobody has been heard, the caller neither."""
        if self._mouth.is_busy:
            return 0
        return min(self._ear.listener.quiet_ms, self.now_ms - max(0, self._line_ended_ms))

    @property
    def answer_heard_ms(self) -> int:
        """How long ago the receptionist began to answer the last line; 0 if it has not yet."""
        turn, since_ms = self._ear.turn, self._ear.voice_from_ms
        if since_ms is None and turn is not None:
            since_ms = turn.started_ms
        if self._mouth.is_busy or since_ms is None or since_ms < self._line_ended_ms:
            return 0
        return self.now_ms - since_ms

    def may_cut_in(self, after_ms: int) -> bool:
        """Whether the receptionist has been speaking for so long, in answer to the last line."""
        since_ms = self._ear.voice_from_ms
        return (
            since_ms is not None
            and since_ms >= self._line_voice_ms
            and self._ear.listener.quiet_ms <= _SHORT_PAUSE_MS
            and self.now_ms - since_ms >= after_ms
        )

    @property
    def is_out_of_patience(self) -> bool:
        """Whether to hang up: the time that the manners set is over, or nothing is heard."""
        limit_s = self.manners.hang_up_after_s
        if limit_s is not None:
            return self.now_ms >= limit_s * 1000
        return self.quiet_ms >= self.manners.patience_s * 1000

    def hear(self, frame: bytes) -> HeardTurn | None:
        """Listen to 20 ms."""
        heard = self._ear.hear(frame)
        self.now_ms += FRAME_MS
        return heard

    def begin(self, line: CallerLine) -> None:
        """Begin to say a line, with the frame that comes next."""
        cuts_in = self._ear.voice_from_ms is not None
        self._mouth.begin(line.pcm)
        audible = audible_part(line.pcm)
        starts_ms = self.now_ms - FRAME_MS
        span = Span(starts_ms + audible.start_ms, starts_ms + audible.end_ms)
        self.said.append(SaidTurn(line.text, span, cuts_in))
        self._line_voice_ms = span.start_ms
        self._line_ended_ms = span.end_ms

    def speak(self) -> bytes:
        """Give the mouth's next 20 ms."""
        return self._mouth.next_frame() if self._mouth.is_busy else SILENT_FRAME

    def last_heard(self) -> HeardTurn | None:
        """Give what was being heard when the call ended, if it was not told of yet."""
        if self._ear.voice_from_ms is None:
            return None
        return self._ear.tell(Span(self._ear.voice_from_ms, self.now_ms))


class ScriptedCaller:
    """A caller who says given lines in order, each when the receptionist has had its say."""

    def __init__(
        self,
        lines: Sequence[CallerLine],
        manners: Manners | None = None,
        floor: Floor | None = None,
    ) -> None:
        """Take lines made into sound, how to behave, and what to take for each line, if any."""
        self._talker = Talker(manners or Manners())
        self._floor = floor
        self._lines = [] if self._talker.manners.silent else list(lines)
        self.said = self._talker.said

    def step(self, heard: bytes) -> Step:
        """Live through 20 ms: hear a frame, and say one."""
        talker = self._talker
        turn = talker.hear(heard)
        if talker.is_out_of_patience:
            return Step(hang_up=True, heard=turn)
        if self._floor is not None and talker.answer_heard_ms >= HEARD_FOR_MS:
            self._floor.leave(self)
        line = None
        if self._lines and not talker.is_speaking and self._may_begin(self._lines[0]):
            line = self._lines.pop(0)
            talker.begin(line)
        if not self._lines and line is None and self._is_done():
            return Step(hang_up=True, heard=turn)
        return Step(talker.speak(), line.digits if line else "", False, line, turn)

    def understood(self, turn_id: int, text: str) -> None:
        """Take note of nothing: the lines are said whatever comes back."""

    def last_heard(self) -> HeardTurn | None:
        """Give what was being heard when the call ended."""
        return self._talker.last_heard()

    def _may_begin(self, line: CallerLine) -> bool:
        talker = self._talker
        cut_in_ms = talker.manners.barge_in_ms if line.cut_in_ms is None else line.cut_in_ms
        if cut_in_ms is not None and talker.may_cut_in(cut_in_ms):
            return True
        hang_ms = talker.manners.listening.hang_ms
        if not talker.answered or talker.quiet_ms < hang_ms + talker.manners.pause_ms:
            return False
        return self._floor is None or self._floor.take(self)

    def _is_done(self) -> bool:
        talker = self._talker
        if talker.manners.silent or talker.manners.hang_up_after_s is not None:
            return False
        lingers_ms = talker.manners.listening.hang_ms + talker.manners.lingers_s * 1000
        return not talker.is_speaking and talker.answered and talker.quiet_ms >= lingers_ms


class ReactiveCaller:
    """A caller who answers what the receptionist says, by the words that a recogniser finds.

    Whoever steps it gives every `Step.heard` to a recogniser and hands the words to `understood`.
    """

    def __init__(
        self, part: Part, sounds: Mapping[str, bytes], manners: Manners | None = None
    ) -> None:
        """Take a part to play, and the sound of each of its lines at 8 kHz."""
        self._talker = Talker(manners or Manners())
        self._part = part
        self._sounds = sounds
        self._awaited_id = 0
        self._words: list[str] = []
        self._reply: str | None = None
        self.said = self._talker.said

    def step(self, heard: bytes) -> Step:
        """Live through 20 ms: hear a frame, and say one."""
        talker = self._talker
        turn = talker.hear(heard)
        if turn is not None:
            self._awaited_id = turn.turn_id
        if talker.is_out_of_patience or self._is_done():
            return Step(hang_up=True, heard=turn)
        line = None
        if self._reply is not None and not talker.is_speaking and talker.answered:
            line = CallerLine(self._reply, self._sounds[self._reply])
            self._reply = None
            self._words.clear()
            talker.begin(line)
        return Step(talker.speak(), "", False, line, turn)

    def understood(self, turn_id: int, text: str) -> None:
        """Choose what to say, unless the receptionist has gone on speaking meanwhile.

        What is answered is everything that was heard since the caller's last line: a receptionist
        may pause between an answer and the question that follows it.
        """
        talker = self._talker
        if talker.is_speaking:
            return
        self._words.append(text)
        if turn_id == self._awaited_id and talker.answered:
            self._awaited_id = 0
            self._reply = self._part.reply(" ".join(self._words))

    def last_heard(self) -> HeardTurn | None:
        """Give what was being heard when the call ended."""
        return self._talker.last_heard()

    def _is_done(self) -> bool:
        talker = self._talker
        lingers_ms = talker.manners.listening.hang_ms + talker.manners.lingers_s * 1000
        return (
            self._part.is_over
            and self._reply is None
            and not talker.is_speaking
            and talker.answered
            and talker.quiet_ms >= lingers_ms
        )


def audible_part(pcm: bytes) -> Span:
    """Find where a line's sound is audible, pauses included; all of it if nothing is."""
    spans = voiced_spans(pcm, PHONE_RATE_HZ, longest_pause_ms=0, voice_dbfs=VOICE_DBFS)
    whole_ms = len(samples_in(pcm)) * 1000 // PHONE_RATE_HZ
    return Span(spans[0].start_ms, spans[-1].end_ms) if spans else Span(0, whole_ms)
