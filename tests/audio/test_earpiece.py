"""What the caller's earpiece gives."""

from __future__ import annotations

from mapokezi.audio.earpiece import Earpiece, Item, Stretch
from mapokezi.audio.formats import bytes_of, samples_in, samples_of


def sound(*values: int) -> bytes:
    return b"".join(value.to_bytes(2, "little") for value in values)


def heard(ear: Earpiece, until: int) -> list[int]:
    return [int(value) for value in samples_in(ear.sound(until))]


def test_silence_lies_between_the_pieces() -> None:
    ear = Earpiece()
    ear.lay(Stretch(2, sound(1, 2, 3)), 2)
    ear.lay(Stretch(5, sound(4)), 2)
    ear.lay(Stretch(8, sound(5)), 2)
    assert ear.end == 9
    assert heard(ear, 3) == [0, 0, 1]
    assert heard(ear, 3) == []
    assert heard(ear, 11) == [2, 3, 4, 0, 0, 5, 0, 0]
    assert heard(ear, 12) == [0]


def test_a_cut_takes_pieces_and_parts_of_pieces() -> None:
    ear = Earpiece()
    ear.lay(Stretch(0, sound(1, 2, 3, 0), Item("a"), 0, 3), 2)
    ear.lay(Stretch(4, sound(4, 5), Item("b"), 0, 2), 2)
    assert ear.real_end() == 6
    touched = ear.cut(2)
    assert [(s.item.item_id, s.real) for s in touched if s.item] == [("b", 0), ("a", 2)]
    assert ear.end == 2
    assert ear.real_end() == 2
    assert heard(ear, 6) == [1, 2, 0, 0, 0, 0]
    assert ear.cut(7) == []


def test_pieces_are_forgotten_once_they_have_ended() -> None:
    ear = Earpiece()
    ear.lay(Stretch(0, sound(1, 2), Item("a"), 0, 2), 2)
    ear.lay(Stretch(2, sound(3, 4), Item("a"), 2, 2), 2)
    assert [s.offset for s in ear.heard(1)] == [0]
    assert [s.offset for s in ear.heard(2)] == [0, 2]
    assert [s.offset for s in ear.unheard()] == [2]
    assert [s.offset for s in ear.heard(9)] == [2]
    assert list(ear.heard(9)) == []
    assert heard(ear, 4) == [1, 2, 3, 4]  # the sound's own cursor comes later


def test_of_a_long_item_little_more_is_kept_than_a_pause_goes_back_in() -> None:
    kept_ms, piece_ms = 2_000, 80
    item = Item("reply")
    for number in range(500):
        item.add(number.to_bytes(2, "little") * samples_of(piece_ms))
        item.heard = item.total - samples_of(piece_ms)
        item.forget(samples_of(kept_ms))
        assert len(item.pcm) <= bytes_of(kept_ms) * 1.25 + bytes_of(2 * piece_ms)
    kept = item.sound(item.heard - samples_of(kept_ms), item.total)
    assert len(kept) == bytes_of(kept_ms + piece_ms)
    assert kept[-2:] == (499).to_bytes(2, "little")
