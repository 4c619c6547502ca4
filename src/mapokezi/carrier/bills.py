"""The platform's bill of a call, and what goes on record of it."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from mapokezi.calls import CallId
from mapokezi.carrier.calls import CallDetail
from mapokezi.carrier.client import SautiKit
from mapokezi.carrier.errors import CarrierError
from mapokezi.records.changes import Change, SaveCost, SavePlatformCall
from mapokezi.records.ledger import Cost
from mapokezi.records.platform_call import PlatformCall

log = structlog.get_logger("mapokezi.carrier.bills")

_STILL_UP = frozenset({"ringing", "initiated", "queued", "answered", "active", "in-progress"})
"""Of the platform's statuses those in which a call's cost is not its last."""


def settled_by(call_id: CallId, detail: CallDetail, session_id: str) -> Sequence[Change]:
    """What goes on record of a bill: the cost, both ids, and the platform's count of seconds."""
    told = PlatformCall(
        session_id,
        call_uuid=detail.id if detail.id != session_id else "",
        duration_s=detail.duration_seconds,
    )
    changes: list[Change] = [SavePlatformCall(told)]
    if detail.cost is not None:
        changes.append(SaveCost(call_id, Cost(detail.cost, estimated=False)))
    return changes


async def bill_from(carrier: SautiKit, session_id: str) -> CallDetail | None:
    """Ask what a call cost; None while the platform does not know."""
    try:
        detail = await carrier.calls.show(session_id)
    except CarrierError as error:
        log.warning("cost_not_known", session_id=session_id, reason=str(error))
        return None
    if detail.cost is None or (detail.status or "").lower() in _STILL_UP:
        return None
    return detail
