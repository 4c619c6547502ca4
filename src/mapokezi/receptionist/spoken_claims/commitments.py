"""Words of commitment: what is said to be done, or is promised, in the office's name.

Every assertion of a sentence is held against the rules of its subject (`deeds`). One that they do
not let pass is a commitment, unless it is negated, hangs on a condition, is the caller's own
account given back, or stands in a fact of the office's.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Protocol

from mapokezi.receptionist.spoken_claims.assertions import PRONOUNS, Assertion, Subject
from mapokezi.receptionist.spoken_claims.auxiliaries import Tense
from mapokezi.receptionist.spoken_claims.clauses import Reader
from mapokezi.receptionist.spoken_claims.commitment_rules import (
    AGREED,
    BOOKED,
    BOOKS,
    CALLS_BACK,
    NO_PROMISE,
    OPEN_STATE,
    SAVED,
    SURE,
    TIMED,
    UNSEEN,
    Commitment,
)
from mapokezi.receptionist.spoken_claims.conditions import hangs_on_something, last_part
from mapokezi.receptionist.spoken_claims.deeds import rules_of
from mapokezi.receptionist.spoken_claims.deeds_of_others import STATES
from mapokezi.receptionist.spoken_claims.denials import denied, denied_in
from mapokezi.receptionist.spoken_claims.everyday import (
    OF_LOOKING,
    OF_SPEECH,
    OF_TALK,
    OF_WRITING,
    unlicensed,
)
from mapokezi.receptionist.spoken_claims.idioms import IDIOMS
from mapokezi.receptionist.spoken_claims.sentence import Said, content_of
from mapokezi.receptionist.spoken_claims.short_answers import as_statement
from mapokezi.receptionist.spoken_claims.swahili_deeds import swahili_deed
from mapokezi.receptionist.spoken_claims.times import days_in, times_in
from mapokezi.receptionist.spoken_claims.verbs import verb_of, verbs

__all__ = ["Commitment", "commitments_in"]

_THEIR_WORDS = re.compile(
    r"\byou (?:have |had |just )?(?:said|say|mentioned|told|asked|want|wanted|need|would like"
    r"|would prefer|would want|were told|heard|believe|think|thought|understood|wish)\b"
    r"|\bit says\b|\bthe message (?:says|reads|is)\b|\b(?:was|were) (?:told|promised)\b"
    r"|\b(?:they|he|she) (?:have |has |had )?(?:told|promised|informed|assured) you\b"
    r"|\byou have been (?:told|promised|informed|warned|advised)\b"
    r"|\b(?:cannot|not) (?:say|tell|know|promise|confirm|guarantee|see|sure)\b"
    r"|\b(?:do|does) not know\b|\bno idea\b|\bask(?:ed)? (?:whether|if)\b"
)
_SOON = re.compile(
    r"\b(?:within|in the next|in (?:a|an|one|two|three|four|five|ten|fifteen|thirty|\d+)|shortly"
    r"|soon|immediately|right away|straight away|first thing|by (?:the end|close|lunch|noon|evening"
    r"|tonight)|before (?:lunch|noon|evening|the end|close)|this (?:morning|afternoon|evening|week)"
    r"|later today|as soon as|at once|right now|next week|today|tonight|tomorrow|personally"
    r"|definitely|for sure|no later)\b"
)
_SHOULD = re.compile(r"\b(?:should|must)\b")
_WISHED = re.compile(
    r"\b(?:ask|request|wish|want|note|write|put|prefer|suggest|mention|say|rather|hope|make"
    r" sure|see to it)"
    r"(?:ed|ing)?\b(?: \w+){0,3}?(?: that)?$"
)
"""Before what is only passed on: *I'll ask that he calls you*."""
_SEES = verbs("see meet visit")
"""*She sees clients on Mondays* is how she works; *she sees you on Monday* is a promise."""
_BY_PEOPLE = frozenset({Subject.WE, Subject.HOUSE, Subject.YOU})


class Known(Protocol):
    """What is known in a call, as far as words of commitment are concerned."""

    @property
    def question(self) -> str:
        """What the caller asked last, plain; empty if they asked nothing."""

    def is_told(self, stems: frozenset[str], *, by_tools_only: bool = False) -> bool:
        """Say whether the office has told, or a tool has answered, what the stems say."""

    def knows(self, words: frozenset[str]) -> bool:
        """Say whether words are all of one fact, of the office's people, or the caller's own."""

    @property
    def names(self) -> frozenset[str]:
        """The names of the office's people, plain."""

    def caller_told(self, words: frozenset[str]) -> bool:
        """Say whether the caller has said all of the words in telling of something."""

    def caller_declared(self, word: str) -> bool:
        """Say whether the caller has told of having something."""

    def caller_does(self, verb: str) -> bool:
        """Say whether the caller has told that something is being done, by a verb's name."""

    def caller_speaks_of(self, pronoun: str) -> bool:
        """Say whether *he*, *she* or *they* is somebody of whom the caller has just told."""

    def caller_stated(self, word: str) -> bool:
        """Say whether the caller has used a word in telling of something."""


