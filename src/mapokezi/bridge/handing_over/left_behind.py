"""Legs that a line before this one has left up: ended at the start, if nobody talks there.

A killed line can hang up nothing. Colleagues would be rung on for a caller who hears nobody any
more, and that caller would sit in a room alone; so whatever the file of open legs holds is ended.
Two who talk with each other are let be, and looked at now and then: the end of one is the end of
the other, also if the platform does not see to it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.handing_over.leg_requests import LegRequests
from mapokezi.stores.open_legs import LegKind, OpenLeg, OpenLegs

log = structlog.get_logger("mapokezi.bridge.left_behind")

_TRIES = 8
_BETWEEN_S = 2.0
_LOOK_EVERY_S = 20.0
_LOOKS_IN_VAIN = 90
"""Half an hour in which the platform tells of neither: perhaps it knows them no more, perhaps it is
away. Nobody is cut off on a guess, and nothing is asked for ever."""
_RUNG_BEFORE_S = 120.0
"""A leg of which no session is known was ordered at most so long before: a line is started again
sooner, and a telephone rings no longer."""


async def end_left_behind(
    open_legs: OpenLegs, requests: LegRequests, left: Sequence[OpenLeg]
) -> None:
    """End what a line before has left up. Never raises for a fault of the platform's.

    Args:
        open_legs: The file, from which is taken what is over.
        requests: Asks the platform.
        left: What stood in it when this line began: later legs are this line's own.
    """
    if left:
        log.warning("legs_left_behind", number=len(left))
    talking = {leg.call_id for leg in left if leg.is_talking}
    alone = [leg for leg in left if leg.call_id not in talking or _is_only_rung(leg)]
    pairs = [[leg for leg in left if leg.call_id == one and leg.is_talking] for one in talking]
    await asyncio.gather(
        *(_end(open_legs, requests, leg) for leg in alone),
        *(_see_out(open_legs, requests, pair) for pair in pairs),
    )


def _is_only_rung(leg: OpenLeg) -> bool:
    return leg.kind is LegKind.COLLEAGUE and not leg.is_talking


async def _end(open_legs: OpenLegs, requests: LegRequests, leg: OpenLeg) -> None:
    for _ in range(_TRIES):
        if await _asked_to_end(requests, leg):
            log.info("leg_left_behind_ended", call_id=leg.call_id, kind=leg.kind.value)
            with contextlib.suppress(OSError):
                await open_legs.remove(leg.key)
            return
        await asyncio.sleep(_BETWEEN_S)
    log.error("leg_left_behind_not_ended", call_id=leg.call_id, kind=leg.kind.value)


async def _asked_to_end(requests: LegRequests, leg: OpenLeg) -> bool:
    if leg.session_id:
        return await requests.hang_up(leg.session_id)
    ordered_at = clock.monotonic() - _RUNG_BEFORE_S
    return await requests.find_and_end(leg.key, leg.to_number, ordered_at)


async def _see_out(open_legs: OpenLegs, requests: LegRequests, pair: Sequence[OpenLeg]) -> None:
    """Wait until one of two who talk is gone, and end the other."""
    in_vain = 0
    while in_vain < _LOOKS_IN_VAIN:
        seen = [await requests.look(leg.session_id) for leg in pair]
        if any(one is not None and not one.is_live for one in seen):
            await asyncio.gather(*(_end(open_legs, requests, leg) for leg in pair))
            return
        in_vain = 0 if any(seen) else in_vain + 1
        await asyncio.sleep(_LOOK_EVERY_S)
    for leg in pair:
        log.error("leg_left_behind_lost", call_id=leg.call_id, kind=leg.kind.value)
        with contextlib.suppress(OSError):
            await open_legs.remove(leg.key)
