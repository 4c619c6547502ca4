"""The record of processing: what is done with callers' data, by whom, where, for how long."""

from __future__ import annotations

from collections.abc import Iterator

from mapokezi.receptionist.call_types import questions_of
from mapokezi.receptionist.opening_notices import languages_told, needed_of, notices_of, text_of
from mapokezi.receptionist.processing.facts import ProcessingFacts, name_of, place_of
from mapokezi.receptionist.processing.markdown import cell, joined, section, table
from mapokezi.receptionist.processing.open_points import open_points
from mapokezi.receptionist.processing.safety import measures, switched_off
from mapokezi.records.retention import Kind
from mapokezi.voice.whereabouts import Given

TODO = "**To be completed by the owner**"

_Purpose = tuple[str, str, str]
"""What is done, with which data, of whom."""

_KEPT = {
    Kind.RECORDING: "recordings (sound)",
    Kind.TRANSCRIPT: "transcripts, the timeline, and what was made of them",
    Kind.MESSAGE: "messages, and the tasks and notices that came of them",
    Kind.CALL: "who rang",
}


def processing_record(facts: ProcessingFacts) -> str:
    """Write the record of processing of one office, as Markdown."""
    office = facts.office
    version = f", version {office.version}" if office.version else ""
    lines = [
        f"# Record of processing: {office.name}",
        "",
        (
            f"Made on {facts.on.isoformat()} from the office's files (`{office.id}`{version}) and "
            "the server's settings. It says what follows from these and nothing else; make it anew "
            f"when they change. What a program cannot know is marked: {TODO}."
        ),
        "",
        *section("Who is responsible", _controller(facts)),
        *section("What is done, and with what", _purposes(facts)),
        *section("What callers are told", _notices(facts)),
        *section("Who receives it", recipients(facts)),
        *section(f"What goes outside {facts.country_name}", transfers(facts)),
        *section("For how long it is kept", retention(facts)),
        *section("How it is protected", _safety(facts)),
        *section("When a caller asks", _rights()),
        *open_points(facts),
    ]
    return joined(lines)


def _controller(facts: ProcessingFacts) -> Iterator[str]:
    law = facts.law
    yield f"- Office: {facts.office.name}, reached at {', '.join(facts.office.numbers)}"
    if law is not None:
        yield f"- Law: {law.law}; authority: {law.authority}"
    else:
        yield f"- Law: that of the country {facts.country}. {TODO}: its name and authority"
    yield f"- {TODO}: legal name, postal address, registration as data controller, data protection "
    yield "  officer if there is one"
    yield ""


def purposes(facts: ProcessingFacts) -> list[str]:
    """Write the table of purposes."""
    return table(("Purpose", "Data", "Of whom"), _purpose_rows(facts))


def _purpose_rows(facts: ProcessingFacts) -> Iterator[_Purpose]:
    yield from _answering(facts)
    yield from _knowing_and_passing_on(facts)
    yield from _telling(facts)
    if facts.summary is not None:
        yield ("writing calls down in short by a model", "what was said, in writing", "callers")
    if facts.server.platform.fetches_recordings:
        yield ("second copies of the platform's recordings", "the sound of the call", "callers")


def _answering(facts: ProcessingFacts) -> Iterator[_Purpose]:
    office = facts.office
    yield (
        "answering calls",
        (
            "number as the platform tells it, day and time, voice while it is heard, what was said "
            "in writing, keys pressed, what came of the call and what it cost"
        ),
        "callers",
    )
    asked = ", ".join(dict.fromkeys(one.slot.replace("_", " ") for one in questions_of(office)))
    yield ("taking messages", f"{asked}; whom it is for, whether it is urgent", "callers")
    if office.call_types:
        kinds = ", ".join(one.name for one in office.call_types)
        yield ("sorting calls by kind", f"which of these it was: {kinds}", "callers")
    if office.record_calls:
        yield (
            "recording calls, until a caller says that they do not want it",
            "the sound of both sides",
            "callers, and people of the office who are heard",
        )


def _knowing_and_passing_on(facts: ProcessingFacts) -> Iterator[_Purpose]:
    office = facts.office
    yield (
        "knowing a number that rings again",
        "when it rang before and what came of it; messages that were left from it",
        "callers",
    )
    if office.reception is not None or any(one.mobile for one in office.people):
        yield (
            "passing callers on",
            (
                "the caller's number, what they want; the colleague's name and telephone number, "
                "and whether they took the call"
            ),
            "callers, people of the office",
        )


def _telling(facts: ProcessingFacts) -> Iterator[_Purpose]:
    office = facts.office
    if facts.ways_used and any(one.ways for one in office.people):
        yield (
            "telling people of the office what is left for them",
            "the message or the call in short, with name and number; the colleague's address",
            "callers, people of the office",
        )
    if office.telling.text_callers:
        yield ("texting callers whose call was lost", "the caller's number", "callers")
    for hook in office.webhooks:
        events = ", ".join(hook.events) or "of every type"
        yield (f"telling the office's own system `{hook.name}`", f"events {events}", "callers")


