"""What a call costs, in minor units (contract section 7.1).

The inbound leg counts from answer to end; an outbound one from its own answer. The sources
disagree about rounding (contract section 10, 8): per begun second, or per started minute.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.mode_values.account import Rounding
from mapokezi.units import Money

CURRENCY = "KES"
NUMBER_MONTHLY_MINOR = 11_600
"""A number's month, VAT included."""
SUPERVISION_PER_MIN_MINOR = 50
RECORDING_FREE_GB = 5


@dataclass(frozen=True, slots=True)
class Rates:
    """Prices in minor units a minute (100 = KES 1.00), as the pages of 2026-06 have them."""

    inbound_per_min_minor: int = 0
    outbound_per_min_minor: int = 300
    rounding: Rounding = Rounding.SECOND
    currency: str = CURRENCY

    def leg_cost(self, connected_s: float, per_min_minor: int) -> Money:
        """The price of one leg, rounded half up to a minor unit."""
        seconds = billed_seconds(connected_s)
        if self.rounding is Rounding.MINUTE:
            seconds = -(-seconds // 60) * 60
        return Money((seconds * per_min_minor * 2 + 60) // 120, self.currency)


def rates_of(behaviour: Behaviour) -> Rates:
    """The prices that hold for a call."""
    return Rates(behaviour.inbound_per_min, behaviour.outbound_per_min, behaviour.rounding)


def billed_seconds(connected_s: float) -> int:
    """Whole seconds, a begun one counted; rounding noise of a clock does not begin one."""
    return max(0, math.ceil(connected_s - 1e-6))
