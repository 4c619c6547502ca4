"""What of a caller's sound nobody waits for."""

from __future__ import annotations

import pytest

from mapokezi.bridge.callers_silence import LONG_MS, CallersSilence

SILENT, LOUD = bytes(640), b"\x00\x10" * 320


def long_silent() -> CallersSilence:
    silence = CallersSilence()
    for _ in range(LONG_MS // 20):
        assert not silence.is_long
        silence.take(SILENT)
    assert silence.is_long
    return silence


def test_nothing_waits_unless_it_may() -> None:
    silence = CallersSilence()
    for frame in (SILENT, LOUD, SILENT, SILENT):
        assert silence.take(frame) == frame


def test_silence_waits_for_more_of_it_and_no_sample_is_lost() -> None:
    silence = CallersSilence()
    silence.may_wait = True
    frames = [number.to_bytes(1, "little") + bytes(639) for number in range(10)]
    given = [silence.take(frame) for frame in frames]
    assert [len(piece) // 640 for piece in given] == [0, 0, 3] * 3 + [0]
    assert b"".join(given) + silence.kept() == b"".join(frames)
    assert silence.kept() == b""


def test_what_is_loud_goes_at_once_behind_what_waited() -> None:
    silence = CallersSilence()
    silence.may_wait = True
    assert silence.take(SILENT) == b""
    assert silence.take(LOUD) == SILENT + LOUD
    assert silence.take(LOUD) == LOUD


def test_what_waited_goes_with_the_next_once_nothing_may_wait() -> None:
    silence = CallersSilence()
    silence.may_wait = True
    silence.take(SILENT)
    silence.may_wait = False
    assert silence.take(SILENT) == 2 * SILENT


@pytest.mark.parametrize(
    ("pieces", "is_long"),
    [
        ((LOUD, SILENT, LOUD, SILENT), True),
        ((LOUD, LOUD), False),
        ((SILENT, LOUD + LOUD[:2]), False),
    ],
)
def test_a_click_is_no_voice_and_two_loud_frames_in_a_row_may_be_one(
    pieces: tuple[bytes, ...], is_long: bool
) -> None:
    silence = long_silent()
    for piece in pieces:
        silence.take(piece)
    assert silence.is_long is is_long
