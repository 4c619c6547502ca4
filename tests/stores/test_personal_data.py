"""Every table is known to hold something of callers, or to hold nothing."""

from __future__ import annotations

from mapokezi.stores.personal_data import HELD, IMPERSONAL, Whose
from mapokezi.stores.schema import metadata


def test_every_table_is_in_one_of_the_two_lists() -> None:
    held, impersonal = {one.table.name for one in HELD}, {table.name for table in IMPERSONAL}
    assert held | impersonal == set(metadata.tables)
    assert not held & impersonal
    assert len(HELD) == len(held)


def test_links_and_numbers_are_columns_and_children_come_first() -> None:
    seen: set[str] = set()
    for one in HELD:
        assert {one.link, *one.numbers} <= set(one.table.c.keys())
        if one.parent is not None:
            assert one.parent.name not in seen
        seen.add(one.table.name)


def test_many_ids_are_parted_and_none_is_left_out() -> None:
    whose = Whose(tuple(map(str, range(7))), ("s",), (), ("+1",))  # type: ignore[arg-type]
    parts = whose.parts(3)
    assert [part.calls for part in parts] == [("0", "1", "2"), ("3", "4", "5"), ("6",)]
    assert [part.sessions for part in parts] == [("s",), (), ()]
    assert all(part.numbers == ("+1",) for part in parts)
    assert len(Whose(()).parts(3)) == 1
