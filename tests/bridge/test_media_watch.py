"""The watch over a media socket: what it asks, and when it is sure that the far side is gone."""

from __future__ import annotations

import pytest

from mapokezi.bridge.media_watch import MediaWatch, MediaWatchSettings, Seen


def looks(
    sends: str, *, answers: bool = False, settings: MediaWatchSettings | None = None
) -> list[Seen]:
    """What is seen of a far side that sends in some seconds (``x``) and in others not (``.``).

    Args:
        sends: Second by second.
        answers: Whether it answers pings: at once, so that the answer counts in the next second.
        settings: The watch's.
    """
    watch, seen, messages, has_answered, asked = (
        MediaWatch(settings or MediaWatchSettings()), [], 0, False, False,
    )  # fmt: skip
    for second in sends:
        messages += 50 if second == "x" else 0
        if asked and answers:
            messages, has_answered = messages + 1, True
        seen.append(watch.look(messages, answers_pings=has_answered))
        asked = seen[-1] is Seen.ASK
    return seen


def test_no_message_in_the_first_second_is_a_dead_call() -> None:
    assert looks(".") == [Seen.MUTE]


def test_a_far_side_that_sends_is_asked_at_first_and_each_15_seconds() -> None:
    seen = looks("x" * 47, answers=True)
    assert [at for at, one in enumerate(seen) if one is Seen.ASK] == [0, 15, 30, 45]
    assert set(seen) == {Seen.ASK, Seen.WELL}


def test_frozen_in_the_middle_it_is_found_in_five_seconds() -> None:
    """It answered the ping at the beginning; then nothing comes, no answer either."""
    watch = MediaWatch(MediaWatchSettings())
    assert watch.look(50, answers_pings=False) is Seen.ASK
    for second in range(2, 8):
        assert watch.look(50 * second, answers_pings=True) is Seen.WELL
    seen = [watch.look(350, answers_pings=True) for _ in range(5)]
    assert seen == [Seen.WELL, Seen.ASK, Seen.WELL, Seen.WELL, Seen.GONE]


@pytest.mark.parametrize("silence_s", [5, 60, 600])
def test_a_platform_that_sends_nothing_in_silence_is_not_cut_off(silence_s: int) -> None:
    seen = looks("xx" + "." * silence_s + "xx", answers=True)
    assert Seen.GONE not in seen


@pytest.mark.parametrize("silence_s", [4, 15, 29])
def test_one_that_answers_no_pings_either_is_not_cut_off_for_half_a_minute(silence_s: int) -> None:
    seen = looks("xx" + "." * silence_s + "xx", answers=False)
    assert Seen.GONE not in seen


def test_one_that_answers_no_pings_is_gone_after_half_a_minute() -> None:
    seen = looks("xx" + "." * 31, answers=False)
    assert seen.index(Seen.GONE) == 1 + 30


def test_a_hiccup_of_four_seconds_is_no_end() -> None:
    watch = MediaWatch(MediaWatchSettings())
    watch.look(50, answers_pings=False)
    seen = [watch.look(51, answers_pings=True) for _ in range(5)]
    seen.append(watch.look(251, answers_pings=True))
    assert Seen.GONE not in seen


def test_it_is_asked_once_for_each_silence() -> None:
    watch = MediaWatch(MediaWatchSettings(ping_every_s=1000))
    watch.look(1, answers_pings=False)
    seen = [watch.look(1, answers_pings=False) for _ in range(20)]
    assert seen.count(Seen.ASK) == 1
    watch.look(2, answers_pings=False)
    seen = [watch.look(2, answers_pings=False) for _ in range(20)]
    assert seen.count(Seen.ASK) == 1


def test_the_defaults() -> None:
    settings = MediaWatchSettings()
    assert settings.first_message_s == 1.0
    assert settings.quiet_s + settings.answer_within_s == 5.0
    assert settings.longest_quiet_s == 30.0
