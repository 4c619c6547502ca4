"""What the owner has to settle: what no program can know, and what the settings leave open.

Sections are those of Kenya's Data Protection Act, 2019, and of the Data Protection (General)
Regulations, 2021 (headings as published by the National Council for Law Reporting).
"""

from __future__ import annotations

from collections.abc import Iterator

from mapokezi.receptionist.processing.facts import ProcessingFacts
from mapokezi.receptionist.processing.markdown import section


def open_points(facts: ProcessingFacts) -> Iterator[str]:
    """Write the open points as a list to be ticked off."""
    points = [f"- [ ] {point}" for point in _points(facts)]
    yield from section("Open points for the owner", [*points, ""])


def _points(facts: ProcessingFacts) -> Iterator[str]:
    in_kenya = facts.country == "KE"
    if not in_kenya:
        yield (
            "The sections named here are of Kenya's law. Have them compared with the law of "
            f"{facts.country_name}."
        )
    yield f"Registration as data controller{_in_the_law(in_kenya, 'Act, section 18')}."
    yield "Basis in law of each purpose" + _in_the_law(in_kenya, "Act, sections 30 and 32") + "."
    yield (
        "A privacy notice that callers can read, with these purposes, recipients and days"
        + _in_the_law(in_kenya, "Act, section 29; Regulations, 23")
        + "."
    )
    yield from _contracts(facts, in_kenya=in_kenya)
    yield from _transfers(facts, in_kenya=in_kenya)
    yield (
        "Whether callers tell of health, family, children or other sensitive matters, and what "
        "then holds" + _in_the_law(in_kenya, "Act, sections 33 and 44 to 47") + "."
    )
    yield (
        "Who acts when data was lost or seen by strangers, and within which time"
        + _in_the_law(in_kenya, "Act, section 43: 72 hours")
        + "."
    )
    yield "Who has the backups, where they are, and for how long."
    yield from _left_by_settings(facts)


def _contracts(facts: ProcessingFacts, *, in_kenya: bool) -> Iterator[str]:
    others = [
        *(f"the operator of `{one.name}`" for one in facts.server.listeners
          if not one.where.is_here),
        *(f"the service of the way `{one.name}`" for one in facts.ways_used),
        "the phone platform",
    ]  # fmt: skip
    named = _in_the_law(in_kenya, "Act, section 42; Regulations, 24")
    yield f"A written contract with each processor{named}: {', '.join(dict.fromkeys(others))}."


def _transfers(facts: ProcessingFacts, *, in_kenya: bool) -> Iterator[str]:
    named = _in_the_law(in_kenya, "Act, sections 48 to 50; Regulations, part on transfers")
    for name, where in facts.abroad():
        if where.country:
            yield f"Safeguards for what goes to {where.country.upper()} by {name}{named}."
        else:
            yield (
                f"In which country {name} is: set its `country`, and settle the safeguards if it "
                f"is abroad{named}."
            )


def _left_by_settings(facts: ProcessingFacts) -> Iterator[str]:
    office, safety = facts.office, facts.server.safety
    if office.record_calls and not safety.seals:
        yield "Recordings are kept unencrypted: decide whether that can be answered for."
    if office.notices.voice_before:
        yield "What is elsewhere hears callers before they are told: decide on what basis."
    if not safety.removes_daily:
        yield "Nothing is removed by itself: name who removes it, and when."
    if safety.personal_in_log:
        yield "The log holds personal data: say who reads it and how long it is kept."
    for way in facts.ways_used:
        if not way.service:
            yield f"The way `{way.name}` has no account: nobody is told by it."


def _in_the_law(in_kenya: bool, what: str) -> str:
    return f" ({what})" if in_kenya else ""
