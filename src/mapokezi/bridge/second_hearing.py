"""What the caller says where a voice model writes nothing down of it.

A speech-to-speech model may understand and not transcribe, or transcribe and not understand; the
rules that stand beside it (`receptionist.second_way`) then have nothing to go by. So a turn of
which no transcript has come in time is written down by the local recogniser. Where the model
writes, nothing is recognised here, and what it costs is a level meter; unless the machine has the
cores and its operator wants every turn heard twice, for what a model writes is not always what was
said.

A small recogniser mishears a word here and there ("bleeding", "leaving"), and the word that tells
of a danger may be the one. So a turn in which nothing urgent was heard is heard again, a little
slower and a little faster: what is misheard at one pace seldom is at all three. And who speaks on
and on, or stands where it is loud, is listened to in pieces before they are done. Of all this only
what is urgent is told.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

import structlog

from mapokezi.audio.formats import bytes_of
from mapokezi.audio.level import LevelMeter, LevelMeterSettings, VoiceRose
from mapokezi.audio.resample import resampled
from mapokezi.bridge import clock
from mapokezi.bridge.caller_sound import CallerSound
from mapokezi.bridge.errands import Errands
from mapokezi.errors import MapokeziError
from mapokezi.speech.seams import SpeechToText

log = structlog.get_logger("mapokezi.bridge.second_hearing")

_LOT_BYTES = bytes_of(160)
_PAUSE_MS = 600
"""A pause within a turn is seldom longer; a turn that is cut in two is written down as two."""
_PATIENCE_MS = 1_000
"""After the pause: models' transcripts come some 0.3 to 1.5 s behind the end of a turn."""
_WRITTEN_WITHIN_S = 8.0
"""Longer than a reply may take: nobody waits for these words in silence."""
_BEFORE_MS, _AFTER_MS = 240, 120
"""The recogniser wants the soft beginning and end that a level meter leaves out."""
_SHORTEST_MS, _LONGEST_MS = 240, 25_000
"""A click is no turn; of a longer one than that only what is urgent is of use."""
_Pace = tuple[int, int]
"""How many samples become how many: pitch and pace change alike."""
_AS_IT_IS: _Pace = (1, 1)
_OTHER_PACES: tuple[_Pace, ...] = ((10, 11), (10, 9))
"""At which a turn is heard again. Measured with 240 urgent utterances on a bad line (3 % of the
packets lost, noise at -40 dBFS): heard once 38 were missed, a tenth slower too 18, a tenth faster
as well 13; no more ordinary ones were taken for urgent. Louder, or with the noise taken out, hardly
any more were heard."""
_METER = LevelMeterSettings(rise_db=8.0, fall_db=5.0, fall_ms=_PAUSE_MS)
"""Finer than for the turns of a conversation: on a noisy line the soft words of a sentence must not
be cut off, and what is no voice costs only that the recogniser finds none in it."""
_PIECE_MS, _OVERLAP_MS = 8_000, 1_500
"""So long a voice is listened to before it is over; a word that stands where two pieces meet is
whole in the second."""
_LEAD_MS = 640
"""What may turn out to be a turn's beginning: `_BEFORE_MS`, a lot, and what a meter is late by."""


