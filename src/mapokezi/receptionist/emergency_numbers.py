"""The numbers of a country's police, ambulance and fire brigade, and how they are said.

Which numbers those are is known by libphonenumber (its short numbers of the kind *emergency*, kept
by Google from the national numbering plans), which comes with ``phonenumbers``; of the several that
a country may have, the ones that most people know are said. An office that knows better writes its
own (``urgent.emergency_numbers``). The platform's numbers cannot reach any of them: the caller has
to hang up and dial.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata

from mapokezi.receptionist.language import language_of_talk
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.phrases import phrases_of
from mapokezi.receptionist.words import listed
from mapokezi.telephony.numbers import DEFAULT_REGION, country_of

MOST_NUMBERS = 2
"""Nobody in need keeps more in mind."""
_KNOWN_BEST = ("999", "911", "112")
"""In this order, where they are emergency numbers at all: 112 reaches help from any mobile."""
_DIGITS = (
    listed("zero one two three four five six seven eight nine"),
    listed("sifuri moja mbili tatu nne tano sita saba nane tisa"),
)
_SAID_OTHERWISE = {
    "999": ("triple nine", "nine ninety nine", "nine double nine"),
    "911": ("nine eleven", "nine one one"),
    "112": ("one twelve", "double one two"),
}


def emergency_numbers(office: Office) -> tuple[str, ...]:
    """Give the numbers that callers of an office are told to dial, one or two."""
    if office.emergency_numbers:
        return office.emergency_numbers
    country = next(filter(None, map(country_of, office.numbers)), DEFAULT_REGION)
    return numbers_of(country)


@lru_cache(maxsize=64)
def numbers_of(country: str) -> tuple[str, ...]:
    """Give a country's emergency numbers, one or two, the one to be said first before.

    Args:
        country: ISO 3166, two letters. One that is not known has 112, which mobile networks know
            everywhere (3GPP TS 22.101, section 10.1.1).
    """
    found = tuple(
        number for number in _KNOWN_BEST if phonenumbers.is_emergency_number(number, country)
    )
    if found:
        return found[:MOST_NUMBERS]
    known = PhoneMetadata.short_metadata_for_region(country)
    example = known.emergency.example_number if known and known.emergency else None
    return (str(example),) if example else ("112",)


def emergency_phrase(office: Office) -> tuple[str, dict[str, str]]:
    """Give the key of the clerk's sentence that tells of them, and what is filled in."""
    spelled = [" ".join(number.lstrip("+")) for number in emergency_numbers(office)]
    if len(spelled) == 1:
        return "emergency", {"number": spelled[0]}
    return "emergency_either", {"number": spelled[0], "second": spelled[1]}


def say_emergency(office: Office, caller_said: tuple[str, ...] = ()) -> str:
    """Word the sentence, in the language in which a caller has spoken."""
    key, values = emergency_phrase(office)
    language = language_of_talk(caller_said)
    return phrases_of(language.value).ways("clerk", key)[0].format(**values)


def number_said(office: Office) -> re.Pattern[str]:
    """Give what finds one of the numbers in plain text, as digits or in words."""
    ways: list[str] = []
    for number in emergency_numbers(office):
        digits = number.lstrip("+")
        ways += [digits, " ".join(digits)]
        ways += [" ".join(names[int(digit)] for digit in digits) for names in _DIGITS]
        ways += _SAID_OTHERWISE.get(digits, ())
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, dict.fromkeys(ways)))})\b")
