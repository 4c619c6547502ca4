"""Wyoming events against the package that defines them, and against rubbish."""

from __future__ import annotations

import asyncio
import contextlib
import io
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wyoming.audio import AudioChunk, AudioStart
from wyoming.event import read_event, write_event

from mapokezi.speech.vocabulary import Event
from mapokezi.speech.wire import (
    LARGEST_PAYLOAD_BYTES,
    EventParser,
    NotWyoming,
    encode,
    encode_audio,
)

_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_events = st.builds(
    Event,
    type=st.text(min_size=1, max_size=20),
    data=st.dictionaries(st.text(max_size=8), _values, max_size=4),
    payload=st.none() | st.binary(min_size=1, max_size=200),
)


def parsed(*pieces: bytes) -> list[Event]:
    parser = EventParser()
    return [event for piece in pieces for event in parser.feed(piece)]


@given(_events)
def test_the_package_reads_what_we_write(event: Event) -> None:
    assert read_event(io.BytesIO(encode(event))) == event


@given(st.lists(_events, max_size=4), st.data())
def test_what_the_package_writes_is_read_however_it_is_split(
    events: list[Event], data: st.DataObject
) -> None:
    stream = io.BytesIO()
    for event in events:
        write_event(event, stream)
    written = stream.getvalue()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(written)), max_size=8)))
    edges = [0, *cuts, len(written)]
    pieces = [written[a:b] for a, b in pairwise(edges)]
    assert parsed(*pieces) == events


def test_byte_by_byte_is_the_same_as_at_once() -> None:
    written = encode(AudioStart(16_000, 2, 1).event()) + encode_audio(b"\x01\x02" * 40)
    pieces = [written[at : at + 1] for at in range(len(written))]
    assert parsed(*pieces) == parsed(written)


def test_an_audio_chunk_is_what_the_package_takes_for_one() -> None:
    event = read_event(io.BytesIO(encode_audio(b"\x01\x02" * 320, 22_050)))
    assert event is not None
    chunk = AudioChunk.from_event(event)
    assert (chunk.rate, chunk.width, chunk.channels) == (22_050, 2, 1)
    assert chunk.audio == b"\x01\x02" * 320


def test_data_in_the_header_and_behind_it_are_merged() -> None:
    [event] = parsed(b'{"type":"x","data":{"a":1},"data_length":7}\n{"b":2}')
    assert event.data == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    "rubbish",
    [
        b"GET / HTTP/1.1\r\n",
        b"[]\n",
        b'{"data":{}}\n',
        b'{"type":7}\n',
        b'{"type":"x","data_length":-1}\n',
        b'{"type":"x","data_length":"7"}\n',
        b'{"type":"x","payload_length":99999999999}\n',
        b'{"type":"x","data_length":2}\n[]',
        b'{"type":"x","data_length":2}\n\xff\xff',
        b"\xff\xfe\n",
    ],
)
def test_rubbish_is_called_so(rubbish: bytes) -> None:
    with pytest.raises(NotWyoming):
        parsed(rubbish)


def test_a_header_without_an_end_is_given_up() -> None:
    with pytest.raises(NotWyoming):
        parsed(*[b"x" * 65_536] * 20)


def test_a_payload_too_large_is_refused_before_it_comes() -> None:
    header = b'{"type":"audio-chunk","payload_length":%d}\n'
    assert parsed(header % LARGEST_PAYLOAD_BYTES) == []
    with pytest.raises(NotWyoming):
        parsed(header % (LARGEST_PAYLOAD_BYTES + 1))


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with contextlib.suppress(NotWyoming):
        parsed(data, data)


@pytest.mark.anyio
async def test_the_packages_own_asynchronous_reader_agrees() -> None:
    from wyoming.event import async_read_event

    reader = asyncio.StreamReader()
    reader.feed_data(encode(Event("transcribe", {"name": "Wanjikũ"})) + encode_audio(bytes(10)))
    reader.feed_eof()
    read: list[Any] = [await async_read_event(reader) for _ in range(3)]
    assert [event and event.type for event in read] == ["transcribe", "audio-chunk", None]