def _purposes(facts: ProcessingFacts) -> Iterator[str]:
    yield from purposes(facts)
    yield f"{TODO}: the basis in law of each purpose (consent, contract, legitimate interest, ...)."
    yield ""
    yield "A caller's number is what the telephone network claims. It is no proof of who calls, "
    yield "and is not used as one."
    yield ""


def told(facts: ProcessingFacts) -> Iterator[str]:
    """Write what callers are told at the opening."""
    office = facts.office
    yield f"> {text_of(notices_of(office))}"
    yield ""
    own = "the office's own words" if office.notice else "composed by the program"
    kinds = ", ".join(kind.value for kind in needed_of(office))
    languages = ", ".join(languages_told(office))
    yield f"These are {own}; what must be told: {kinds}; languages chosen for it: {languages}. "
    yield "With each call is kept which of it the caller heard, in what words and when."
    yield ""
    if not facts.hearers_elsewhere:
        return
    if office.notices.voice_before:
        yield "**A model or speech server that is elsewhere hears callers before they have heard "
        yield "this**: `notices.voice_before` is true."
        return
    yield "Before a caller has heard all of it, none of their voice is given to a model or speech "
    yield "server that is elsewhere."
    if any(not one.where.is_here for one in facts.models):
        yield "The caller's number is in what a model is told of the call, and that may be sent "
        yield "while the notices are being heard."
        yield ""


def _notices(facts: ProcessingFacts) -> Iterator[str]:
    yield from told(facts)
    if facts.office.record_calls:
        yield "A caller who says that they do not want to be recorded, in English or Swahili, is "
        yield "not: the recording is stopped, what there is of it is removed, the caller hears "
        yield "that, and the call goes on. What was said stays in writing."
        yield ""


def recipients(facts: ProcessingFacts) -> list[str]:
    """Write the table of those who receive something."""
    return table(("Who", "What", "Where"), _recipient_rows(facts))


def _recipient_rows(facts: ProcessingFacts) -> Iterator[tuple[str, str, str]]:
    for one in facts.server.listeners:
        given = "callers' voices, as sound" if one.given is Given.VOICE else "what callers say"
        yield (name_of(one), given, place_of(one.where))
    platform = facts.server.platform
    yield ("the phone platform", "calls, numbers, the sound of the line", place_of(platform.where))
    for way in facts.ways_used:
        service = f" ({way.service})" if way.service else " (**no account is set up**)"
        where = f"{service.strip(' ()') or 'service'}: {_country(way.where.country)}"
        yield (f"the way `{way.name}`, {way.kind}{service}", "what people are told", where)
    for hook in facts.office.webhooks:
        yield (f"the office's system `{hook.name}`", "events of calls", cell(hook.url))


def _country(code: str) -> str:
    return code.upper() or "**country not told in the settings**"


def transfers(facts: ProcessingFacts) -> Iterator[str]:
    """Write what leaves the country, and of what that is not known."""
    known = [(name, one) for name, one in facts.abroad() if one.country]
    unknown = [(name, one) for name, one in facts.abroad() if not one.country]
    if not facts.abroad():
        yield "Nothing, by these settings."
        yield ""
        return
    for name, where in known:
        yield f"- {name}: {place_of(where)}"
    for name, where in unknown:
        hosts = ", ".join(where.hosts) or "its service"
        yield f"- {name}: not known; {hosts} is neither this machine nor its private network, and "
        yield "  the settings name no country. It is taken for abroad until they do."
    yield ""


def retention(facts: ProcessingFacts) -> Iterator[str]:
    """Write for how long what is kept."""
    keeps = facts.office.keeps
    rows = []
    for kind, what in _KEPT.items():
        if kind is Kind.RECORDING and not facts.office.record_calls:
            rows.append((what, "calls are not recorded"))
        else:
            rows.append((what, f"{keeps.days(kind)} days"))
    rows.append(("the audit trail", f"{facts.server.safety.audit_days} days"))
    yield from table(("What", "From the day of the call"), rows)
    if facts.server.safety.removes_daily:
        yield "What is due is removed by the program each day, a day after it stood in a plan."
    else:
        yield "**Nothing is removed by itself**: `retention.daily` is false. Somebody must run "
        yield "`mapokezi retention run`."
    yield ""


def _safety(facts: ProcessingFacts) -> Iterator[str]:
    for line in measures(facts):
        yield f"- {line}"
    yield ""
    off = switched_off(facts)
    if off:
        yield "Not switched on, or not done by the program:"
        yield ""
        for line in off:
            yield f"- {line}"
        yield ""


def _rights() -> Iterator[str]:
    yield "- what is kept of them: `mapokezi callers export NUMBER FILE`"
    yield "- to have it erased: `mapokezi callers erase NUMBER`"
    yield "- not to be recorded: they say so in the call"
    yield "- to have something put right: note it on the message's task; its text stays"
    yield ""
