"""The draft of a data protection impact assessment: the risks that this office's settings bring.

It is a draft. It lists a risk only where the settings bring it, a measure only where it is on, and
leaves every judgement to the owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mapokezi.receptionist.processing.facts import ProcessingFacts, name_of, place_of
from mapokezi.receptionist.processing.markdown import joined, section, table
from mapokezi.receptionist.processing.open_points import open_points
from mapokezi.receptionist.processing.record import (
    TODO,
    purposes,
    recipients,
    retention,
    told,
    transfers,
)
from mapokezi.receptionist.processing.safety import measures, switched_off


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that could do harm to callers."""

    what: str
    why_here: str
    done_about_it: str


def impact_assessment(facts: ProcessingFacts) -> str:
    """Write the draft for one office, as Markdown."""
    lines = [
        f"# Data protection impact assessment (draft): {facts.office.name}",
        "",
        (
            f"Drafted on {facts.on.isoformat()} from the office's settings. **It is not an "
            "assessment until the owner has completed and signed it.** "
            f"What is left to judge is marked: {TODO}."
        ),
        "",
        *section("Why it may be needed", _why(facts)),
        *section("What is done", _done(facts)),
        *section("Whether it is needed, and in measure", _need(facts)),
        *section("Risks to callers", _risks(facts)),
        *section("Measures that are switched on", [*(f"- {one}" for one in measures(facts)), ""]),
        *open_points(facts),
        *section("Decision", _decision(facts)),
    ]
    return joined(lines)


def _why(facts: ProcessingFacts) -> Iterator[str]:
    if facts.country == "KE":
        yield "Kenya's Data Protection Act, 2019, wants an assessment before processing that is "
        yield "likely to bring a high risk (section 31); the Data Protection (General) "
        yield "Regulations, 2021, say more of it. What speaks for it here:"
    else:
        yield "What speaks for an assessment here:"
    yield ""
    yield "- calls are answered by a machine, which decides by rules what is done for a caller"
    if facts.office.record_calls:
        yield "- the voices of callers are recorded"
    if facts.office.worked_on_abroad:
        yield f"- what callers say is worked on outside {facts.country_name}"
    yield ""
    yield f"{TODO}: whether the assessment is required, and by when it is to be submitted."
    yield ""


def _done(facts: ProcessingFacts) -> Iterator[str]:
    yield from purposes(facts)
    yield "What callers hear first:"
    yield ""
    yield from told(facts)
    yield "Who receives it:"
    yield ""
    yield from recipients(facts)
    yield f"What goes outside {facts.country_name}:"
    yield ""
    yield from transfers(facts)
    yield "For how long it is kept:"
    yield ""
    yield from retention(facts)


def _need(facts: ProcessingFacts) -> Iterator[str]:
    if facts.office.record_calls:
        yield "- Calls are recorded. The office can work without: `record_calls = false`. "
        yield f"  {TODO}: what the recordings are for that transcripts are not enough for."
    else:
        yield "- Calls are not recorded."
    for one in facts.models:
        if not one.where.is_here:
            yield f"- {name_of(one)} hears callers at {place_of(one.where)}. The office can work "
            yield f"  without it: `models = []`. {TODO}: why it is needed."
    if not facts.models:
        yield "- No model leads calls: the program's own rules do, on this machine."
    yield f"- {TODO}: whether each question for a message is needed."
    yield ""


def risks_of(facts: ProcessingFacts) -> tuple[Risk, ...]:
    """Give the risks that the settings bring, with what is really done about each."""
    return (
        *_of_what_is_kept(facts),
        *_of_models(facts),
        Risk(
            "something is heard wrongly and acted upon",
            "callers speak on telephone lines, in two languages",
            "names and numbers are read back; what was not confirmed is marked as not sure",
        ),
        Risk(
            "somebody learns of another's call by using their number",
            "a caller's number is only claimed",
            "nothing is told or changed on the strength of a number alone",
        ),
        *_of_notices(facts),
        *(Risk("a protection is missing", line, "nothing") for line in switched_off(facts)),
    )


def _of_what_is_kept(facts: ProcessingFacts) -> Iterator[Risk]:
    office, safety = facts.office, facts.server.safety
    if office.record_calls:
        sealed = f"they are encrypted ({safety.cipher})" if safety.seals else "they lie unencrypted"
        beside = ", with the key beside them" if safety.seals and safety.key_beside else ""
        yield Risk(
            "recordings are heard by strangers",
            f"they are kept for {office.keeps.recording_days} days",
            f"{sealed}{beside}; who listens stands on the audit trail; who does not want to be "
            "recorded is not",
        )
    yield Risk(
        "transcripts and messages are read by strangers",
        f"they are kept for {office.keeps.transcript_days} and {office.keeps.message_days} days, "
        f"unencrypted in the database on {safety.database_at}",
        "card numbers, identity numbers and codes are taken out by rules, which may miss some",
    )


def _of_models(facts: ProcessingFacts) -> Iterator[Risk]:
    before = (
        "callers are heard before they are told"
        if facts.office.notices.voice_before
        else "callers are told first, and are not heard before"
    )
    for one in facts.hearers_elsewhere:
        yield Risk(
            f"{name_of(one)} keeps or uses what callers say",
            f"it is at {place_of(one.where)}",
            f"{before}; what its operator may do is a matter of the contract",
        )
    if facts.models:
        yield Risk(
            "a model tells a caller what is not so",
            f"{', '.join(f'`{one.name}`' for one in facts.models)} finds its own words",
            "its words are held against the office's facts, and what is found false is put "
            "right in the call; not all of it is found",
        )


def _of_notices(facts: ProcessingFacts) -> Iterator[Risk]:
    if facts.ways_used:
        ways = ", ".join(f"`{one.name}`" for one in facts.ways_used)
        yield Risk(
            "a notice to people of the office is read by others",
            f"messages go out by {ways}",
            "who was told, when and by which way stands with the call",
        )


def _risks(facts: ProcessingFacts) -> Iterator[str]:
    rows = [
        (risk.what, risk.why_here, risk.done_about_it, "**owner**", "**owner**")
        for risk in risks_of(facts)
    ]
    yield from table(("Risk", "Here", "Done about it", "How likely", "How bad"), rows)


def _decision(facts: ProcessingFacts) -> Iterator[str]:
    yield f"{TODO}: who was asked (callers, people of the office, counsel), what is changed, what "
    yield "risk is left and why it can be borne, who answers for it, when it is looked at again."
    yield ""
    if facts.country == "KE":
        yield "Where a high risk is left, the Data Commissioner is consulted before processing "
        yield "(Act, section 31)."
        yield ""
    yield "Signed: ______________________  Date: ______________"
    yield ""
