"""What a call costs on the phone platform's meter.

SautiKit's prices (`contract/sautikit.md` section 7.1, pages of 2026-06/07): inbound is free,
outbound costs KES 3.00 a minute, counted by the second from the answer, that is 5 minor units a
second. Its pages contradict one another (section 10, row 8): whether inbound is billed, and
whether minutes are rounded up. So both rates and the rounding are settings, what we reckon is
marked as an estimate, and the platform's own ``cost_minor`` wins as soon as it is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from mapokezi.units import Milliseconds, Money

_MS_PER_SECOND = 1_000
_SECONDS_PER_MINUTE = 60
_FREE = Money(0)
_KES_3 = Money(300)


class Direction(StrEnum):
    """Which way a leg was set up."""

    INBOUND = "inbound"
    """The caller rang us."""
    OUTBOUND = "outbound"
    """The platform rang somebody for us: a hand-off."""


class BillingStep(StrEnum):
    """What a leg's length is rounded up to before it is priced."""

    SECOND = "second"
    MINUTE = "minute"


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of a call, as far as the meter cares."""

    direction: Direction
    answered_ms: Milliseconds
    """From the answer to the hang-up; 0 for a leg that was never answered."""


class Spell(StrEnum):
    """What a stretch of a leg was spent on. The spells of a leg do not overlap."""

    RINGING = "ringing"
    """Before the answer: nobody pays for it."""
    CALLER = "caller"
    RECEPTIONIST = "receptionist"
    BOTH = "both"
    THINKING = "thinking"
    """Silence while the caller waits for the reply that is being prepared."""
    DEAD_AIR = "dead_air"
    """Silence that nobody accounts for."""
    PASSED_ON = "passed_on"
    """The caller's leg while a person is rung for them, or talks with them."""
    TALKED = "talked"
    """A dialled leg from its answer on."""
    REST = "rest"
    """Of the caller's leg what is in none of these: between our last word and the hang-up."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A stretch of one leg, and its part of the leg's price."""

    leg: int
    """0 is the caller's own; those that were dialled for them follow in order."""
    direction: Direction
    party: str
    """Whom it reached: empty for the caller, else the id of a person of the office."""
    spell: Spell
    length_ms: Milliseconds
    price: Money


@dataclass(frozen=True, slots=True)
class Rates:
    """The platform's prices for a minute."""

    inbound_per_minute: Money = _FREE
    outbound_per_minute: Money = _KES_3
    step: BillingStep = BillingStep.SECOND

    def __post_init__(self) -> None:
        """Refuse rates that cannot be added up.

        Raises:
            ValueError: the two rates are in different currencies, or one is negative.
        """
        if self.inbound_per_minute.currency != self.outbound_per_minute.currency:
            raise ValueError("both rates must be in one currency")
        if min(self.inbound_per_minute.minor, self.outbound_per_minute.minor) < 0:
            raise ValueError("a rate cannot be negative")

    def per_minute(self, direction: Direction) -> Money:
        """The price of a minute of a leg in ``direction``."""
        if direction is Direction.INBOUND:
            return self.inbound_per_minute
        return self.outbound_per_minute


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call costs, and how sure that is."""

    amount: Money
    estimated: bool
    """True if reckoned here from rates, False if the platform said so."""

    def __str__(self) -> str:
        """As a bill shows it, estimates as estimates: ``about KES 12.50``."""
        return f"about {self.amount}" if self.estimated else str(self.amount)


def settle(
    legs: Iterable[Leg], rates: Rates | None = None, platform_cost: Money | None = None
) -> Cost:
    """Price a call.

    Args:
        legs: All legs of the call, the caller's own among them.
        rates: The platform's prices; SautiKit's published ones if None.
        platform_cost: The platform's own ``cost_minor`` and ``cost_currency`` for the whole
            call, once it has told them.

    Returns:
        The platform's word if there is one, otherwise an estimate. An estimate rounds up, each
        leg to the next billing step and then to the next minor unit, so that the bill does not
        exceed it.
    """
    if platform_cost is not None:
        return Cost(platform_cost, estimated=False)
    rates = rates or Rates()
    minor = sum(_price_minor(leg, rates) for leg in legs)
    return Cost(Money(minor, rates.outbound_per_minute.currency), estimated=True)


def lines_of_leg(
    leg: int, direction: Direction, party: str, spells: Mapping[Spell, int], rates: Rates
) -> tuple[LedgerLine, ...]:
    """Attribute and price one leg.

    Args:
        leg: its number in the call.
        direction: which way it was set up.
        party: whom it reached.
        spells: milliseconds by what they were spent on; together the whole leg.
        rates: the platform's prices.

    Returns:
        A line for each spell that took any time. The prices add up to the leg's, each line's
        share being by its length, and the minor units left over going to the largest fractions.
    """
    taken = {spell: length for spell, length in spells.items() if length > 0}
    billed: dict[Spell, int] = {
        spell: ms for spell, ms in taken.items() if spell is not Spell.RINGING
    }
    whole = _price_minor(Leg(direction, Milliseconds(sum(billed.values()))), rates)
    shares = _shared_out(whole, billed)
    currency = rates.outbound_per_minute.currency
    return tuple(
        LedgerLine(
            leg, direction, party, spell, Milliseconds(ms), Money(shares.get(spell, 0), currency)
        )
        for spell, ms in taken.items()
    )


def _shared_out(whole: int, lengths: Mapping[Spell, int]) -> dict[Spell, int]:
    total = sum(lengths.values())
    if not total:
        return {}
    shares = {spell: whole * length // total for spell, length in lengths.items()}
    left = whole - sum(shares.values())
    by_fraction = sorted(lengths, key=lambda spell: -(whole * lengths[spell] % total))
    for spell in by_fraction[:left]:
        shares[spell] += 1
    return shares


def _price_minor(leg: Leg, rates: Rates) -> int:
    seconds = _round_up(max(0, leg.answered_ms), _MS_PER_SECOND)
    if rates.step is BillingStep.MINUTE:
        seconds = _round_up(seconds, _SECONDS_PER_MINUTE) * _SECONDS_PER_MINUTE
    return _round_up(rates.per_minute(leg.direction).minor * seconds, _SECONDS_PER_MINUTE)


def _round_up(amount: int, unit: int) -> int:
    """How many whole units hold ``amount``."""
    return -(-amount // unit)