class SecondHearing:
    """Listens beside one call's voice model.

    Args:
        ear: Who writes down.
        heard: Told the words of a turn, the instant at which it was over, and whether its words are
            known already: the model has written them down too, or they were told before, from
            another hearing.
        is_urgent: Whether there is something in the words that cannot wait.
        hears_all: Whether turns are written down that the model writes too.
    """

    def __init__(
        self,
        ear: SpeechToText,
        heard: Callable[[str, float, bool], None],
        is_urgent: Callable[[str], bool],
        *,
        hears_all: bool = False,
    ) -> None:
        """Begin."""
        self._hears_all = hears_all
        self._ear = ear
        self._heard = heard
        self._is_urgent = is_urgent
        self._errands = Errands()
        self._sound = CallerSound(_LONGEST_MS + 5_000)
        self._meter = LevelMeter(settings=_METER)
        self._lot: list[bytes] = []
        self._lot_bytes = 0
        self._rose_ms: int | None = None
        self._piece_ms = 0
        """Where the piece begins of a voice that is on."""
        self._owed: deque[tuple[int, int]] = deque()
        """Turns of which nothing was written yet: where in the sound they began and ended."""
        self._written_ms = 0
        """Up to where in the sound the model has written down what was said."""

    def feed(self, pcm: bytes) -> None:
        """Take the caller's sound, S16LE mono at 16 kHz: mostly only kept."""
        self._lot.append(pcm)
        self._lot_bytes += len(pcm)
        if self._lot_bytes >= _LOT_BYTES:
            self._look()

    def written(self) -> None:
        """The model has written down what was said last: nothing is owed of it."""
        self._written_ms = self._sound.end_ms
        if not self._hears_all:
            self._owed.clear()
            self._rose_ms = None

    def close(self) -> None:
        """The call is over."""
        self._owed.clear()
        self._errands.cancel()

    def _look(self) -> None:
        sound = b"".join(self._lot)
        self._lot.clear()
        self._lot_bytes = 0
        self._sound.add(sound)
        for edge in self._meter.feed(sound):
            if isinstance(edge, VoiceRose):
                self._rose_ms = self._piece_ms = edge.at_ms
            elif self._rose_ms is not None:
                length_ms, self._rose_ms = edge.at_ms - self._rose_ms, None
                if _SHORTEST_MS <= length_ms <= _LONGEST_MS:
                    self._owed.append((edge.at_ms - length_ms, edge.at_ms))
                elif length_ms > _LONGEST_MS:
                    self._listen_to_piece()
        if self._rose_ms is not None and self._sound.end_ms - self._piece_ms >= _PIECE_MS:
            self._listen_to_piece()
            self._piece_ms = self._sound.end_ms - _OVERLAP_MS
        while self._owed and self._age_ms(self._owed[0]) >= _PAUSE_MS + _PATIENCE_MS:
            turn = self._owed.popleft()
            over_at = clock.monotonic() - self._age_ms(turn) / 1000
            start_ms, end_ms = turn
            pcm = self._sound.between(start_ms - _BEFORE_MS, end_ms + _AFTER_MS)
            self._errands.run(self._write_down(pcm, over_at, end_ms))
        self._sound.forget_before(self._needed_from_ms())

    def _listen_to_piece(self) -> None:
        pcm = self._sound.between(self._piece_ms - _BEFORE_MS, self._sound.end_ms)
        paces = (_AS_IT_IS, *_OTHER_PACES)
        self._errands.run(self._listen_for_urgency(pcm, clock.monotonic(), paces))

    def _needed_from_ms(self) -> int:
        """Say from where on the sound may still be written down: half a minute is a megabyte."""
        if self._owed:
            return self._owed[0][0] - _BEFORE_MS
        end_ms, rose_ms = self._sound.end_ms, self._rose_ms
        if rose_ms is not None:
            is_turn = end_ms - rose_ms <= _LONGEST_MS
            return (rose_ms if is_turn else self._piece_ms) - _BEFORE_MS
        return end_ms - _LEAD_MS

    def _age_ms(self, turn: tuple[int, int]) -> int:
        return self._sound.end_ms - turn[1]

    async def _write_down(self, pcm: bytes, over_at: float, end_ms: int) -> None:
        text = await self._words_of(pcm)
        if text:
            self._heard(text, over_at, self._written_ms >= end_ms)
            if not self._is_urgent(text):
                await self._listen_for_urgency(pcm, over_at, _OTHER_PACES)

    async def _listen_for_urgency(self, pcm: bytes, over_at: float, paces: Iterable[_Pace]) -> None:
        """Tell the words that are heard at one of these paces, if any of them are urgent."""
        for pace in paces:
            text = await self._words_of(await asyncio.to_thread(resampled, pcm, *pace))
            if self._is_urgent(text):
                log.info("urgency_heard", pace=round(pace[0] / pace[1], 2))
                self._heard(text, over_at, True)
                return
            if not text and pace == _AS_IT_IS:
                return  # there is no voice in it

    async def _words_of(self, pcm: bytes) -> str:
        try:
            return (await self._ear.transcribe(pcm, _WRITTEN_WITHIN_S)).text
        except MapokeziError as error:
            log.info("second_hearing_failed", reason=str(error))
            return ""
