"""Countries whose data protection law is known here by name, and how callers are told of them.

Names of laws and authorities as they stood in November 2026. Only Kenya's is known section by
section (`mapokezi.receptionist.processing`); an office elsewhere has its own counsel compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DataLaw:
    """A country's law on personal data."""

    country: str
    """ISO 3166 code."""
    named: Mapping[str, str]
    """The country's name by language."""
    law: str
    authority: str


def _law(country: str, names: tuple[str, str], law: str, authority: str) -> DataLaw:
    return DataLaw(country, {"en": names[0], "sw": names[1]}, law, authority)


LAWS = {
    one.country: one
    for one in (
        _law(
            "KE",
            ("Kenya", "Kenya"),
            "Data Protection Act, 2019 (No. 24 of 2019)",
            "Office of the Data Protection Commissioner",
        ),
        _law(
            "TZ",
            ("Tanzania", "Tanzania"),
            "Personal Data Protection Act, 2022",
            "Personal Data Protection Commission",
        ),
        _law(
            "UG",
            ("Uganda", "Uganda"),
            "Data Protection and Privacy Act, 2019",
            "Personal Data Protection Office",
        ),
        _law(
            "RW",
            ("Rwanda", "Rwanda"),
            "Law No. 058/2021 relating to the protection of personal data and privacy",
            "National Cyber Security Authority",
        ),
        _law(
            "NG",
            ("Nigeria", "Nigeria"),
            "Nigeria Data Protection Act, 2023",
            "Nigeria Data Protection Commission",
        ),
        _law(
            "GH",
            ("Ghana", "Ghana"),
            "Data Protection Act, 2012 (Act 843)",
            "Data Protection Commission",
        ),
        _law(
            "ZA",
            ("South Africa", "Afrika Kusini"),
            "Protection of Personal Information Act, 2013",
            "Information Regulator",
        ),
    )
}
"""By the country's code."""


def country_named(country: str, language: str) -> str:
    """Give a country's name in a language; empty if it is not known here."""
    known = LAWS.get(country)
    return known.named.get(language, "") if known is not None else ""
