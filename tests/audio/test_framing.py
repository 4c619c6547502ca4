"""Frames out of messages of any size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.audio.framing import ChannelFinder, Reassembler, caller_channel, interleaved

SOUND = np.arange(8000, dtype="<i2").tobytes()


@given(st.lists(st.integers(0, 3000), max_size=30), st.sampled_from([1, 2]))
def test_splitting_changes_nothing(cuts: list[int], channels: int) -> None:
    whole = Reassembler(channels=channels).feed(SOUND)
    parts = Reassembler(channels=channels)
    frames, at = [], 0
    for cut in cuts:
        frames += parts.feed(SOUND[at : at + cut])
        at += cut
    frames += parts.feed(SOUND[at:])
    assert frames == whole
    assert {len(frame) for frame in frames} == {640}


def test_what_is_over_is_kept() -> None:
    frames = Reassembler()
    assert frames.feed(SOUND[:641]) == [SOUND[:640]]
    assert frames.kept_ms == pytest.approx(1 / 32)
    assert frames.feed(SOUND[641:1280]) == [SOUND[640:1280]]
    assert frames.kept_ms == 0


def test_stereo_gives_the_first_channel_the_callers() -> None:
    caller, ours = SOUND[:1280], SOUND[2000:3280]
    frames = Reassembler(channels=2)
    assert frames.feed(interleaved(caller, ours)) == [caller[:640], caller[640:]]
    frames.feed(b"xyz")
    frames.set_channels(1)
    assert frames.channels == 1
    assert frames.feed(caller) == [caller[:640], caller[640:]]


def test_interleaving_fills_up_the_shorter() -> None:
    assert interleaved(b"\x01\x00\x02\x00", b"\x03\x00") == b"\x01\x00\x03\x00\x02\x00\x00\x00"
    assert caller_channel(b"\x01\x00\x03\x00\x02\x00") == b"\x01\x00"


@pytest.mark.parametrize(("message", "channels"), [(640, 1), (1280, 2)])
@pytest.mark.parametrize("backlog", [[], [64_000] * 4 + [23_680]])
def test_the_byte_rate_tells_the_channels(message: int, channels: int, backlog: list[int]) -> None:
    finder = ChannelFinder()
    for size in backlog:
        assert finder.feed(size, 10.0) is None
    found_at = None
    for frame in range(100):
        now = 10 + frame * 0.02 + (0.015 if frame % 7 == 3 else 0)
        if finder.feed(message, now) is not None and found_at is None:
            found_at = now
    assert finder.channels == channels
    assert found_at is not None
    assert 11.2 <= found_at <= 11.4


def test_a_burst_after_a_stall_is_not_taken_for_stereo() -> None:
    finder = ChannelFinder()
    arrivals = [frame * 0.02 if frame < 30 or frame > 55 else 1.12 for frame in range(80)]
    for now in arrivals:
        finder.feed(640, now)
    assert finder.channels == 1