_AS_WE_SPEAK = re.compile(r"\bas we (?:speak|talk)\b")
_OF_YOURS = re.compile(rf"\b(?:your|this|you)\b|{TIMED}")
_FREED = re.compile(
    r"\b(?:you (?:need not|do not (?:need|have) to|will not (?:need|have) to|no longer"
    r" (?:need|have)"
    r" to|are not required to|can skip)|(?:there is )?no need (?:for you )?to) (?P<what>\w+)"
)
"""What the caller is told to leave undone, which may cost them their case."""
_MAY_BE_LEFT = verbs(
    "worry hold repeat press apologise apologize spell rush hurry pay call say tell explain give"
    " know type ring shout"
)
_GIVEN_BACK = re.compile(r"(?:the )?best time to (?:call|reach)\b")
"""What follows is the caller's own words, whoever *I* is in them."""
_NO_WORRY = re.compile(
    r"\b(?:no (?:problem|worries|worry|trouble|issue|rush|need to worry|doubt)s?(?: at"
    r" all)?|not (?:to worry"
    r"|a problem|at all)|(?:do not|never|need not) (?:you )?(?:worry|mind|fear"
    r"|stress)(?: about \w+)?)\b"
)
"""What denies nothing."""
_ALL_DONE = re.compile(
    r"(?:(?:okay|yes|sure|right|great|perfect|alright|there|good|well|and|so|sawa) )*"
    r"(?:(?:it|that|this|everything) is |all |job )?(?:now |all |already )*"
    r"(?:done|sorted|settled|fixed|arranged|handled|taken care of|seen to|in order|under control"
    r"|in place|in(?= (?:now|already|then|for)|$)"
    r"|in hand|on track|dealt with|under way|underway)(?: (?:now|already|for you|then"
    r"|sir|madam|mum))*"
)
_AFFIRMED = re.compile(
    r"(?:(?:okay|yes|sure|right|of course|trust me|certainly|and|but|oh) )*(?:he|she|it|they|we"
    r"|somebody"
    r"|someone) (?:(?:surely|certainly|definitely|really) )?(?:will(?: be)?|shall(?: be)?|has"
    r" been|have been)"
    r"(?: (?:madam|sir|indeed|for sure|certainly|definitely))*"
)
"""What grants all that was asked, and leaves it out."""
_NEGATION = re.compile(r"\b(?:not|never|cannot|nothing|nobody|no|neither|without|can i|unable)\b")


def commitments_in(said: Said, reader: Reader, known: Known, today: date) -> tuple[Commitment, ...]:
    """Give the commitments in a sentence.

    Args:
        said: the sentence.
        reader: knows the names of the office's people.
        known: what was told and stated in the call.
        today: by which days are read.
    """
    stated = said.told
    if not stated.plain or _GIVEN_BACK.match(stated.plain):
        return ()
    answered = as_statement(stated.plain, known.question) if known.question else None
    if answered is not None:
        stated = Said(answered)
    judged = [_judged(one, stated, known, today) for one in reader.read(stated.clauses)]
    plain = stated.plain
    judged += [
        swahili_deed(plain, stated.named),
        _in_an_idiom(plain, known),
        _at_a_start(stated, known),
        _in_a_freeing(plain, known),
    ]
    judged += [denied_in(plain), _in_a_word(stated)]
    return tuple(dict.fromkeys(one for one in judged if one is not None))


def _judged(one: Assertion, said: Said, known: Known, today: date) -> Commitment | None:
    lead = last_part(one.lead)
    if _is_their_account(f"{lead} {' '.join(one.who)}" if one.subject is Subject.THING else lead):
        return None
    if _is_given_back(one, known):
        return None
    is_wish = one.tense is Tense.HABIT or _SHOULD.search(said.plain) is not None
    if is_wish and _WISHED.search(one.lead):
        return None
    is_of_them = one.subject in _BY_PEOPLE and (one.verb not in _SEES or "you" in one.rest.split())
    if one.tense is Tense.HABIT and is_of_them and _is_timed(one.rest, today):
        one = replace(one, tense=Tense.WILL)
    if _is_custom(one, said):
        return NO_PROMISE
    is_denied = one.subject is Subject.NOBODY or one.is_negated
    meant = denied(one) if is_denied else _by_rule(one)
    if meant is CALLS_BACK and _is_timed(one.rest, today):
        meant = NO_PROMISE
    if meant is None or hangs_on_something(one, meant, said):
        return None
    if meant.is_open:
        return None if _is_licensed(one, said, known) else replace(meant, is_open=False)
    return None if _is_known(one, meant, known) else meant


