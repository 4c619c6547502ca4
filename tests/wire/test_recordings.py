"""Each recording of the real media module: the emulator reproduces it, our side survives it.

The emulator's side is given what our server sent, at its instants, and a tick each 20 ms; what it
sends, and the events that it raises, are compared with what was recorded. Our side is given what
the module sent. What was heard at the caller's end is compared in ``tests/emulator``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from tests.wire.recordings import Fork, Scenario, scenarios

from mapokezi.audio.formats import pcm_of
from mapokezi.emulator.media_module import (
    BinaryOut,
    CloseOut,
    ForkStart,
    MediaModule,
    Mix,
    TextOut,
)
from mapokezi.emulator.mode_values.streams import Marks
from mapokezi.telephony.stream import (
    CallerAudio,
    MarkReported,
    ShutdownAnnounced,
    StreamEvent,
    StreamMetadata,
    StreamReader,
    UnknownText,
)

EVERY = list(scenarios())
TICK_MS = 20.0
OF_THE_PBX = {
    "pause_resume": "pausing is a command of the PBX's, for which <Stream> has no word",
    "pbx_stop": "a text that goes with the stop is a command of the PBX's, likewise",
    "redirect_ok": "what passed over the second socket was not written down",
    "double_start": "two sockets at once, and the recording does not say whose a line is",
}
"""What the emulator has no way to be told, and so cannot reproduce; our side survives it."""
OVERRUN = {
    "slow_reader",
    "slow_reader_small_buffers",
    "slow_reader_small_buffers_8k",
    "refuse_no_answer",
}
"""Overruns come of a reader that does not read, of which the lines say nothing (they are in
``tests/emulator/test_media_module.py``); the last one's is told of the start before."""
SHORTENED = "text_framing"
"""Its long texts were not kept: ``tests/emulator`` and ``tests/wire/test_media_module.py``."""


def name_of(scenario: Scenario) -> str:
    return f"{scenario.file}-{scenario.name}"


def test_every_file_and_scenario_is_here() -> None:
    assert len({one.file for one in EVERY}) == 18
    assert len({one.name for one in EVERY}) == len(EVERY) == 93


# -- the emulator's side --


@dataclass
class Sent:
    """What the emulator's module sent in one fork, and what it told."""

    texts: list[str] = field(default_factory=list)
    sounds: list[tuple[float, int]] = field(default_factory=list)
    """When, and how long."""
    closes: list[int] = field(default_factory=list)
    events: list[tuple[str, str]] = field(default_factory=list)

    def take(self, module: MediaModule, now_ms: float) -> None:
        for message in module.outgoing():
            match message:
                case TextOut(text):
                    self.texts.append(text)
                case BinaryOut(pcm):
                    self.sounds.append((now_ms, len(pcm)))
                case CloseOut(code):
                    self.closes.append(code)
        self.events += [(event.name, event.body) for event in module.events()]


