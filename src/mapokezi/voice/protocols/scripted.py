"""A voice that follows a script file: for tests, for demonstrations, for load.

It understands nothing. It knows when the caller's voice begins and ends, which keys are pressed
and what tools answered, and that is enough to hold its half of a conversation through the same
seam as a cloud model. Nothing is synthesised during a call: sound is looked up by its sentence,
or, for a sentence that has none, a murmur of the same length is made up and kept for all calls.

Sans I/O: `ScriptedVoice` is told what happens and gives `mapokezi.voice.events`; deadlines as
everywhere (`next_timer`, `handle_timer`). Sound is given ahead of its time by up to
`AHEAD_S`, as cloud models do, in pieces of `PIECE_MS`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from mapokezi.audio.formats import SAMPLE_RATE_HZ
from mapokezi.voice.events import (
    CallerTurnEnded,
    CallerVoiceStarted,
    CallerVoiceStopped,
    ReplyAudio,
    ReplyEnded,
    ReplyStarted,
    ReplyText,
    ToolCalled,
    VoiceEvent,
    VoiceReady,
)
from mapokezi.voice.script_file import (
    CallTool,
    ExpectDigit,
    Repeat,
    Say,
    Script,
    ScriptError,
    Step,
    WaitForCaller,
    WaitMs,
)

__all__ = ["Script", "ScriptError", "ScriptedVoice", "murmur"]

PIECE_MS = 100
AHEAD_S = 1.0
"""Sound is given this far ahead of its being spoken."""

_LETTERS_PER_S = 15.0
"""How fast people speak: some 150 words a minute."""

_PLACE = re.compile(r"\{result\.([A-Za-z_]+)\}")


@lru_cache(maxsize=256)
def murmur(text: str) -> bytes:
    """Make a sound as long as the text would take to say, with the rise and fall of speech.

    One soft burst a syllable, each word on its own pitch, gaps between words: enough for a level
    meter, a recording and an ear to tell words from silence. Not speech: no recogniser is meant
    to read it.

    Returns:
        S16LE mono at 16 kHz, a whole number of 20 ms frames.
    """
    parts: list[np.ndarray[Any, np.dtype[np.float64]]] = []
    for place, word in enumerate(text.split() or ["..."]):
        length_s = max(0.12, len(word) / _LETTERS_PER_S)
        at = np.arange(int(length_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
        pitch_hz = 140.0 + 12.0 * ((sum(word.encode()) + place) % 5) - 8.0 * at / length_s
        tone = sum(np.sin(2 * np.pi * pitch_hz * n * at) / n for n in (1, 2, 3, 5, 8))
        syllables = max(1, round(len(word) / 3))
        envelope = np.abs(np.sin(np.pi * syllables * at / length_s)) ** 0.6
        parts += [tone * envelope, np.zeros(int(0.06 * SAMPLE_RATE_HZ))]
    sound = np.concatenate(parts)
    frame = SAMPLE_RATE_HZ // 50
    sound = np.pad(sound, (0, -len(sound) % frame))
    return (sound * 3500).astype("<i2").tobytes()


class ScriptedVoice:
    """One call's walk through a script."""

    def __init__(
        self,
        script: Script,
        sounds: Mapping[str, bytes] | None = None,
        *,
        item_prefix: str = "script",
    ) -> None:
        """Begin before the first step.

        Args:
            script: What to do; shared by all calls.
            sounds: S16LE mono at 16 kHz by sentence, made before the calls; may be shared.
            item_prefix: Sets this session's item ids apart from those of others in the call.
        """
        self._script = script
        self._sounds = sounds or {}
        self._prefix = item_prefix
        self._events: list[VoiceEvent] = []
        self._place = 0
        self._repeated: dict[int, int] = {}
        self._due: float | None = None
        self._count = 0
        self._turns = 0
        self._item_id = ""
        self._left = memoryview(b"")
        self._sound_until = 0.0
        self._piece_due: float | None = None
        self._said_until = 0.0
        self._voice_from_ms: int | None = None
        self._voiced_ms = 0
        self._turn_id = ""
        self._stopped_ms = 0
        self._tool_call_id = ""
        self._result: Mapping[str, Any] = {}
        self._open = False
        self.is_finished = False

    def open(self, now: float, *, taking_over: bool = False) -> None:
        """Start. A session that takes over does not say what comes before the first wait."""
        self._open = True
        self._events.append(VoiceReady("script"))
        if taking_over:
            while self._place < len(self._script.steps) and isinstance(
                self._script.steps[self._place], Say
            ):
                self._place += 1
        self._walk(now)

    def events(self) -> list[VoiceEvent]:
        """Take what there is to tell, in order."""
        taken, self._events = self._events, []
        return taken

    def next_timer(self) -> float | None:
        """Give the instant at which `handle_timer` is due."""
        dues = [due for due in (self._due, self._piece_due) if due is not None]
        return min(dues, default=None) if self._open else None

    def handle_timer(self, now: float) -> None:
        """Give the sound that is due, or take the next step."""
        if self._piece_due is not None and now >= self._piece_due:
            self._give_sound(now)
        if self._due is not None and now >= self._due:
            self._due = None
            self._waited(now)

    def voice_started(self, at_ms: int, now: float) -> None:
        """The caller's voice began."""
        if self._voice_from_ms is not None:
            return
        self._voice_from_ms = at_ms
        self._events.append(CallerVoiceStarted(at_ms))
        if isinstance(self._step, WaitForCaller):
            self._due = None

    def voice_stopped(self, at_ms: int, now: float) -> None:
        """The caller's voice paused."""
        if self._voice_from_ms is None:
            return
        voice_ms = max(0, at_ms - self._voice_from_ms)
        self._voice_from_ms = None
        self._stopped_ms = at_ms
        self._events.append(CallerVoiceStopped(at_ms))
        step = self._step
        if isinstance(step, WaitForCaller):
            self._voiced_ms += voice_ms
            if self._voiced_ms >= step.voice_s * 1000:
                self._due = now + step.pause_s
            elif step.within_s is not None:
                self._due = now + step.within_s

    def digit(self, digit: str, now: float) -> None:
        """The caller pressed a key."""
        step = self._step
        if not isinstance(step, ExpectDigit):
            return
        if not step.digit or digit == step.digit:
            self._next(now)
        elif step.otherwise:
            self._speak(step.otherwise, (), now)

    def tool_answered(self, tool_call_id: str, result: Mapping[str, Any], now: float) -> None:
        """A proposal was decided on."""
        if tool_call_id != self._tool_call_id:
            return
        self._tool_call_id = ""
        self._result = result
        self._next(now)

    def cut(self, item_id: str, now: float) -> None:
        """The caller cut in: the rest of the item is not said, and the script goes on from it."""
        if item_id != self._item_id:
            return
        self._left = memoryview(b"")
        self._piece_due = None
        self._item_id = ""
        if isinstance(self._step, Say):
            self._next(now)

    def speak(self, text: str, item_id: str, now: float) -> None:
        """Say a fixed sentence of the call's own, once what is being said is out."""
        pcm = self._sound_of(text)
        self._events += [ReplyStarted(item_id), ReplyText(item_id, text, 0)]
        self._events += [ReplyAudio(item_id, pcm), ReplyEnded(item_id)]
        self._said_until = max(now, self._said_until) + len(pcm) / (2 * SAMPLE_RATE_HZ)

    def close(self) -> None:
        """End: nothing follows."""
        self._open = False
        self._events = []

    @property
    def _step(self) -> Step | None:
        steps = self._script.steps
        return steps[self._place] if self._open and self._place < len(steps) else None

    def _next(self, now: float) -> None:
        self._place += 1
        self._walk(now)

    def _walk(self, now: float) -> None:
        """Take steps until one has to wait."""
        for _ in range(len(self._script.steps) + 1):
            step = self._step
            if step is None:
                self.is_finished = True
                return
            if not isinstance(step, Repeat):
                self._begin(step, now)
                return
            self._repeat(step)
        self._due = now + 1.0  # a script of nothing but repeats

    def _repeat(self, step: Repeat) -> None:
        done = self._repeated.get(self._place, 0)
        if step.times and done >= step.times:
            self._repeated.pop(self._place)
            self._place += 1
        else:
            self._repeated[self._place] = done + 1
            self._place = step.to

    def _begin(self, step: Step, now: float) -> None:
        if isinstance(step, Say):
            self._speak(self._filled(step.text), step.fact_ids, now)
        elif isinstance(step, WaitMs):
            self._due = now + step.ms / 1000
        elif isinstance(step, CallTool):
            self._count += 1
            self._tool_call_id = f"{self._prefix}-tool-{self._count}"
            self._events.append(ToolCalled(self._tool_call_id, step.name, step.arguments))
        elif isinstance(step, WaitForCaller):
            self._voiced_ms = 0
            self._due = None if step.within_s is None else now + step.within_s

    def _waited(self, now: float) -> None:
        step = self._step
        if isinstance(step, WaitForCaller) and self._voiced_ms >= step.voice_s * 1000:
            if self._voiced_ms:
                self._turns += 1
                self._turn_id = f"{self._prefix}-turn-{self._turns}"
                self._events.append(CallerTurnEnded(self._turn_id, self._stopped_ms))
            self._next(now)
        elif step is not None and not isinstance(step, ExpectDigit | CallTool):
            self._next(now)

    def _speak(self, text: str, fact_ids: tuple[str, ...], now: float) -> None:
        self._count += 1
        self._item_id = f"{self._prefix}-item-{self._count}"
        self._events.append(ReplyStarted(self._item_id, self._turn_id))
        self._events.append(ReplyText(self._item_id, text, 0, fact_ids))
        self._turn_id = ""
        self._left = memoryview(self._sound_of(text))
        self._sound_until = max(now, self._said_until)
        self._give_sound(now)

    def _give_sound(self, now: float) -> None:
        size = PIECE_MS * SAMPLE_RATE_HZ // 1000 * 2
        while self._left and self._sound_until <= now + AHEAD_S:
            piece, self._left = bytes(self._left[:size]), self._left[size:]
            self._events.append(ReplyAudio(self._item_id, piece))
            self._sound_until += len(piece) / (2 * SAMPLE_RATE_HZ)
        if self._left:
            self._piece_due = self._sound_until - AHEAD_S
            return
        self._piece_due = None
        self._said_until = self._sound_until
        self._events.append(ReplyEnded(self._item_id))
        if isinstance(self._step, Say):
            self._due = self._sound_until

    def _sound_of(self, text: str) -> bytes:
        known = self._sounds.get(text)
        return murmur(text) if known is None else known

    def _filled(self, text: str) -> str:
        return _PLACE.sub(lambda found: str(self._result.get(found[1], "")), text)
