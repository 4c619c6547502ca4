"""What an office has chosen for callers whom it treats apart: ``callers.toml``.

Plain values without behaviour, a part of `mapokezi.receptionist.office`.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class CallersGet(StrEnum):
    """What callers get whom an office does not want to serve as others."""

    ANSWER = "answer"
    """What anybody gets."""
    MESSAGE = "message"
    """A message is taken, and an emergency is heard; nothing else."""
    BUSY = "busy"
    """The busy tone; the call is on record."""


class CallingBack(msgspec.Struct, frozen=True, kw_only=True):
    """Whether, and within which bounds, who rings once and hangs up is called back by us."""

    is_on: bool = False
    within_minutes: int = 15
    """Later than that a call back is no answer to the flash any more: a person rings."""
    day_cap_minor: int = 20_000
    """The most that such calls may cost on a day, in minor units of the office's money."""
    number_cap_minor: int = 2_000
    """The same, of one number."""


class CallerRules(msgspec.Struct, frozen=True, kw_only=True):
    """What the office has chosen."""

    vips_ring: str = ""
    """The id of the person whose telephone rings at once for the VIPs; empty: they are answered
    as others are, and put through at any hour."""
    blocked_get: CallersGet = CallersGet.BUSY
    """Not `CallersGet.ANSWER`."""
    withheld_get: CallersGet = CallersGet.ANSWER
    codes_by: str = ""
    """The way, of kind SMS, by which a caller is sent a code to prove their number; empty: none
    is, and a person rings back."""
    spam_after: int = 6
    """So many calls of a number within an hour without a word are spam; 0: never."""
    calling_back: CallingBack = CallingBack()
