"""One-time codes by which a caller proves that a telephone is theirs.

A code is drawn by whoever sends it and is kept by nobody: what is kept is a proof, made of it by a
slow function with a salt of its own (RFC 7914, scrypt), against which the caller's digits are
held. It is good for a few minutes, for one call, and for three tries.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from mapokezi.records.redaction import CODE
from mapokezi.records.said_digits import PAUSED, runs

DIGITS = 6
LIVES = timedelta(minutes=5)
MOST_TRIES = 3
"""Of one code."""
MOST_A_CALL = 2
"""Codes: the first text may be lost."""
MOST_A_DAY = 5
"""Codes for one number: each costs an SMS, and whoever rings may pretend to be another."""
CODE_MARK = "{code}"
"""Where in a notice's text the code goes, which stands there only as it is sent."""

_PROOF = "code-proof"
_COST, _BLOCK, _LANES = 2**12, 8, 1
"""Some ten milliseconds a try: a million of them are hours, and the code lives for minutes."""
_FEWEST_HIDDEN = 4
"""A part of a code that was said in two breaths is still most of it."""


def proof_of(code: str, salt: str) -> str:
    """Make the proof that is kept of a code.

    Args:
        code: The digits.
        salt: Drawn for this code, in hexadecimal digits.
    """
    return f"{_PROOF}:{salt}:{_hashed(code, salt)}"


def is_proven(code: str, proof: str) -> bool:
    """Say whether digits are the code of a proof, in a time that does not tell how near they are.

    Args:
        code: What the caller said or keyed.
        proof: As `proof_of` made it; anything else proves nothing.
    """
    name, _, rest = proof.partition(":")
    salt, _, kept = rest.partition(":")
    if name != _PROOF or not salt or not kept:
        return False
    return hmac.compare_digest(_hashed(code, salt), kept)


def without_codes(text: str) -> str:
    """A text without any number that may be a code, or most of one: for the call's record."""
    hidden = [
        (run[0].begin, run[-1].end)
        for run in runs(text, between=PAUSED)
        if _FEWEST_HIDDEN <= sum(len(word.digits) for word in run) <= DIGITS + 2
    ]
    for begin, end in reversed(hidden):
        text = f"{text[:begin]}{CODE}{text[end:]}"
    return text


def _hashed(code: str, salt: str) -> str:
    made = hashlib.scrypt(code.encode(), salt=salt.encode(), n=_COST, r=_BLOCK, p=_LANES, dklen=24)
    return made.hex()
