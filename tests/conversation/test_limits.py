"""How long a call may last, and what it waits for."""

from __future__ import annotations

from mapokezi.conversation.limits import BACK_FOR_S, CallLimits, Limit
from mapokezi.conversation.settings import ConversationSettings

SETTINGS = ConversationSettings(
    media_open_s=20.0, call_cap_s=100.0, cap_warning_s=30.0, away_cap_s=500.0
)


def test_the_media_is_waited_for_from_the_announcement_on() -> None:
    limits = CallLimits(SETTINGS)
    assert limits.next_timer() is None
    limits.await_media(10.0)
    limits.await_media(15.0)
    assert limits.next_timer() == 30.0
    assert limits.take_due(29.9) is None
    assert limits.take_due(30.0) is Limit.MEDIA
    assert limits.take_due(99.0) is None


def test_the_cap_counts_from_the_first_opening() -> None:
    limits = CallLimits(SETTINGS)
    limits.await_media(0.0)
    assert limits.open_s(5.0) == 0.0
    assert limits.media_opened(10.0)
    assert limits.open_s(15.0) == 5.0
    assert limits.take_due(79.9) is None
    assert limits.take_due(80.0) is Limit.CAP_WARNING
    assert limits.take_due(110.0) is Limit.CAP


def test_who_comes_back_has_some_time_whatever_the_cap_says() -> None:
    limits = CallLimits(SETTINGS)
    limits.media_opened(0.0)
    limits.away(20.0)
    assert limits.next_timer() == 520.0
    assert not limits.media_opened(90.0)
    assert limits.open_s(91.0) == 91.0
    assert limits.next_timer() == 90.0 + BACK_FOR_S


def test_nothing_counts_after_the_end() -> None:
    limits = CallLimits(SETTINGS)
    limits.media_opened(0.0)
    limits.over()
    assert limits.next_timer() is None
