"""Whether a media socket is let in: it must bring the token of a call that waits for it."""

from __future__ import annotations

import hmac

from mapokezi.bridge.admission import MediaRefusal
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.telephony.visit import Phase


def claim(call: CallInProgress | None, token: str, now: float) -> CallInProgress | MediaRefusal:
    """Let a media socket in, or say why not. A token that was claimed is spent.

    Args:
        call: of the URL; None: there is none of that id.
        token: of the URL.
        now: seconds, monotonic.
    """
    if call is None or call.token is None:
        return MediaRefusal.UNKNOWN_CALL
    if not hmac.compare_digest(call.token.value.encode(), token.encode()):
        return MediaRefusal.WRONG_TOKEN
    if call.token.used:
        return MediaRefusal.TOKEN_USED
    if now > call.token.expires_at:
        return MediaRefusal.TOKEN_EXPIRED
    if call.state not in (Phase.OFFERED, Phase.RETURNING):
        return MediaRefusal.CALL_OVER
    call.token.used = True
    call.media_opened_at = call.touched_at = now
    call.visit.media_opened()
    return call
