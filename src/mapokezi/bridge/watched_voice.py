"""A voice that is not this machine's, with an eye on whether what it sends is speech."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from mapokezi.audio.formats import SAMPLE_RATE_HZ, ms_of
from mapokezi.speech.errors import SpeechError
from mapokezi.speech.seams import TextToSpeech
from mapokezi.voice.watchdog import FaultKind, SoundWatch, WatchdogSettings

_SHORTEST_S = 0.4
"""Shorter sounds may be a breath."""


class NotSpeech(SpeechError):  # noqa: N818  in the words of the trade
    """A voice sends what is no speech: next to nothing, or a sound that does not change."""


class WatchedVoice:
    """See `mapokezi.speech.seams.TextToSpeech`.

    A speech server may be in the best of health while the caller hears nothing, or a tone. The
    limits are the watchdog's (`mapokezi.voice.watchdog`); each text is looked at by itself.
    """

    def __init__(self, voice: TextToSpeech, settings: WatchdogSettings | None = None) -> None:
        """Watch a voice."""
        self._voice = voice
        self._settings = settings or WatchdogSettings()

    async def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        """Have a text spoken; what is found to be no speech is not passed on.

        Raises:
            NotSpeech: It is none.
            SpeechError: It was not done, or not to the end.
        """
        watch, length_s = SoundWatch(SAMPLE_RATE_HZ, self._settings), 0.0
        async with aclosing(self._voice.synthesize(text)) as pieces:
            async for piece in pieces:
                fault = watch.feed(piece)
                if fault is not None:
                    raise NotSpeech(fault.value)
                length_s += ms_of(len(piece), SAMPLE_RATE_HZ) / 1000
                yield piece
        if length_s >= _SHORTEST_S and not watch.audible_s:
            raise NotSpeech(FaultKind.NEAR_SILENT.value)
