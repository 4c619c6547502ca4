"""Which rules an assertion is held against, by its subject and its tense."""

from __future__ import annotations

import re

from mapokezi.receptionist.spoken_claims.assertions import Assertion, Subject
from mapokezi.receptionist.spoken_claims.auxiliaries import Tense
from mapokezi.receptionist.spoken_claims.commitment_rules import (
    AGREED,
    AGREES,
    APPOINTMENT,
    BOOKED,
    BOOKS,
    CONNECTING,
    DONE,
    HARMLESS,
    MESSAGE,
    NO_PROMISE,
    OPEN_OFFER,
    OPEN_STATE,
    SAVED,
    SENDS,
    SENT,
    SURE,
    TOLD,
    UNSEEN,
    Commitment,
    Rule,
)
from mapokezi.receptionist.spoken_claims.deeds_by_habit import (
    OF_HOUSE_ABLE,
    OF_HOUSE_BY_HABIT,
    OF_THEIRS_BY_HABIT,
    OF_THING_BY_HABIT,
    OF_US_BY_HABIT,
    OF_YOU_BY_HABIT,
    OF_YOURS_BY_HABIT,
)
from mapokezi.receptionist.spoken_claims.deeds_of_others import (
    ALREADY,
    KEEPS,
    LINE,
    MOVES,
    OF_COURT,
    OF_HOUSE,
    OF_HOUSE_DOING,
    OF_HOUSE_DONE,
    OF_IT,
    OF_THEM,
    OF_THING_NOW,
    OF_YOU_DOING,
    OF_YOU_DONE,
    OF_YOU_HAVING_DONE,
    OF_YOU_IS,
    ON_THE_LINE,
    PAPERS,
    PEOPLE_STATES,
    RESULTS,
    RINGS,
    STATES,
    STATES_OF_THEIRS,
    TELLS,
    THEY_KNOW,
    WITH_SOMEBODY,
)
from mapokezi.receptionist.spoken_claims.deeds_of_us import (
    OF_US,
    OF_US_DOING,
    OF_US_DONE,
    ON_IT,
    ON_IT_PASSIVE,
    WE_KNOW,
)
from mapokezi.receptionist.spoken_claims.deeds_to_come import OF_US_ABLE, OF_US_TO_COME
from mapokezi.receptionist.spoken_claims.deeds_to_come_of_others import (
    OF_HOUSE_TO_COME,
    OF_THING_TO_BECOME,
    OF_THING_TO_COME,
    OF_YOU_ABLE,
    OF_YOU_TO_BECOME,
    OF_YOU_TO_COME,
)
from mapokezi.receptionist.spoken_claims.verbs import verbs


def rules_of(one: Assertion) -> tuple[tuple[Rule, ...], Commitment | None]:
    """Give the rules for an assertion, and what is needed where none fits."""
    by_subject = {
        Subject.WE: _of_us,
        Subject.HOUSE: _of_house,
        Subject.YOU: _of_you,
    }
    if one.tense is Tense.HABIT and "message" in one.who:
        return (), HARMLESS
    if one.tense is Tense.HABIT:
        return _BY_HABIT.get(one.subject, OF_THEIRS_BY_HABIT), OPEN_OFFER
    return by_subject.get(one.subject, _of_thing)(one)


_NAMED = verbs("name address mention base concern involve call need require allow suppose mean")
"""*Mr. Otieno is named in it*: of whom nothing is told that they did."""
_OWED = frozenset({"balance", "bill", "debt", "fine", "account", "penalty", "arrears"})
_NOTHING_LEFT = re.compile(r"^(?:now |all )*(?:zero|nil|nothing|clear|gone|even|paid)\b")
_TOLD_IN_IT = verbs("say read mention state tell explain include")
"""What a message does: its words are ours to choose."""
_IN_HAND = re.compile(r"^(?:now |already )?(?:safe\b|on (?:its|the) way)")


def _as_offer(meant: Commitment | None) -> Commitment | None:
    if meant in {SURE, BOOKED, DONE, SENT}:
        return meant
    return HARMLESS if meant is not None and meant.needs else OPEN_OFFER


_OFFERED = tuple((of, way, _as_offer(meant)) for of, way, meant in (*OF_US_TO_COME, *OF_US))
"""What may be offered: a message and a hand-off, and little else."""
_OF_A_MESSAGE = re.compile(rf"\b(?:{MESSAGE}|call|feedback|complaint)\b")
_BY_HABIT = {
    Subject.WE: OF_US_BY_HABIT,
    Subject.HOUSE: OF_HOUSE_BY_HABIT,
    Subject.YOU: OF_YOU_BY_HABIT,
    Subject.YOURS: OF_YOURS_BY_HABIT,
    Subject.THING: OF_THING_BY_HABIT,
}


