"""Our side of a recording keeps in step with the caller's frames."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mapokezi.bridge.heard_track import HeardTrack

FRAME = 640
SILENCE = bytes(FRAME)
VOICE = b"\x10\x10" * (FRAME // 2)


def test_in_step_our_side_is_two_frames_late() -> None:
    track = HeardTrack()
    heard = [VOICE, SILENCE, VOICE, VOICE]
    assert [track.cut(sound, FRAME) for sound in heard] == [SILENCE, SILENCE, VOICE, SILENCE]


def test_frames_that_come_a_little_early_tear_no_hole() -> None:
    track = HeardTrack()
    out = b""
    for number in range(100):
        early = 64 if number % 2 else -64  # 2 ms
        out += track.cut(VOICE[: FRAME // 2] + VOICE[: FRAME // 2 - early], FRAME)
    assert b"\0" not in out[2 * FRAME :]


def test_frames_that_come_in_a_lump_get_silence_at_first() -> None:
    track = HeardTrack()
    lump = [track.cut(sound, FRAME) for sound in (VOICE, b"", b"", b"")]
    assert lump == [SILENCE, SILENCE, VOICE, SILENCE]
    assert [track.cut(sound, FRAME) for sound in (VOICE * 4, b"")] == [SILENCE, VOICE]


def test_frames_that_go_on_coming_early_tear_one_hole() -> None:
    track = HeardTrack()
    out = track.cut(VOICE * 3, FRAME * 3)
    out += b"".join(track.cut(VOICE, FRAME + 32) for _ in range(50))  # each 1 ms too early
    voice = out[2 * FRAME :].split(VOICE[:2])
    assert sum(bool(piece) for piece in voice) == 1


def test_silence_that_runs_ahead_is_dropped() -> None:
    track = HeardTrack()
    track.cut(SILENCE * 500, FRAME)
    assert track.cut(VOICE, FRAME) == SILENCE
    late = [track.cut(SILENCE, FRAME) for _ in range(6)]
    assert late.index(VOICE) <= 5, "100 ms late at most"


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
