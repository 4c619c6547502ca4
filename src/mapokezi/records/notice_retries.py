"""When a notice is tried again that did not arrive."""

from __future__ import annotations

from datetime import datetime, timedelta

from mapokezi.records.notices import Notice, WayKind

_PEOPLE_DELAYS_S = (10, 20, 40, 80, 150)
_PEOPLE_EVERY = timedelta(minutes=5)
"""After an outage, people are told within five minutes."""
_PEOPLE_SOON_FOR = timedelta(hours=6)
_PEOPLE_LATER_EVERY = timedelta(minutes=30)
_PEOPLE_FOR = timedelta(hours=48)
_WEBHOOK_DELAYS_S = (5, 30, 120, 300, 600, 900, 1800, 3600, 7200, 18_000, 36_000, 36_000, 86_400)
"""Much as Standard Webhooks suggests (spec, "Retries"), denser in the first hour: three days."""
_LONGEST_ASKED = timedelta(hours=6)


def try_again_at(
    notice: Notice, now: datetime, retry_after_s: float | None = None
) -> datetime | None:
    """When a notice is tried again that was refused or had no answer.

    Args:
        notice: as `begin_attempt` gave it, so that its ``tries`` count this one.
        now: the instant of the failure.
        retry_after_s: how long the receiver asked us to wait.

    Returns:
        None: it is given up. To people that is after two days, to systems after three.
    """
    delay = _delay_of(notice)
    if delay is None:
        return None
    if retry_after_s is not None and retry_after_s > 0:
        delay = max(delay, min(timedelta(seconds=retry_after_s), _LONGEST_ASKED))
    return now + delay


def _delay_of(notice: Notice) -> timedelta | None:
    done = max(1, notice.tries) - 1
    if notice.way_kind is WayKind.WEBHOOK:
        if done >= len(_WEBHOOK_DELAYS_S):
            return None
        return timedelta(seconds=_WEBHOOK_DELAYS_S[done])
    if done < len(_PEOPLE_DELAYS_S):
        return timedelta(seconds=_PEOPLE_DELAYS_S[done])
    later = done - len(_PEOPLE_DELAYS_S)
    soon = _PEOPLE_SOON_FOR // _PEOPLE_EVERY
    if later < soon:
        return _PEOPLE_EVERY
    if later - soon < (_PEOPLE_FOR - _PEOPLE_SOON_FOR) // _PEOPLE_LATER_EVERY:
        return _PEOPLE_LATER_EVERY
    return None