def replayed(scenario: Scenario, fork: Fork, *, mute: bool) -> Sent:
    """Live through one fork with the emulator's module."""
    channel_hz = 16_000 if "_l16_" in scenario.name else 8_000
    module = MediaModule(
        ForkStart(
            metadata=fork.metadata,
            mix=Mix(fork.mix),
            rate_hz=fork.rate_hz,
            back_rate_hz=fork.back_rate_hz if fork.plays else None,
            channel_rate_hz=channel_hz,
            mute=mute,
            marks=Marks.WRONG if scenario.name == "marks_pcmu_16000" else Marks.EXACT,
        )
    )
    sent, silence = Sent(), bytes(channel_hz // 50 * 2)
    first = next((line["t"] for line in fork.all("client", "binary")), fork.lines[0]["t"] + 5)
    tick_ms = first - TICK_MS * ((first - fork.lines[0]["t"]) // TICK_MS)
    for line in steps(fork):
        while tick_ms <= line["t"]:
            module.read_tick(silence)
            module.write_tick(silence)
            sent.take(module, tick_ms)
            tick_ms += TICK_MS
        step(module, line, fork)
        sent.take(module, line["t"])
    return sent


def steps(fork: Fork) -> Iterator[dict[str, Any]]:
    """What moves the module: our server's messages, and what the PBX was told to do."""
    ends = [line["t"] for line in fork.all("client", "close")]
    for line in fork.lines:
        by_us = line["src"] == "server"
        graceful = "graceful-shutdown" in str(line.get("cmd", ""))
        failed = "connect_failed" in line.get("subclass", "")
        nobody = failed and not fork.all("server", "101", "http")
        if by_us or graceful or nobody or (line.get("op") == "close" and line["t"] == ends[-1]):
            for n in range(line.get("repeated", 1)):
                step_ms = (line.get("t_last", line["t"]) - line["t"]) / max(
                    1, line.get("repeated", 1) - 1
                )
                yield {**line, "t": line["t"] + n * step_ms}


def step(module: MediaModule, line: dict[str, Any], fork: Fork) -> None:
    match line["src"], line.get("op"):
        case "server", "101":
            if line["subprotocol"] in ("audio.drachtio.org", None, ""):
                module.connected()
            else:
                module.refused("HS: PROTOCOL malformed")
        case "server", "http":
            redirects = [one for one in fork.all("server", "http") if "302" in one["status"]]
            if line not in redirects[:-1] and not fork.all("server", "101"):
                module.refused(line["status"])
        case "server", "binary" | "cont":
            samples = 8000 * np.sin(np.arange(line["len"] // 2) * 440 * 2 * np.pi / 16_000)
            module.receive_binary(pcm_of(samples) + bytes(line["len"] % 2))
        case "server", "text":
            module.receive_text(line["text"])
        case "server", "close" | "tcp-fin" | "tcp-rst":
            module.peer_closed()
        case "client", "close":
            module.stop()
        case "pbx", _:
            module.refused("Unable to connect")
        case "pbx-api", _:
            module.shut_down_gracefully()


def names(texts: list[str]) -> list[str]:
    """Reports of marks in short, other texts as they are."""
    read = [(text, json.loads(text)) if text.startswith('{"type": "mark"') else (text, None)
            for text in texts]  # fmt: skip
    return [text if mark is None else f"{mark['data']['name']} {mark['data']['event']}"
            for text, mark in read]  # fmt: skip


@pytest.mark.parametrize(
    "scenario",
    [one for one in EVERY if one.name not in OF_THE_PBX and one.name != SHORTENED],
    ids=name_of,
)
def test_the_emulator_reproduces_it(scenario: Scenario) -> None:
    unanswered = False
    for number, fork in enumerate(scenario.forks):
        # What was measured to be mute is the next call after a handshake that nobody answered.
        sent = replayed(scenario, fork, mute=unanswered and fork.begins_a_call)
        unanswered = bool(fork.all("client", "handshake")) and not fork.all("server", "101", "http")
        where = f"start {number}"
        told = fork.all("client", "text")
        assert [len(text.encode()) for text in sent.texts] == [line["len"] for line in told], where
        whole = [(line["text"], text) for line, text in zip(told, sent.texts, strict=True)
                 if len(line["text"].encode()) == line["len"]]  # fmt: skip
        assert names([text for _, text in whole]) == names([text for text, _ in whole]), where
        if fork.sounds:  # of longer calls the recording keeps the first second
            recorded, until = fork.sounds_without_a_gap
            sizes = [size for at_ms, size in sent.sounds if at_ms <= until + TICK_MS / 2]
            assert set(sizes) == set(recorded), where
            assert len(sizes) == pytest.approx(len(recorded), abs=2), where
        if not fork.all("server", "close"):  # else the socket gives our own code back
            closes = [line["code"] for line in fork.all("client", "close")]
            assert sent.closes[:1] == closes[:1], where
        left_out = {"buffer_overrun"} if scenario.name in OVERRUN else set()
        told_there = [name for name, _ in fork.events if name not in left_out]
        assert [name for name, _ in sent.events if name not in left_out] == told_there, where


# -- our side --


@pytest.mark.parametrize("scenario", EVERY, ids=name_of)
def test_our_side_survives_it(scenario: Scenario) -> None:
    """Not a byte of sound is lost, the metadata is known as such, and nothing is taken amiss."""
    for fork in scenario.forks:
        reader = StreamReader()
        events: list[StreamEvent] = []
        for line in fork.all("client", "text", "binary"):
            if line["op"] == "text":
                text = line["text"] + "y" * (line["len"] - len(line["text"].encode()))
                events += reader.receive_text(text)
                continue
            for n in range(line.get("repeated", 1)):
                event = reader.receive_binary(bytes(line["len"]), (line["t"] + 20 * n) / 1000)
                events += [event] if event else []
        heard = sum(len(event.pcm) for event in events if isinstance(event, CallerAudio))
        assert heard == sum(fork.sounds)
        ended = [event for event in events if isinstance(event, ShutdownAnnounced)]
        assert len(ended) == fork.sounds.count(0)
        first = fork.all("client", "text")[:1]
        if first and len(first[0]["text"].encode()) == first[0]["len"]:
            assert isinstance(events[0], StreamMetadata)
        marks = [event for event in events if isinstance(event, MarkReported)]
        texts = fork.all("client", "text")
        assert len(marks) == sum('"mark"' in line["text"] for line in texts)
        strange = [event for event in events if isinstance(event, UnknownText)]
        assert len(strange) <= 1
