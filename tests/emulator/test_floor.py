"""One caller has the floor at a time."""

from __future__ import annotations

from mapokezi.emulator.floor import Floor


def test_it_is_had_by_one_until_that_one_leaves_it() -> None:
    floor = Floor()
    assert floor.take("one")
    assert floor.take("one")
    assert not floor.take("two")
    floor.leave("two")
    assert not floor.take("two")
    floor.leave("one")
    assert floor.is_free
    assert floor.take("two")
