"""Which rules an assertion is held against, by its subject and its tense."""

from __future__ import annotations

from mapokezi.receptionist.spoken_claims.auxiliaries import Tense
from mapokezi.receptionist.spoken_claims.clauses import Assertion, Subject
from mapokezi.receptionist.spoken_claims.commitment_rules import (
    AGREED,
    AGREES,
    APPOINTMENT,
    BOOKED,
    BOOKS,
    CONNECTING,
    DONE,
    HARMLESS,
    SAVED,
    SENDS,
    SENT,
    SURE,
    UNSEEN,
    Commitment,
    Rule,
)
from mapokezi.receptionist.spoken_claims.deeds_of_others import (
    ALREADY,
    LINE,
    MOVES,
    OF_COURT,
    OF_HOUSE,
    OF_HOUSE_DOING,
    OF_HOUSE_DONE,
    OF_HOUSE_TO_COME,
    OF_IT,
    OF_THEM,
    OF_THING_NOW,
    OF_THING_TO_BECOME,
    OF_THING_TO_COME,
    OF_YOU_ABLE,
    OF_YOU_DOING,
    OF_YOU_DONE,
    OF_YOU_IS,
    OF_YOU_TO_BECOME,
    OF_YOU_TO_COME,
    ON_THE_LINE,
    PEOPLE_STATES,
    RINGS,
    STATES,
    THEY_KNOW,
)
from mapokezi.receptionist.spoken_claims.deeds_of_us import (
    OF_US,
    OF_US_ABLE,
    OF_US_DOING,
    OF_US_DONE,
    OF_US_TO_COME,
    ON_IT,
    WE_KNOW,
)


def rules_of(one: Assertion) -> tuple[tuple[Rule, ...], Commitment | None]:
    """Give the rules for an assertion, and what is needed where none fits."""
    by_subject = {
        Subject.WE: _of_us,
        Subject.HOUSE: _of_house,
        Subject.YOU: _of_you,
    }
    return by_subject.get(one.subject, _of_thing)(one)


def _of_us(one: Assertion) -> tuple[tuple[Rule, ...], Commitment | None]:
    if one.tense is Tense.IS:
        return () if one.is_passive else ON_IT, HARMLESS
    if one.tense is Tense.CAN:
        return OF_US_ABLE, HARMLESS
    if one.tense is Tense.DONE and one.is_passive:
        return (), HARMLESS
    if one.tense is Tense.DONE:
        return (*OF_US_DONE, *OF_US), _default_of(one, DONE)
    if one.tense is Tense.DOING:
        return (*OF_US_DOING, *OF_US), _default_of(one, DONE)
    if one.tense is Tense.SAYS:
        return WE_KNOW, SURE
    return (*OF_US_TO_COME, *OF_US), _default_of(one, SURE)


def _of_house(one: Assertion) -> tuple[tuple[Rule, ...], Commitment | None]:
    if one.tense is Tense.CAN:
        return (), HARMLESS
    if one.tense is Tense.SAYS:
        return THEY_KNOW, AGREED
    if one.tense is Tense.WILL:
        return (*OF_HOUSE_TO_COME, *OF_HOUSE), _default_of(one, SURE)
    if one.tense is Tense.DOING:
        return (*OF_HOUSE_DOING, *OF_HOUSE), UNSEEN
    if one.tense is Tense.IS and not one.is_passive:
        if ON_THE_LINE.search(one.rest):
            return (), UNSEEN
        return (), UNSEEN if PEOPLE_STATES.search(one.rest) else HARMLESS
    return (*OF_HOUSE_DONE, *OF_HOUSE), UNSEEN


def _of_you(one: Assertion) -> tuple[tuple[Rule, ...], Commitment | None]:
    if one.tense is Tense.CAN:
        return OF_YOU_ABLE, HARMLESS
    if one.tense is Tense.DONE:
        return (OF_YOU_DONE, _default_of(one, BOOKED)) if one.is_passive else ((), HARMLESS)
    if one.tense is Tense.IS:
        return OF_YOU_IS, _default_of(one, BOOKED)
    if one.tense is Tense.DOING:
        return (OF_YOU_DONE if one.is_passive else OF_YOU_DOING), HARMLESS
    if one.is_passive:
        return OF_YOU_TO_BECOME, _default_of(one, SURE)
    return OF_YOU_TO_COME, _default_of(one, SURE)


def _of_thing(one: Assertion) -> tuple[tuple[Rule, ...], Commitment | None]:
    if one.is_passive and OF_COURT & set(one.who):
        return (), UNSEEN
    if "message" in one.who and one.verb == "go":
        return (), SAVED
    if "call" in one.who and one.verb in MOVES:
        return (), CONNECTING
    if one.tense is Tense.CAN:
        return (), HARMLESS
    return (_of_passive_thing if one.is_passive else _of_active_thing)(one)


def _of_passive_thing(one: Assertion) -> tuple[tuple[Rule, ...], Commitment | None]:
    if one.tense is Tense.WILL:
        return OF_THING_TO_BECOME, _default_of(one, SURE)
    if one.tense is Tense.DOING:
        return OF_THING_NOW, UNSEEN
    is_of_one = one.subject in {Subject.YOURS, Subject.IT} or one.tense is Tense.DONE
    return OF_THING_NOW, _default_of(one, UNSEEN) if is_of_one else HARMLESS


def _of_active_thing(one: Assertion) -> tuple[tuple[Rule, ...], Commitment | None]:
    if one.tense is Tense.WILL:
        return OF_THING_TO_COME, UNSEEN
    if one.tense is Tense.DOING:
        return RINGS, HARMLESS
    if one.tense is Tense.IS:
        is_new = one.subject is Subject.YOURS and ALREADY.search(one.rest)
        return (), UNSEEN if is_new or STATES.search(one.rest) else HARMLESS
    if one.tense is Tense.DONE and LINE & set(one.who):
        return (), HARMLESS
    if one.tense is Tense.DONE and one.who in {("it",), ("they",)}:
        return (OF_IT, HARMLESS) if one.who == ("it",) else (OF_THEM, UNSEEN)
    is_a_thing = one.subject in {Subject.YOURS, Subject.THING}
    return OF_THING_NOW, UNSEEN if is_a_thing else HARMLESS


def _default_of(one: Assertion, otherwise: Commitment) -> Commitment:
    """Say what is so of a deed that no rule knows, by what it is about."""
    if one.verb in BOOKS or APPOINTMENT.search(one.rest) or APPOINTMENT.search(" ".join(one.who)):
        return BOOKED
    if one.verb in SENDS:
        return SENT
    if one.verb in AGREES and one.tense is not Tense.WILL:
        return AGREED
    return otherwise
