"""The platform's signature on its callbacks (contract section 8).

``X-Sautikit-Signature: t=<unix>,v1=<hex>``, where the hex is HMAC-SHA256 of the raw body, a dot
and ``t``. An older form, bare hex over the body alone, stands on some of the platform's pages: it
has no instant in it and can be replayed for ever, so it is accepted only if switched on.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from enum import StrEnum

SIGNATURE_HEADER = "X-Sautikit-Signature"

SKEW_S = 300
"""How far ``t`` may be from our clock, as the platform's guide says."""

_MAX_PARTS = 16
"""More than a header of several rotated secrets needs; fewer than costs time."""


class SignatureVerdict(StrEnum):
    """What a signature proves."""

    GOOD = "good"
    MISSING = "missing"
    """No signature at all."""
    MALFORMED = "malformed"
    """No ``t`` or no ``v1`` that can be read."""
    WRONG = "wrong"
    """Made with another secret, or for another body."""
    STALE = "stale"
    """Made with our secret, but too long ago or too far ahead: a replay, or a wrong clock."""


def sign(secret: str, body: bytes, at_unix_s: int) -> str:
    """Write the header's value for a body, as the platform does."""
    return f"t={at_unix_s},v1={_digest(secret, body, str(at_unix_s))}"


def verify(
    header: str | None,
    body: bytes,
    secrets: Sequence[str],
    now_unix_s: float,
    *,
    legacy: bool = False,
) -> SignatureVerdict:
    """Judge a signature.

    Args:
        header: the header's value; None if there was none.
        body: the body as it came over the wire, before any decoding.
        secrets: any one may have signed: there is one a subscription and one a number.
        now_unix_s: seconds since 1970.
        legacy: also accept bare hex over the body alone.
    """
    if header is None or not header.strip():
        return SignatureVerdict.MISSING
    if "=" not in header and legacy:
        return _legacy(header, body, secrets)
    parts = [part.strip().partition("=") for part in header.split(",")[:_MAX_PARTS]]
    instants = [value for name, _, value in parts if name == "t"]
    digests = [value.strip().lower() for name, _, value in parts if name == "v1"]
    if len(instants) != 1 or not digests or not _is_instant(instants[0]):
        return SignatureVerdict.MALFORMED
    good = [_equal(_digest(secret, body, instants[0]), given) for secret in secrets
            for given in digests]  # fmt: skip
    if not any(good):
        return SignatureVerdict.WRONG
    if abs(now_unix_s - int(instants[0])) > SKEW_S:
        return SignatureVerdict.STALE
    return SignatureVerdict.GOOD


def _legacy(header: str, body: bytes, secrets: Sequence[str]) -> SignatureVerdict:
    given = header.strip().lower()
    good = [
        _equal(hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(), given)
        for secret in secrets
    ]
    return SignatureVerdict.GOOD if any(good) else SignatureVerdict.WRONG


def _digest(secret: str, body: bytes, instant: str) -> str:
    return hmac.new(secret.encode(), body + b"." + instant.encode(), hashlib.sha256).hexdigest()


def _equal(ours: str, given: str) -> bool:
    """Compare in constant time; what was given may hold anything, also no ASCII."""
    return hmac.compare_digest(ours.encode(), given.encode())


def _is_instant(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12
