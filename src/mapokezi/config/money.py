"""What may be set of the money that calls cost."""

from __future__ import annotations

from typing import Literal

import msgspec


class ExchangeConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a US dollar is worth: voice models are priced in it."""

    kes_per_usd: float = 0.0
    """Kenya shillings for a dollar; 0: not told, and then costs stand in dollars alone."""
    on: str = ""
    """The day of that rate, as in ``2026-11-20``."""


class LedgerConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a minute costs on the phone platform's meter, for our estimates."""

    inbound_kes_per_minute: float = 0.0
    """Of the caller's own leg; free by the platform's price page."""
    outbound_kes_per_minute: float = 3.0
    """Of a leg that is dialled for the caller, from its answer."""
    rounding: Literal["second", "minute"] = "second"
    """Each leg is rounded up to whole seconds, or to started minutes."""


class CapsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The most that calls may cost, on both meters, and how long they may be; 0: no cap."""

    call_minutes: int = 0
    """One call; the office's own ``call_cap_minutes`` holds beside it."""
    call_kes: float = 0.0
    """One call."""
    day_minutes: int = 0
    """All calls of an office on its local day."""
    day_kes: float = 0.0
    """All calls of an office on its local day."""
    number_minutes: int = 0
    """All calls of one caller's number with an office on its local day."""
    number_kes: float = 0.0
    """All calls of one caller's number with an office on its local day."""
