"""How the line stops without cutting anybody off.

New calls get the fallback document; the port stays open, since the calls in progress still need
their lifecycle posts answered, a hand-off its document. When the last call is over, or time is up
and the goodbyes are said, and the posts that follow a call's end have come, the server is let go.
"""

from __future__ import annotations

import asyncio

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.calls_in_progress import CallsInProgress

log = structlog.get_logger("mapokezi.line.drain")

_LOOK_EVERY_S = 0.05
_MOST_LINGERS = 3
"""A platform that posts about one call for ever does not keep us up."""


async def drain(
    calls: CallsInProgress,
    *,
    limit_s: float,
    goodbye_limit_s: float,
    linger_s: float = 0.0,
    hurry: asyncio.Event | None = None,
) -> int:
    """Take no new calls and wait until those in progress are over.

    Args:
        calls: of this node.
        limit_s: after which each call is asked to say goodbye.
        goodbye_limit_s: how long that may take.
        linger_s: how long no call must have been touched before the end: the platform's last
            posts about a call come after it is over for us.
        hurry: set it to skip the first wait.

    Returns:
        How many calls were cut off in the end; 0 if all went well.
    """
    calls.begin_drain()
    log.info("drain_began", calls=len(calls.live))
    await _until_empty(calls, limit_s, hurry or asyncio.Event())
    for call in calls.live:
        log.info("drain_asks_goodbye", call_id=call.call_id)
        if call.drain_now is not None:
            try:
                call.drain_now()
            except Exception:
                log.exception("drain_hook_failed", call_id=call.call_id)
    await _until_empty(calls, goodbye_limit_s, asyncio.Event())
    left = len(calls.live)
    ends_at = clock.monotonic() + _MOST_LINGERS * linger_s
    while clock.monotonic() < ends_at:
        if calls.is_quiet(clock.monotonic(), linger_s):
            break
        await asyncio.sleep(_LOOK_EVERY_S)
    log.info("drain_ended", cut_off=left)
    return left


async def _until_empty(calls: CallsInProgress, limit_s: float, hurry: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + limit_s
    # Looked at rather than told: a call may end in many ways, and all of them show here.
    while calls.live and not hurry.is_set() and loop.time() < ends_at:  # noqa: ASYNC110
        await asyncio.sleep(_LOOK_EVERY_S)
