"""How posts are signed, rightly and in every wrong way (contract sections 2 and 8)."""

from __future__ import annotations

import hashlib
import hmac
import time

from mapokezi.emulator.mode_values.posts import Signing
from mapokezi.telephony.signature import sign

STALE_BY_S = 600
"""Twice the skew that is allowed."""
WRONG_SECRET = "not-the-secret-of-this-number"  # noqa: S105  a wrong one on purpose


def signature_of(secret: str, body: bytes, way: Signing) -> str:
    """The value of ``X-Sautikit-Signature``; empty: the post has none."""
    now = int(time.time())
    match way:
        case _ if not secret:
            return ""
        case Signing.GOOD:
            return sign(secret, body, now)
        case Signing.WRONG:
            return sign(WRONG_SECRET, body, now)
        case Signing.STALE:
            return sign(secret, body, now - STALE_BY_S)
        case Signing.BARE:
            return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return ""
