"""Say and hear with the real engines, over the telephone's band."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest

from mapokezi.audio.formats import decode_mu_law, encode_mu_law, pcm_of, samples_in
from mapokezi.speech.client import SpeechClient
from mapokezi.speech.engines.hibari import Hibari
from mapokezi.speech.engines.minilm import MiniLm
from mapokezi.speech.engines.silero import Silero
from mapokezi.speech.settings import EdgeSettings
from mapokezi.speech.voice_edges import VoiceEdges

SENTENCES = [
    "Yes.",
    "No.",
    "What time do you close on Saturday?",
    "I would like to leave a message for Mister Kamau.",
    "My number is zero seven two two, one two three, four five six.",
    "Can I speak to a person, please?",
    "It is about the sale of my land.",
    "How much does it cost to register a company?",
]
SHORT = ["Yes.", "No.", "Okay.", "Hi.", "Wait.", "Peter.", "Five.", "Mm-hm."]


def over_the_telephone(pcm: bytes, noise_dbfs: float = -50.0, seed: int = 0) -> bytes:
    """300 to 3400 Hz, noise, mu-law, the voice at -22 dBFS."""
    sound = samples_in(pcm).astype(float)
    if sound.any():
        loud = sound[np.abs(sound) > 0.05 * np.abs(sound).max()]
        sound *= 32_768 * 10 ** (-22 / 20) / np.sqrt((loud**2).mean())
    noise = np.random.default_rng(seed).standard_normal(len(sound))
    sound += noise * 32_768 * 10 ** (noise_dbfs / 20)
    spectrum = np.fft.rfft(sound)
    hz = np.maximum(np.fft.rfftfreq(len(sound), 1 / 16_000), 1.0)
    spectrum /= np.sqrt(1 + (300 / hz) ** 8) * np.sqrt(1 + (hz / 3_400) ** 24)
    return decode_mu_law(encode_mu_law(pcm_of(np.fft.irfft(spectrum, len(sound)))))


DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def words_of(text: str) -> list[str]:
    text = re.sub(r"\d", lambda digit: f" {DIGITS[int(digit[0])]} ", text.lower())
    return re.sub(r"\bmr\b\.?", "mister", re.sub(r"[^a-z' ]+", " ", text)).split()


def word_errors(said: list[str], heard: list[str]) -> int:
    """The least number of words to put in, take out or change (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(said, start=1):
        before, row[0] = row[0], number
        for at, other in enumerate(heard, start=1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (word != other))
    return row[-1]


@pytest.fixture(scope="module")
def voice() -> Hibari:
    return Hibari()


@pytest.mark.anyio
async def test_what_is_said_is_heard(short_folder: Path, speech_process: Any) -> None:
    async with speech_process(short_folder / "s", workers=2) as server:
        client = SpeechClient(server.address)
        assert (await client.check()).encoder == f"{MiniLm.about.name} {MiniLm.about.version}"
        minilm = MiniLm()
        wrong = spoken_words = 0
        for sentence in SENTENCES:
            pcm = b"".join([piece async for piece in client.synthesize(sentence)])
            sound = over_the_telephone(pcm)
            heard = await client.transcribe(sound, 10.0, with_meaning=True)
            assert heard.meaning is not None
            assert heard.meaning @ minilm.meanings([heard.text])[0] > 0.9999
            wrong += word_errors(words_of(sentence), words_of(heard.text))
            spoken_words += len(words_of(sentence))
        assert wrong / spoken_words < 0.08
        # The same text gives the same bytes, whichever worker speaks it.
        again = [
            b"".join([piece async for piece in client.synthesize(SENTENCES[3])]) for _ in range(3)
        ]
        assert len(set(again)) == 1
        noise = over_the_telephone(bytes(160_000), -40.0)
        assert (await client.transcribe(noise)).text == ""


@pytest.mark.anyio
async def test_edges_are_heard_while_the_workers_are_busy(
    short_folder: Path, speech_process: Any, until: Any, voice: Hibari
) -> None:
    """What a stream hears at the telephone's pace, with every worker transcribing."""
    pause = bytes(16_000)
    sound = over_the_telephone(pause + voice.speak("Yes.") + pause + voice.speak("No.") + pause)
    late_ms: list[int] = []
    async with speech_process(short_folder / "s", workers=2) as server:
        client = SpeechClient(server.address)
        long = voice.speak("I would like to leave a message. ") * 3

        async def keep_busy() -> None:
            while True:
                await client.transcribe(long, 20.0)

        async with _together(keep_busy(), keep_busy()):
            loop, edges = asyncio.get_running_loop(), []
            began = loop.time()

            def on_edge(edge: Any) -> None:
                edges.append(edge)
                late_ms.append(round((loop.time() - began) * 1_000) - edge.at_ms)

            hearing = client.hearing(on_edge, pytest.fail)
            for at in range(0, len(sound), 640):
                await asyncio.sleep(max(0.0, began + (at + 640) / 32_000 - loop.time()))
                hearing.feed(sound[at : at + 640])
            await until(lambda: len(edges) == 4)
            hearing.close()
    assert [edge.is_voice for edge in edges] == [True, False, True, False]
    # 64 ms to be sure of a start and 40 ms of batching; a stop: 96, 64 and 40.
    assert max(late_ms[0::2]) < 250
    assert max(late_ms[1::2]) < 350


@contextlib.asynccontextmanager
async def _together(*work: Any) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(frozen=True)
class Measured:
    """How late the edges of one utterance were told, and how true they were, in milliseconds."""

    start_told: float
    start_error: float
    stop_told: float
    stop_error: float
    starts: int


def measured(voice: Hibari, sentence: str, seed: int) -> Measured | None:
    """Put a sentence between pauses and see what is made of it; None if it is missed."""
    pcm = voice.speak(sentence)
    energy = np.convolve(samples_in(pcm).astype(float) ** 2, np.ones(160) / 160, "same")
    sounding = np.flatnonzero(energy > energy.max() * 1e-3)
    lead = bytes(2 * (16_000 + 37 * seed))
    began, ended = (len(lead) / 2 + sounding[[0, -1]]) / 16
    stream = VoiceEdges(Silero(), EdgeSettings())
    sound = over_the_telephone(lead + pcm + bytes(24_000), seed=seed)
    told = [
        (edge, (at + 320) / 32)
        for at in range(0, len(sound), 320)
        for edge in stream.feed(sound[at : at + 320])
    ]
    starts = [(edge, when) for edge, when in told if edge.is_voice]
    stops = [(edge, when) for edge, when in told if not edge.is_voice]
    if not starts or not stops:
        return None
    (start, start_told), (stop, stop_told) = starts[0], stops[-1]
    return Measured(
        start_told - began, start.at_ms - began, stop_told - ended, stop.at_ms - ended, len(starts)
    )


def test_edges_are_quick_true_and_miss_nobody(voice: Hibari) -> None:
    figures = [measured(voice, text, seed) for seed, text in enumerate(SHORT + SENTENCES)]
    found = [figure for figure in figures if figure is not None]
    assert len(found) == len(figures), "an utterance was missed"
    assert median(one.start_told for one in found) <= 100
    assert max(one.start_told for one in found) <= 200
    assert median(one.stop_told for one in found) <= 180
    assert max(one.stop_told for one in found) <= 240
    assert abs(median(one.start_error for one in found)) <= 30
    assert abs(median(one.stop_error for one in found)) <= 30


def test_noise_alone_has_no_edges() -> None:
    for noise_dbfs in (-50.0, -35.0):
        stream = VoiceEdges(Silero(), EdgeSettings())
        assert stream.feed(over_the_telephone(bytes(60 * 32_000), noise_dbfs)) == []
