"""Both sides of `telephony.stream` against what the real media module sent and took.

``media_module.json`` holds the facts of the recordings; sound itself is silence here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mapokezi.telephony.stream import (
    DISCONNECT,
    KILL_AUDIO,
    SUBPROTOCOL,
    CallerAudio,
    Ignored,
    MarkReported,
    PlatformReader,
    Raised,
    ShutdownAnnounced,
    StreamEvent,
    StreamMetadata,
    StreamReader,
    UnknownText,
)

FACTS = json.loads((Path(__file__).parent / "media_module.json").read_text(encoding="utf-8"))
Wire = list[list[Any]]


def replay(wire: Wire) -> list[StreamEvent]:
    """Feed one recorded call to our reader, each message at its time."""
    reader = StreamReader()
    events: list[StreamEvent] = []
    for t_ms, op, *rest in wire:
        if op == "text":
            length, text = rest
            text = text + "y" * (length - len(text.encode()))  # the recording shortens long ones
            events.extend(reader.receive_text(text))
        elif op == "binary":
            length, count, last_ms = rest
            step_s = (last_ms - t_ms) / 1000 / max(1, count - 1)
            for n in range(count):
                event = reader.receive_binary(bytes(length), t_ms / 1000 + n * step_s)
                events.extend([event] if event else [])
    return events


def call(scenario: str, number: int = 0) -> Wire:
    wire: Wire = FACTS["scenarios"][scenario][number]
    return wire


def bytes_of(events: list[StreamEvent]) -> int:
    return sum(len(event.pcm) for event in events if isinstance(event, CallerAudio))


def test_without_metadata_the_first_message_is_sound() -> None:
    events = replay(call("first_frame_no_metadata"))
    assert isinstance(events[0], CallerAudio)
    assert bytes_of(events) == 16 * 640


def test_metadata_comes_first_and_then_five_seconds_of_frames() -> None:
    events = replay(call("wire_pcmu_16000_mono"))
    assert events[0] == StreamMetadata(fields={"k": "1"})
    assert len(events) == 1 + 227
    assert bytes_of(events) == 227 * 640


def test_metadata_that_was_cut_at_8192_bytes() -> None:
    assert replay(call("metadata_9000")) == [UnknownText("not json", 8192)]


def test_a_late_answer_brings_one_large_first_frame() -> None:
    events = replay(call("first_frame_metadata_late_101"))
    sound = [event for event in events if isinstance(event, CallerAudio)]
    assert len(sound[0].pcm) == 23_680
    assert bytes_of(events) == 23_680 + 25 * 640


def test_a_hang_up_leaves_no_empty_binary_behind() -> None:
    wire = call("caller_hangup")
    assert wire[-1][1:] == ["close", 1000]
    assert ShutdownAnnounced() not in replay(wire)


def test_a_final_text_is_tolerated() -> None:
    events = replay(call("pbx_stop", 1))
    assert events == [StreamMetadata(), UnknownText("", 16)]


def test_a_graceful_shutdown_announces_itself_with_an_empty_binary() -> None:
    assert replay(call("graceful")).count(ShutdownAnnounced()) == 2


def test_marks_come_back_by_name() -> None:
    marks = [event for event in replay(call("marks_pcmu_8000")) if isinstance(event, MarkReported)]
    assert marks[0] == MarkReported("m1", "playout")
    assert MarkReported("k2", "cleared") in marks


@pytest.mark.parametrize(("text", "raised"), FACTS["texts"])
def test_each_text_raises_there_what_it_raised_in_the_module(
    text: str, raised: list[list[str]]
) -> None:
    event = PlatformReader().receive_text(text)
    if not raised:
        assert not isinstance(event, Raised)
        return
    ((name, *body),) = raised
    assert isinstance(event, Raised)
    assert name == f"mod_audio_fork::{event.event.value}"
    assert event.body == (body[0] if body else "")


def test_invalid_utf_8_is_passed_on() -> None:
    event = PlatformReader().receive_text(b'{"type":"error","data":{"p":"\xff\xfe"}}')
    assert isinstance(event, Raised)
    assert event.body == '{"p":"\ufffd\ufffd"}'


def test_the_bytes_that_we_send() -> None:
    assert KILL_AUDIO.encode() == b'{"type":"killAudio"}'
    assert DISCONNECT.encode() == b'{"type":"disconnect"}'
    assert SUBPROTOCOL == "audio.drachtio.org"
    assert isinstance(PlatformReader().receive_text('{"type":"killaudio"}'), Ignored)
