"""What the platform itself plays."""

from __future__ import annotations

import pytest

from mapokezi.emulator.sounds import marked_words, spoken
from mapokezi.errors import MapokeziError

pytestmark = pytest.mark.anyio


async def test_speech_is_brought_to_the_line_s_rate() -> None:
    async def half_a_second(text: str, language: str) -> bytes:
        assert (text, language) == ("Hello.", "en-KE")
        return bytes(16_000)

    assert len(await spoken("Hello.", "en-KE", half_a_second)) == pytest.approx(8_000, abs=400)


async def test_a_caller_hears_notes_when_the_synthesiser_is_away() -> None:
    async def away(_text: str, _language: str) -> bytes:
        raise MapokeziError("no such process")

    text = "Please leave your name after the tone."
    assert await spoken(text, "", away) == marked_words(text)
    assert len(await spoken(text, "", None)) == 7 * (240 + 90) * 16
