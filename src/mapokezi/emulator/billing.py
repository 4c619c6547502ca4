"""What a call costs: per second, in minor units (contract section 7.1).

The inbound leg counts from answer to end; a dialled leg from its own answer. A begun second is a
whole one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from mapokezi.units import Money


@dataclass(frozen=True, slots=True)
class Rates:
    """Prices in minor units a minute (100 = KES 1.00), as the pages of 2026-06 have them."""

    inbound_per_min_minor: int = 0
    outbound_per_min_minor: int = 300
    currency: str = "KES"


def billed_seconds(connected_s: float) -> int:
    """Whole seconds, a begun one counted; rounding noise of a clock does not begin one."""
    return max(0, math.ceil(connected_s - 1e-6))


def leg_cost(connected_s: float, per_min_minor: int, currency: str) -> Money:
    """The price of one leg, rounded half up to a minor unit."""
    return Money((billed_seconds(connected_s) * per_min_minor * 2 + 60) // 120, currency)
