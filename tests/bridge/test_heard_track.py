"""Our side of a recording keeps in step with the caller's frames."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mapokezi.bridge.heard_track import HeardTrack

FRAME = 640
SILENCE = bytes(FRAME)
VOICE = b"\x10\x10" * (FRAME // 2)


def test_in_step_nothing_is_changed() -> None:
    track = HeardTrack()
    assert [track.cut(sound, FRAME) for sound in (VOICE, SILENCE, VOICE)] == [VOICE, SILENCE, VOICE]


def test_frames_that_come_in_a_lump_get_silence_at_first() -> None:
    track = HeardTrack()
    assert track.cut(VOICE, FRAME) == VOICE
    assert track.cut(b"", FRAME) == SILENCE
    assert track.cut(VOICE + VOICE, FRAME) == VOICE
    assert track.cut(b"", FRAME) == VOICE


def test_silence_that_runs_ahead_is_dropped() -> None:
    track = HeardTrack()
    track.cut(SILENCE * 500, FRAME)
    assert track.cut(VOICE, FRAME) == SILENCE
    late = [track.cut(SILENCE, FRAME) for _ in range(4)]
    assert late.index(VOICE) <= 2, "60 ms late at most"


def test_after_a_gap_in_which_we_spoke_the_lead_shrinks_with_each_silence() -> None:
    track = HeardTrack()
    out = [track.cut((SILENCE * 20 + VOICE * 10) * 5, FRAME)]
    out += [track.cut(SILENCE, FRAME) for _ in range(80)]
    last = max(place for place, piece in enumerate(out) if piece == VOICE)
    assert out.count(VOICE) == 50
    assert last < 75, "only speech is late, by as long as there was speech"


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 3)), max_size=60))
def test_pieces_are_as_long_as_wanted_and_no_voice_is_lost(steps: list[tuple[int, int]]) -> None:
    track = HeardTrack()
    voices = out = b""
    for heard, wanted in steps:
        sound = VOICE * heard
        voices += sound
        piece = track.cut(sound, wanted * FRAME)
        assert len(piece) == wanted * FRAME
        out += piece
    assert out.replace(b"\0", b"") == voices[: len(out.replace(b"\0", b""))]
