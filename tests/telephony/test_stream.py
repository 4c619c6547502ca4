"""The media socket's language, both sides, without a socket."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.telephony.stream import (
    DISCONNECT,
    KILL_AUDIO,
    CallerAudio,
    Ignored,
    KeyPressed,
    MarkReported,
    MarksCleared,
    MarkSet,
    PlatformReader,
    Raised,
    RaisedEvent,
    ShutdownAnnounced,
    StreamMetadata,
    StreamReader,
    UnknownText,
)


def fed(reader: StreamReader, pieces: list[bytes], step_s: float = 0.02) -> bytes:
    """All sound that comes of some binaries."""
    sound = b""
    for index, piece in enumerate(pieces):
        event = reader.receive_binary(piece, index * step_s)
        if isinstance(event, CallerAudio):
            assert len(event.pcm) % 2 == 0
            sound += event.pcm
    return sound


@given(st.binary(max_size=4000), st.lists(st.integers(1, 700), max_size=30))
def test_splitting_anywhere_gives_the_same_samples(data: bytes, cuts: list[int]) -> None:
    pieces, at = [], 0
    for cut in cuts:
        pieces.append(data[at : at + cut])
        at += cut
    pieces.append(data[at:])
    whole = len(data) // 2 * 2
    assert fed(StreamReader(), [piece for piece in pieces if piece]) == data[:whole]


def test_a_backlog_of_64_000_bytes_comes_through_whole() -> None:
    event = StreamReader().receive_binary(bytes(64_000), 0.0)
    assert event == CallerAudio(bytes(64_000))


def test_an_empty_binary_announces_the_shutdown() -> None:
    assert StreamReader().receive_binary(b"", 0.0) == ShutdownAnnounced()


def _stereo(frames: int) -> tuple[list[bytes], bytes]:
    caller = np.arange(frames * 320, dtype="<i2")
    pairs = np.stack([caller, -caller], axis=1).reshape(-1)
    data = pairs.astype("<i2").tobytes()
    return [data[at : at + 1280] for at in range(0, len(data), 1280)], caller.tobytes()


def test_both_tracks_in_stereo_gives_the_caller_from_the_first_sample() -> None:
    pieces, caller = _stereo(100)
    reader = StreamReader(both_tracks=True)
    assert reader.channels is None
    assert fed(reader, pieces) == caller
    assert reader.channels == 2


def test_both_tracks_in_mono_gives_all_of_it() -> None:
    pieces = [bytes([n % 250]) * 640 for n in range(100)]
    reader = StreamReader(both_tracks=True)
    assert fed(reader, pieces) == b"".join(pieces)
    assert reader.channels == 1


def test_both_tracks_with_a_backlog_at_first_is_not_taken_for_stereo() -> None:
    pieces = [bytes(64_000), *[bytes(640) for _ in range(100)]]
    reader = StreamReader(both_tracks=True)
    assert len(fed(reader, pieces)) == sum(map(len, pieces))
    assert reader.channels == 1


def test_a_lone_track_is_mono_at_once() -> None:
    assert StreamReader().channels == 1


@pytest.mark.parametrize(
    "text",
    [
        '{"callSid":"HD_1","streamSid":"S1","headers":{"office":"law"}}',
        '{"metadata":{"call_sid":"HD_1","stream_sid":"S1"}}',
        '{"event":"start","data":{"sessionId":"HD_1"},"streamSid":"S1"}',
    ],
)
def test_the_first_text_is_metadata_in_any_shape(text: str) -> None:
    (event,) = StreamReader().receive_text(text)
    assert isinstance(event, StreamMetadata)
    assert (event.session_id, event.stream_sid) == ("HD_1", "S1")


def test_minimal_metadata_and_a_second_text() -> None:
    reader = StreamReader()
    assert reader.receive_text("{}") == (StreamMetadata(),)
    assert reader.receive_text('{"type":"hello"}') == (UnknownText("hello", 16),)


def test_metadata_that_the_module_cut_off_is_tolerated() -> None:
    whole = json.dumps({"headers": {"pad": "x" * 9_000}})
    reader = StreamReader()
    assert reader.receive_text(whole[:8192]) == (UnknownText("not json", 8192),)
    assert reader.receive_binary(bytes(640), 0.0) == CallerAudio(bytes(640))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('{"event":"dtmf","dtmf":"5","duration":"240"}', "5"),
        ('{"type":"dtmf","data":{"digit":"#"}}', "#"),
        ('{"event":"dtmf","digits":"12*"}', "12*"),
        ('{"event":"DTMF","digit":0}', "0"),
    ],
)
def test_keys_as_text(text: str, keys: str) -> None:
    assert StreamReader().receive_text(text) == tuple(map(KeyPressed, keys))


@pytest.mark.parametrize("text", ['{"event":"dtmf"}', '{"event":"dtmf","dtmf":"Z"}'])
def test_a_key_that_is_none(text: str) -> None:
    reader = StreamReader()
    reader.receive_text("{}")
    assert all(isinstance(event, UnknownText) for event in reader.receive_text(text))


def test_a_mark_that_comes_back() -> None:
    text = '{"type": "mark", "data": {"name":"m1", "event": "playout"}}'
    assert StreamReader().receive_text(text) == (MarkReported("m1", "playout"),)


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_is_tolerated_on_both_sides(text: str | bytes) -> None:
    assert len(StreamReader().receive_text(text)) >= 1
    PlatformReader().receive_text(text)


def test_rubbish_nested_deep_is_tolerated() -> None:
    assert StreamReader().receive_text("[" * 200_000) == (UnknownText("not json", 200_000),)
    assert isinstance(PlatformReader().receive_text("[" * 200_000), Ignored)


def test_what_we_send_is_understood_there() -> None:
    far = PlatformReader()
    assert far.receive_text(KILL_AUDIO) == Raised(RaisedEvent.KILL_AUDIO)
    assert far.receive_text(DISCONNECT) == Raised(RaisedEvent.DISCONNECT)
    assert far.receive_text('{"type":"mark","data":{"name":"m"}}') == MarkSet("m")
    assert far.receive_text('{"type":"clearMarks"}') == MarksCleared()