def _is_their_account(lead: str) -> bool:
    """Say whether what leads to a subject gives somebody's words, of which it is part."""
    match = _THEIR_WORDS.search(lead)
    if match is None or re.match(r" ?as\b", lead):  # "as you asked I have moved it"
        return False
    between = lead[match.end() :].split()
    return len(between) <= _FEW or between[-1] in {"that", "if", "whether", "what"}


_WITHOUT_FAIL = re.compile(
    r"\b(?:always|never fails?|without fail|same (?:day|morning|afternoon|evening)"
    r"|every (?:single )?(?:call|message|caller|client))\b"
)
_ANSWERS = verbs("call ring phone reply answer return respond get")


def _is_custom(one: Assertion, said: Said) -> bool:
    """Say whether it promises by what somebody is said to do always: *he always rings back*."""
    is_of_us = one.subject in _BY_PEOPLE or one.who == ("they",)
    is_of_us = is_of_us and one.who != ("i",) and not one.is_negated
    is_said = one.tense is Tense.HABIT and one.verb in _ANSWERS
    return is_said and is_of_us and _WITHOUT_FAIL.search(said.plain) is not None


_OTHERS_WORDS = re.compile(
    r"\b(?:your|the|a|he|she|they|my) (?:\w+ ){0,2}?(?:said|says|told \w+|promised|claims|claimed)"
    r"(?: that)?$"
)
_TO_BE_WRITTEN = re.compile(
    r"\b(?:say|saying|write|writing|note|noting|mention|mentioning|add|adding)(?: down)?(?: that)?$"
)


_THEIRS_TO_DO = verbs("bring come call send pay pass drop visit go take collect write")
"""What a caller may have told that they will do."""


def _is_given_back(one: Assertion, known: Known) -> bool:
    """Say whether it is what the caller has told: of somebody's words, to be written, of others."""
    if _OTHERS_WORDS.search(one.lead.rstrip()):
        return known.caller_stated("say")
    if _TO_BE_WRITTEN.search(one.lead.rstrip()):
        return known.caller_told(frozenset({one.verb}) | unlicensed(one.rest))
    if one.subject is Subject.YOU and one.tense is Tense.WILL and one.verb in _THEIRS_TO_DO:
        return known.caller_told(frozenset({one.verb}) | unlicensed(one.rest))
    is_of_others = one.subject in {Subject.THING, Subject.YOURS} and one.tense is Tense.DOING
    if not is_of_others or one.is_passive:
        return False
    words = frozenset(one.who) - {"the", "your", "a", "an"}
    return known.caller_told(words) and known.caller_does(one.verb)


_FEW = 3
"""Words between *you said* and whom it was said of."""


def _is_timed(rest: str, today: date) -> bool:
    return bool(_SOON.search(rest) or times_in(rest) or days_in(rest, today))


def _by_rule(one: Assertion) -> Commitment | None:
    rules, otherwise = rules_of(one)
    for verbs_of_rule, pattern, meant in rules:
        if verbs_of_rule is not None and one.verb not in verbs_of_rule:
            continue
        if pattern.search(one.rest):
            return OPEN_STATE if meant is None and one.subject is Subject.WE else meant
    return otherwise


def _is_licensed(one: Assertion, said: Said, known: Known) -> bool:
    """Say whether what no rule knows is made of words that may be said (`everyday`)."""
    if one.verb in OF_SPEECH or known.caller_stated(one.verb):
        return True
    what = one.rest if one.verb in OF_TALK else f"{one.verb} {one.rest}"
    left = unlicensed(what) - said.named - known.names
    if one.subject is Subject.WE and one.tense in _AS_DEED and one.verb not in OF_LOOKING:
        # That a fact speaks of a search is no ground for one that was made.
        return not left or (one.verb in OF_WRITING and known.caller_told(left))
    if one.subject is Subject.HOUSE and one.tense is Tense.HABIT and _TO_SOMEBODY.search(one.rest):
        return bool(left) and known.knows(left)
    return known.knows(left)


_AS_DEED = frozenset({Tense.DONE, Tense.DOING, Tense.WILL})
_TO_SOMEBODY = re.compile(r"\b(?:you|your|it|them|that|this)\b")


