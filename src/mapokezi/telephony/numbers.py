"""Telephone numbers in every form that the platform writes them (contract section 3.2)."""

from __future__ import annotations

import re

import phonenumbers

from mapokezi.units import E164

DEFAULT_REGION = "KE"
"""The country that a number without a country code is taken to belong to: the platform's own."""

_SUBSCRIBER_DIGITS = 9
"""Digits of a Kenyan number behind the country code or the leading zero."""

_WITHHELD = {"anonymous", "unknown", "restricted", "private", "unavailable", "withheld"}


def to_e164(raw: str, region: str = DEFAULT_REGION) -> E164 | None:
    """Bring ``+254…``, ``254…``, ``0…``, ``00254…`` or a SIP address to the full form.

    Args:
        raw: as it arrived. A ``+`` that a form's decoding turned into a space is tolerated.
        region: ISO 3166 code of the country of a national number.

    Returns:
        None if it is not a possible telephone number: withheld, a SIP name, rubbish.
    """
    text = raw.strip().lower()
    text = re.sub(r"^(?:sips?|tel):", "", text).split("@", 1)[0].split(";", 1)[0]
    if not text or text in _WITHHELD or re.search(r"[a-z]", text) or len(text) > 40:
        return None
    if text.startswith("00") and not text.startswith("000"):
        text = "+" + text[2:]
    return _parsed(text, region) or (None if text.startswith("+") else _parsed("+" + text, region))


def same_subscriber(one: str, other: str) -> bool:
    """Whether two numbers end in the same nine digits, as the platform's own forms vary."""
    ours, theirs = _digits(one), _digits(other)
    if min(len(ours), len(theirs)) < _SUBSCRIBER_DIGITS:
        return bool(ours) and ours == theirs
    return ours[-_SUBSCRIBER_DIGITS:] == theirs[-_SUBSCRIBER_DIGITS:]


def subscriber_of(number: str) -> str:
    """The last nine digits, by which numbers are compared; fewer if it has no more."""
    return _digits(number)[-_SUBSCRIBER_DIGITS:]


def country_of(number: E164) -> str | None:
    """ISO 3166 code of a number's country; None if no country owns it."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return None
    return str(region) if region else None


def _digits(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)


def _parsed(text: str, region: str) -> E164 | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return E164(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
