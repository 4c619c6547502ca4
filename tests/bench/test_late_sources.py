"""Who was late: the line, as it says itself, or the measure's own models."""

from __future__ import annotations

import asyncio
import time

import pytest
from bench.exposition import counter
from bench.wire.gemini_session import GeminiSession
from bench.wire.models import Models

from mapokezi.audio.underruns import Underruns
from mapokezi.line.metrics import LineMetrics

pytestmark = pytest.mark.anyio


async def test_a_reply_that_the_measure_itself_kept_back_is_counted() -> None:
    models = Models()
    session = GeminiSession(models)
    session.pieces = lambda _text, _how: ("a", "b", "c", "d", "e", "f")
    sent: list[str] = []

    def send(piece: str) -> None:
        sent.append(piece)
        if piece == "c":
            time.sleep(0.3)  # the loop of the measure stands still

    assert await session._sound("", send, None)
    assert sent == ["a", "b", "c", "d", "e", "f"]
    assert models.slow_replies == 1
    cut_short = asyncio.create_task(session._sound("", send, None))
    await asyncio.sleep(0.01)
    cut_short.cancel()
    await asyncio.gather(cut_short, return_exceptions=True)
    assert models.slow_replies == 1, "of one piece nobody can tell"


def test_the_line_tells_who_was_late() -> None:
    metrics = LineMetrics()
    assert counter(metrics.exposition().decode(), "mapokezi_underruns", late="line") == 0
    metrics.count_underruns(Underruns(by_line=1, by_voice=2))
    told = metrics.exposition().decode()
    assert counter(told, "mapokezi_underruns", late="line") == 1
    assert counter(told, "mapokezi_underruns", late="voice") == 2
    assert counter(told, "mapokezi_underruns") == 3