def _is_known(one: Assertion, meant: Commitment, known: Known) -> bool:
    """Say whether an assertion is the office's own, a tool's answer, or the caller's account."""
    is_ours = one.subject is Subject.WE or (one.subject is Subject.YOU and one.is_passive)
    is_theirs = one.subject is Subject.YOURS and "call" not in one.who
    if is_theirs and one.tense is not Tense.WILL and not known.caller_stated(one.verb):
        return False
    is_past = one.tense in {Tense.DONE, Tense.SAYS} or (one.tense is Tense.IS and one.is_passive)
    is_of_them = not is_ours or (one.subject is Subject.YOU and one.verb not in BOOKS)
    stated = known.caller_stated(one.verb) or known.caller_stated(one.verb.removesuffix("s"))
    if is_past and is_of_them and stated:
        return one.verb not in {verb_of(word) for word in known.question.split()}
    if is_past and len(one.who) == 1 and known.caller_speaks_of(one.who[0]):
        return True
    if is_ours and (one.who == ("i",) or one.tense is not Tense.WILL):
        return False
    is_promise = meant is NO_PROMISE or (meant is AGREED and one.tense is Tense.WILL)
    if is_promise or (meant is CALLS_BACK and not one.is_negated):
        return False  # a fact tells whom one can ask to be called by, on a condition
    is_this = one.who[:1] in {("the",), ("that",), ("this",)}
    is_to_be = one.tense is Tense.WILL and one.subject is not Subject.YOU
    if meant is BOOKED and (is_to_be or is_this):
        return False  # who makes the appointments is told, not that one is made
    if one.tense is Tense.WILL and one.subject is Subject.WE and _OF_YOURS.search(one.rest):
        return False
    who = () if one.who[:1] in {("somebody",), ("someone",)} else one.who
    is_of_one = one.tense is Tense.IS and not one.is_passive and one.who[:1] not in _OF_ANY
    if is_of_one and not _is_all_told(one.rest, known):
        return False
    if one.tense is Tense.WILL and one.subject is Subject.WE and not _is_all_told(one.rest, known):
        return False
    stems = content_of(_AS_WE_SPEAK.sub("", " ".join((*who, one.verb, one.rest))))
    return known.is_told(stems, by_tools_only=one.tense is Tense.DONE)


_OF_ANY = frozenset({("a",), ("an",), ("all",), ("any",), ("every",), ("each",)})


def _is_all_told(rest: str, known: Known) -> bool:
    """Say whether what is said of somebody has something that is told, and nothing that is not."""
    words = unlicensed(rest)
    return bool(words) and known.knows(words)


@lru_cache(maxsize=512)
def _idioms_of(plain: str) -> tuple[tuple[re.Match[str], Commitment], ...]:
    found = ((pattern.search(plain), meant) for pattern, meant in IDIOMS)
    return tuple((match, meant) for match, meant in found if match)


def _in_an_idiom(plain: str, known: Known) -> Commitment | None:
    for match, meant in _idioms_of(plain):
        if _THEIR_WORDS.search(plain[max(0, match.start() - 20) : match.start()]):
            continue
        if known.caller_declared(match[0].split()[-1]) and _HAS.search(match[0]):
            continue
        if not _NEGATION.search(_NO_WORRY.sub("", plain[: match.start()])[-30:]):
            return meant
    return None


def _is_bare_state(clause: str) -> bool:
    """Say whether a state stands for itself, of whatever was spoken of: *already in motion*."""
    words = _LED_IN.sub("", clause)
    return words.startswith(("already ", "all ")) and STATES.match(words) is not None


_HAS = re.compile(r"\b(?:you have|has your|have your)\b")
_LED_IN = re.compile(
    r"^(?:(?:okay|yes|no|sure|right|great|perfect|alright|good|well|and|so|but|then|sawa|excellent"
    r"|wonderful|thank you|thanks|now|there|fine) )+(?=\w)"
)


def _at_a_start(said: Said, known: Known) -> Commitment | None:
    """Give what an idiom claims that stands first behind a comma, or an *okay*."""
    for clause in said.clauses:
        words = _LED_IN.sub("", " ".join(clause))
        if words != said.plain and any(not match.start() for match, _ in _idioms_of(words)):
            return _in_an_idiom(words, known)
    return None


def _in_a_word(said: Said) -> Commitment | None:
    """Give what *Okay, done* claims, and *He will*, *It has been*."""
    clauses = [" ".join(clause) for clause in said.clauses]
    if any(_ALL_DONE.fullmatch(clause) for clause in clauses):
        return SAVED
    if any(_is_bare_state(clause) for clause in clauses):
        return UNSEEN
    return SURE if any(_AFFIRMED.fullmatch(clause) for clause in clauses) else None


def _in_a_freeing(plain: str, known: Known) -> Commitment | None:
    match = _FREED.search(plain)
    if match is None or verb_of(match["what"]) in _MAY_BE_LEFT or match["what"] in PRONOUNS:
        return None
    left = content_of(plain[match.start("what") :])
    return None if len(left) > 1 and known.is_told(left) else SURE
