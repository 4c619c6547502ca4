"""Adding up what models count."""

from __future__ import annotations

from mapokezi.records.model_usage import ModelUsage, with_added


def test_each_model_is_summed_by_kind() -> None:
    known = with_added((), "live", "m-1", {"audio_in": 10, "audio_out": 5})
    known = with_added(known, "spare", "m-2", {"text_in": 1})
    known = with_added(known, "live", "m-1", {"audio_out": 5, "text_out": 2})
    known = with_added(known, "live", "m-3", {"audio_in": 7})
    assert known == (
        ModelUsage("live", "m-1", {"audio_in": 10, "audio_out": 10, "text_out": 2}),
        ModelUsage("spare", "m-2", {"text_in": 1}),
        ModelUsage("live", "m-3", {"audio_in": 7}),
    )


def test_what_was_known_is_not_changed() -> None:
    before = with_added((), "live", "m", {"audio_in": 1})
    with_added(before, "live", "m", {"audio_in": 1})
    assert before[0].units == {"audio_in": 1}


def test_a_profile_that_is_used_stands_there_until_it_counts_something() -> None:
    used = with_added((), "live", "", {})
    assert used == (ModelUsage("live", ""),)
    assert with_added(used, "live", "", {}) == used
    counted = with_added(used, "live", "gpt-realtime-2.1", {"audio_in": 5})
    assert counted == (ModelUsage("live", "gpt-realtime-2.1", {"audio_in": 5}),)
    assert with_added(counted, "live", "", {}) == counted
    assert with_added(counted, "spare", "", {}) == (*counted, ModelUsage("spare", ""))
