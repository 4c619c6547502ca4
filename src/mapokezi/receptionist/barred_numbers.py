"""Numbers that a caller is never passed on to, whoever has written them down."""

from __future__ import annotations

from collections.abc import Sequence

import phonenumbers

from mapokezi.receptionist.office import Office
from mapokezi.receptionist.ring_order import NoHandoff
from mapokezi.units import E164

_SAME_SUBSCRIBER_DIGITS = 9
"""Two numbers with the same last nine digits are one subscriber, however they are written."""
COSTS_EXTRA = frozenset(
    {phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST}
)
"""Numbers that enrich somebody when they are rung."""


def why_barred(destination: E164, office: Office, caller: E164 | None) -> NoHandoff | None:
    """Say why a number is not rung for this office's callers; None if it may be.

    Args:
        destination: the number that would be rung.
        office: for whom.
        caller: as claimed; a call is never passed to its own caller. None if withheld.
    """
    number = _parsed(destination)
    if number is None:
        return NoHandoff.INVALID_NUMBER
    if caller is not None and is_same_subscriber(destination, caller):
        return NoHandoff.CALLERS_OWN_NUMBER
    if any(is_same_subscriber(destination, own) for own in office.numbers):
        return NoHandoff.OFFICES_OWN_NUMBER
    if phonenumbers.number_type(number) in COSTS_EXTRA:
        return NoHandoff.PREMIUM_NUMBER
    if not _may_be_rung(number, office):
        return NoHandoff.COUNTRY_NOT_LISTED
    return None


def countries_of(numbers: Sequence[E164]) -> tuple[str, ...]:
    """Give the countries of telephone numbers, as ISO 3166 codes, each once."""
    parsed = (_parsed(number) for number in numbers)
    regions = (_region(number) for number in parsed if number is not None)
    return tuple(dict.fromkeys(region for region in regions if region))


def is_same_subscriber(one: str, other: str) -> bool:
    """Say whether two numbers ring the same telephone."""
    return one[-_SAME_SUBSCRIBER_DIGITS:] == other[-_SAME_SUBSCRIBER_DIGITS:]


def _may_be_rung(number: phonenumbers.PhoneNumber, office: Office) -> bool:
    """A country that several numbers' plans share (+1, +44) counts by its calling code."""
    listed = office.hand_off.countries or countries_of(office.numbers)
    region = _region(number)
    if region:
        return region in listed
    codes = {phonenumbers.country_code_for_region(country) for country in listed}
    return number.country_code in codes


def _region(number: phonenumbers.PhoneNumber) -> str:
    region = phonenumbers.region_code_for_number(number) or ""
    return "" if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY else region


def _parsed(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None
