"""Which part of a recording a player asks for."""

from __future__ import annotations

import pytest

from mapokezi.desk.ranges import BeyondTheEndError, wanted_range


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (None, None),
        ("", None),
        ("bytes=0-", (0, 1000)),
        ("bytes=0-0", (0, 1)),
        ("bytes=100-199", (100, 200)),
        ("Bytes = 100 - 199", (100, 200)),
        ("bytes=900-5000", (900, 1000)),
        ("bytes=999-", (999, 1000)),
        ("bytes=-10", (990, 1000)),
        ("bytes=-5000", (0, 1000)),
        # What cannot be read, or is several parts, is passed over: all of it is sent.
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=5-4", None),
        ("bytes=a-b", None),
        ("items=0-1", None),
        ("bytes=0-1,5-6", None),
    ],
)
def test_a_range_is_read_as_the_rfc_has_it(header: str | None, part: tuple[int, int]) -> None:
    assert wanted_range(header, 1000) == part


@pytest.mark.parametrize(
    ("header", "size"),
    [("bytes=1000-", 1000), ("bytes=-0", 1000), ("bytes=0-", 0), ("bytes=2000-3000", 1000)],
)
def test_behind_the_end_there_is_nothing(header: str, size: int) -> None:
    with pytest.raises(BeyondTheEndError):
        wanted_range(header, size)
