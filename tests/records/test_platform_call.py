"""What the platform tells of a session comes to the same in whatever order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.records.platform_call import PlatformCall, PlatformRecording, merged

AT = datetime(2026, 11, 22, 8, 15, tzinfo=UTC)
instants = st.integers(0, 3).map(lambda n: AT + timedelta(seconds=n))
counts = st.none() | st.integers(0, 3)
recordings = st.builds(
    PlatformRecording, st.sampled_from(["a", "b", "c"]), instants, counts, counts
)


@st.composite
def accounts(draw: st.DrawFn) -> PlatformCall:
    kept = {one.recording_id: one for one in draw(st.lists(recordings, max_size=3))}
    return PlatformCall(
        "HD_1",
        draw(st.sampled_from(["", "uuid"])),
        draw(st.none() | instants),
        draw(counts),
        draw(st.sampled_from(["", "NORMAL_CLEARING", "no_answer"])),
        tuple(kept[name] for name in sorted(kept)),
    )


@given(st.lists(accounts(), min_size=2, max_size=4))
def test_order_and_repetition_do_not_matter(told: list[PlatformCall]) -> None:
    results = set()
    for order in permutations([*told, told[0]]):
        known = order[0]
        for one in order[1:]:
            known = merged(known, one)
        results.add(known)
    assert len(results) == 1
    (whole,) = results
    assert all(merged(whole, one) == whole for one in told)


def test_two_sessions_are_two_calls() -> None:
    with pytest.raises(ValueError, match="two calls"):
        merged(PlatformCall("HD_1"), PlatformCall("HD_2"))
    with pytest.raises(ValueError, match="session"):
        PlatformCall("")
    with pytest.raises(ValueError, match="UTC"):
        PlatformCall("HD_1", ended_at=AT.replace(tzinfo=None))
