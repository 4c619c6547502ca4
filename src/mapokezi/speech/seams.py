"""What a call asks of its ears and of its voice, wherever these are.

`mapokezi.speech.client` does both through a Wyoming server, `mapokezi.speech.http_transcription`
and `mapokezi.speech.http_speech` one each through an OpenAI-compatible server. Faults are raised
as `mapokezi.speech.errors.SpeechError`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Protocol

from mapokezi.speech.client import Transcribed

Used = Callable[[Mapping[str, int], str], None]
"""Told what a far side was given to do, by kind of unit, and the model that it is priced by."""


class SpeechToText(Protocol):
    """Writes down what is said."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether what it is given leaves this machine and its network."""

    async def transcribe(
        self, pcm: bytes, deadline_s: float | None = None, *, with_meaning: bool = False
    ) -> Transcribed:
        """Have one utterance written down; cancelling it lets go of the far side.

        Args:
            pcm: S16LE mono at 16 kHz.
            deadline_s: How long it may take, all in all; by default as the server is set up.
            with_meaning: Whether the meaning of the text is wanted; not everybody finds any.

        Raises:
            SpeechError: It was not done.
        """


class TextToSpeech(Protocol):
    """Speaks."""

    def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        """Have a text spoken: S16LE mono at 16 kHz, in whole samples, while it is being made.

        Raises:
            SpeechError: It was not done, or not to the end.
        """
