"""Calls that the platform puts through by ``<Dial>``: at once, and how long a document rings."""

from __future__ import annotations

from datetime import datetime

from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.receptionist.handoff import Ring, RingPlan, RingWish, plan_rings
from mapokezi.receptionist.known_callers import is_one_of
from mapokezi.telephony.actions import Action, Dial
from mapokezi.telephony.callbacks import VoiceCallback
from mapokezi.telephony.visit import Reply

_FORWARD_RING_S = 25
"""Before the receptionist answers in their stead: five rings, less than most mailboxes wait."""


def put_through_at_once(call: CallInProgress, callback: VoiceCallback, now: float) -> Reply | None:
    """Have the platform ring the telephone to which all calls go; None: to none.

    Args:
        call: that has just come.
        callback: its first post.
        now: seconds, monotonic.
    """
    ring = call.forwarded_to
    if ring is None:
        return None
    call.armed = (Dial((ring.destination,), caller_id=call.dialled, timeout_s=_FORWARD_RING_S),)
    call.visit.pass_at_once(callback, now, _FORWARD_RING_S)
    return Reply.HANDOFF


def vip_ring(call: CallInProgress, now_wall: datetime) -> Ring | None:
    """Whose telephone rings at once for a VIP; None: the receptionist answers.

    Args:
        call: that has just come.
        now_wall: the time of day, aware.
    """
    office, caller = call.office, call.caller
    wanted = office.callers.vips_ring
    if not wanted or caller is None or call.rings_back or not is_one_of(caller, office.vips):
        return None
    plan = plan_rings(office, RingWish(wanted, "", urgent=True), caller, now_wall)
    return plan.first if isinstance(plan, RingPlan) else None


def rings_s(actions: tuple[Action, ...]) -> int | None:
    """For how many seconds a document rings at most; None: the platform's own time."""
    timeouts = [action.timeout_s for action in actions if isinstance(action, Dial)]
    return max((one for one in timeouts if one), default=None)
