"""The door: one link, one browser, one working day."""

from __future__ import annotations

from pathlib import Path

from mapokezi.desk.door import Door, read_link_key


class Clock:
    now = 50.0

    def __call__(self) -> float:
        return self.now


def door_in(folder: Path, clock: Clock | None = None) -> Door:
    return Door(folder / "desk-link", clock or Clock())


def test_a_link_lets_one_browser_in_and_is_then_used_up(tmp_path: Path) -> None:
    door = door_in(tmp_path)
    key = door.key
    visitor = door.enter(key)
    assert door.knows(visitor)
    assert door.enter(key) is None


def test_the_next_link_takes_the_place_of_the_one_that_was_used(tmp_path: Path) -> None:
    door = door_in(tmp_path)
    first = door.enter(door.key)
    second = door.enter(door.key)
    assert door.knows(first)
    assert door.knows(second)
    assert first != second


def test_a_wrong_or_empty_key_opens_nothing_and_uses_nothing_up(tmp_path: Path) -> None:
    door = door_in(tmp_path)
    for wrong in ("", "x", "é", door.key + "x", door.key[:-1]):
        assert door.enter(wrong) is None
    assert door.enter(door.key) is not None


def test_strangers_are_not_known(tmp_path: Path) -> None:
    door = door_in(tmp_path)
    for stranger in (None, "", "made up"):
        assert not door.knows(stranger)


def test_a_visitor_may_stay_twelve_hours(tmp_path: Path) -> None:
    clock = Clock()
    door = door_in(tmp_path, clock)
    visitor = door.enter(door.key)
    clock.now += 12 * 3600 - 1
    assert door.knows(visitor)
    clock.now += 1
    assert not door.knows(visitor)


def test_who_leaves_is_forgotten_and_the_others_stay(tmp_path: Path) -> None:
    door = door_in(tmp_path)
    going, staying = door.enter(door.key), door.enter(door.key)
    door.leave(going)
    door.leave(None)
    assert not door.knows(going)
    assert door.knows(staying)


def test_two_hundred_visitors_are_kept_and_the_oldest_makes_room(tmp_path: Path) -> None:
    door = door_in(tmp_path)
    visitors = [door.enter(door.key) for _ in range(201)]
    assert not door.knows(visitors[0])
    assert all(door.knows(visitor) for visitor in visitors[1:])


def test_only_the_owner_can_read_the_link_file(tmp_path: Path) -> None:
    door = door_in(tmp_path)
    file = tmp_path / "desk-link"
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_link_key(file) == door.key
    door.enter(door.key)
    assert read_link_key(file) == door.key


def test_a_closed_door_leaves_no_link_behind(tmp_path: Path) -> None:
    door = door_in(tmp_path)
    door.close()
    door.close()
    assert read_link_key(tmp_path / "desk-link") is None
    assert list(tmp_path.iterdir()) == []


def test_a_new_desk_has_a_new_link(tmp_path: Path) -> None:
    former = door_in(tmp_path).key
    later = door_in(tmp_path)
    assert later.key != former
    assert later.enter(former) is None