def _of_us(one: Assertion) -> tuple[tuple[Rule, ...], Commitment | None]:
    if one.tense is Tense.IS:
        return ON_IT_PASSIVE if one.is_passive else ON_IT, OPEN_STATE
    if one.tense is Tense.CAN:
        return (*OF_US_ABLE, *_OFFERED), OPEN_OFFER
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
        return OF_HOUSE_ABLE, OPEN_OFFER
    if one.tense is Tense.SAYS:
        return THEY_KNOW, AGREED
    if one.tense is Tense.WILL:
        return (*OF_HOUSE_TO_COME, *OF_HOUSE), _default_of(one, SURE)
    if one.tense is Tense.DOING:
        return (*OF_HOUSE_DOING, *OF_HOUSE), UNSEEN
    if one.tense is Tense.IS and not one.is_passive:
        if ON_THE_LINE.search(one.rest):
            return (), UNSEEN
        return (), UNSEEN if PEOPLE_STATES.search(one.rest) else OPEN_STATE
    if one.tense is Tense.IS and one.verb in _NAMED:
        return (), HARMLESS
    return (*OF_HOUSE_DONE, *OF_HOUSE), UNSEEN


def _of_you(one: Assertion) -> tuple[tuple[Rule, ...], Commitment | None]:
    if one.tense is Tense.CAN:
        return OF_YOU_ABLE, OPEN_OFFER
    if one.tense is Tense.DONE:
        if not one.is_passive:
            return OF_YOU_HAVING_DONE, HARMLESS
        return OF_YOU_DONE, _default_of(one, BOOKED)
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
    if "message" in one.who and (one.tense is Tense.SAYS or one.verb in _TOLD_IN_IT):
        return (), HARMLESS
    if "message" in one.who and (one.verb == "go" or _IN_HAND.search(one.rest)):
        return (), SAVED
    if "call" in one.who and one.verb in MOVES:
        return (), CONNECTING
    if one.tense is Tense.CAN:
        return (), OPEN_OFFER
    return (_of_passive_thing if one.is_passive else _of_active_thing)(one)


def _of_passive_thing(one: Assertion) -> tuple[tuple[Rule, ...], Commitment | None]:
    if one.tense is Tense.WILL:
        return OF_THING_TO_BECOME, _default_of(one, SURE)
    if one.tense is Tense.DOING:
        return OF_THING_NOW, UNSEEN
    if one.verb in TELLS and one.who == ("they",):
        return (), TOLD
    if one.verb in TELLS and one.subject is Subject.THING:
        return (), AGREED
    if one.verb == "record" and one.who in {("those",), ("these",), ("they",)}:
        return (), HARMLESS
    is_theirs = one.subject is Subject.YOURS and not _OF_A_MESSAGE.search(" ".join(one.who))
    if is_theirs and one.verb in KEEPS:
        return (), UNSEEN
    if one.verb == "do" and one.rest in {"", "now", "already"}:
        return (), SAVED if one.subject is Subject.IT else UNSEEN
    if one.subject is Subject.THING and one.tense is Tense.IS:
        return (*OF_THING_NOW, *RESULTS), HARMLESS
    is_of_one = one.subject in {Subject.YOURS, Subject.IT} or one.tense is Tense.DONE
    return OF_THING_NOW, _default_of(one, UNSEEN) if is_of_one else HARMLESS


def _of_active_thing(one: Assertion) -> tuple[tuple[Rule, ...], Commitment | None]:
    if one.tense is Tense.WILL and one.verb == "ring" and {"phone", "line"} & set(one.who):
        return (), NO_PROMISE
    if one.tense is Tense.WILL:
        return OF_THING_TO_COME, UNSEEN
    if one.tense is Tense.DOING:
        return RINGS, OPEN_STATE
    if one.tense is Tense.IS and one.subject is Subject.IT and WITH_SOMEBODY.search(one.rest):
        return (), SAVED
    if one.tense is Tense.IS and _OWED & set(one.who) and _NOTHING_LEFT.search(one.rest):
        return (), UNSEEN
    if one.tense is Tense.IS:
        is_paper = one.subject is Subject.THING and one.who[-1] in PAPERS
        is_theirs = is_paper or (one.subject is Subject.YOURS and "message" not in one.who)
        is_new = is_theirs and (ALREADY.search(one.rest) or STATES_OF_THEIRS.search(one.rest))
        return (), UNSEEN if is_new or STATES.search(one.rest) else OPEN_STATE
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
