"""What protects what is kept: only what the settings have really switched on."""

from __future__ import annotations

from collections.abc import Iterator

from mapokezi.receptionist.processing.facts import ProcessingFacts


def measures(facts: ProcessingFacts) -> tuple[str, ...]:
    """Give what is done, one sentence each."""
    return tuple(_measures(facts))


def switched_off(facts: ProcessingFacts) -> tuple[str, ...]:
    """Give what is not done, one sentence each."""
    return tuple(_switched_off(facts))


def _measures(facts: ProcessingFacts) -> Iterator[str]:
    safety, office = facts.server.safety, facts.office
    if office.record_calls and safety.seals:
        yield f"Recordings are encrypted and authenticated after the call ({safety.cipher})."
    yield (
        "Card numbers, identity numbers and secret codes are taken out of transcripts by rules "
        "before they are stored; card numbers out of messages too."
    )
    yield "Who reads, hears, exports or erases what callers left stands on an audit trail."
    if safety.callbacks_signed:
        yield "Only signed calls of the phone platform are accepted."
    if safety.desk_is_near:
        yield f"The desk's pages listen on this machine alone ({safety.desk_host}), behind a link."
    if not safety.personal_in_log:
        yield "The log holds no names, numbers or words."
    if safety.removes_daily:
        yield "What was kept for long enough is removed each day."
    if facts.hearers_elsewhere and not office.notices.voice_before:
        yield "Nothing that is elsewhere hears a caller before they have heard the notices."
    yield "Whether something is done for a caller is decided by the program, never by a model."


def _switched_off(facts: ProcessingFacts) -> Iterator[str]:
    safety, office = facts.server.safety, facts.office
    if office.record_calls and not safety.seals:
        yield "Recordings are not encrypted (`recordings.sealed` is false)."
    if office.record_calls and safety.seals and safety.key_beside:
        yield (
            "The key of the recordings lies in the data folder beside them: it protects from "
            "nobody who has that folder."
        )
    at = safety.database_at
    yield (
        f"Transcripts, messages and numbers stand unencrypted in the database ({at}): put it on an "
        "encrypted disk."
    )
    if safety.is_public and not safety.callbacks_signed:
        yield "Unsigned calls of the phone platform are accepted (`line.unsigned_callbacks`)."
    if safety.replayable_signature:
        yield "A signature that can be replayed is accepted (`line.legacy_signature`)."
    if not safety.desk_is_near:
        yield f"The desk's pages can be reached from other machines ({safety.desk_host})."
    if safety.personal_in_log:
        yield "Names, numbers and words are written into the log (`log.pii`)."
    if not safety.removes_daily:
        yield "What was kept for long enough is not removed by itself (`retention.daily`)."
