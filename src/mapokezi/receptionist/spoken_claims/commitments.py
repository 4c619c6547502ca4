"""Words of commitment: what is said to be done, or is promised, in the office's name.

Every assertion of a sentence is held against the rules of its subject (`deeds`). One that they do
not let pass is a commitment, unless it is negated, hangs on a condition, is the caller's own
account given back, or stands in a fact of the office's.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Protocol

from mapokezi.receptionist.spoken_claims.auxiliaries import Tense
from mapokezi.receptionist.spoken_claims.clauses import Assertion, Reader, Subject
from mapokezi.receptionist.spoken_claims.commitment_rules import (
    BOOKED,
    CALLS_BACK,
    CONNECTING,
    DONE,
    NO_PROMISE,
    SAVED,
    SENT,
    SURE,
    TOLD,
    UNSEEN,
    Commitment,
)
from mapokezi.receptionist.spoken_claims.deeds import rules_of
from mapokezi.receptionist.spoken_claims.sentence import Said, content_of
from mapokezi.receptionist.spoken_claims.times import days_in, times_in
from mapokezi.receptionist.spoken_claims.verbs import verb_of, verbs

__all__ = ["Commitment", "commitments_in"]

_CONDITION = re.compile(
    r"\b(?:if|once|when|whenever|unless|until|as soon as|in case|whether|before|after|provided"
    r"|so that|wish|after which|should you|would you like|shall i|can i|may i|you may want)\b"
)
_CONJUNCTION = re.compile(r"\b(?:and|but|so|then)\b(?! that)")
_ON_CONDITION = re.compile(r"\b(?:if|once|when|unless|as soon as|in case|whether)\b")
_OFFERED = re.compile(
    r"\b(?:i can|i could|i would|leave|let me take|so that|want me to|like me to|instead)\b"
)
"""Before a promise: what it depends on."""
_THEIR_WORDS = re.compile(
    r"\byou (?:have |had |just )?(?:said|say|mentioned|told|asked|want|wanted|need|would like"
    r"|would prefer|would want|were told|heard|believe|think|thought|understood|wish)\b"
    r"|\bit says\b|\bthe message (?:says|reads)\b|\b(?:was|were) (?:told|promised)\b"
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
_UNSEEN_FILE = (
    r"\b(?:according to|i (?:can )?see (?:in|from|on)|i am looking at|it (?:shows|says)"
    r" (?:in|on)) (?:the|your"
    r"|our|his|her|my) (?:\w+ )?(?:file|files|system|records?|screen|calendar|diary|account)\b"
)
_PAID_LATER = (
    r"\bpay (?:us )?(?:whenever|later|when you|after|at the end|in instal\w+|bit by bit"
    r"|slowly)\b"
)
_OFFERED_US = (
    r"\bwe (?:would like|are (?:happy|glad|pleased|ready)) to (?:offer|give|invite"
    r"|represent|take on)\b"
)
_IDIOMS = tuple(
    (re.compile(way), meant)
    for way, meant in (
        (_UNSEEN_FILE, UNSEEN),
        (_PAID_LATER, SURE),
        (_OFFERED_US, SURE),
        (
            (
                r"\b(?:i|we) (?:can |do |hereby |personally |will )*(?:promise|guarantee"
                r"|assure|swear|vow)"
                r"\b(?! nothing)|\brest assured\b|\b(?:you have|i give you) (?:my|our) word\b"
                r"|\bmy word on it"
                r"\b|\b(?:count|depend|rely|bank) on (?:me|us|it|him|her|that)\b|\b(?:is|are|be|it)"
                r" (?:\w+ )?guaranteed\b|\byou will (?:\w+ )?win\b|\bwe will (?:\w+ )?win\b"
                r"|\bno doubt you"
                r" will\b|\b(?:bound|sure|certain|guaranteed) to (?:win|succeed|get)\b"
                r"|^guaranteed\b"
                r"|\byou can (?:now |just |simply )*(?:relax|rest easy|count on|forget about"
                r"|consider)\b"
                r"|\b(?:is|it is) a promise\b|\bwe (?:never|always) (?:lose|lost|win|won)\b"
                r"|\bit is a yes\b"
                r"|\bgreen light\b|\b(?:strong|good|solid|excellent|winnable|watertight)"
                r" (?:case|chances?|claim)\b"
                r"|\bgo ahead and (?!tell|say|give|spell|ask|speak|leave|type|start|repeat)\w+"
                r"|\b(?:appointment|meeting|booking|slot|hearing) (?:no longer stands|still"
                r" stands|stands|is off|stays|remains|holds)\b"
                r"|\bleave (?:it|that|everything) (?:to|with) (?:me|us)\b|\bsuccess is\b"
            ),
            SURE,
        ),
        (
            (
                r"\bconsider (?:it|that|this|yourself|us|the \w+|your \w+)\b"
                r"|^(?:all |job |it is )?(?:done|sorted|settled|fixed)\b(?! (?:for|at|by|on))"
                r"|\bit is a deal\b|\byou have a deal\b|\bdeal done\b|^on it\b|\bi am on it\b"
            ),
            SAVED,
        ),
        (r"^(?:\w+ )?(?:message|note) (?:\w+ )?(?:sent|saved|delivered|passed|taken)\b", SAVED),
        (
            (
                r"^(?:\w+ )?(?:appointment|booking|meeting|slot) (?:now )?(?:confirmed|booked"
                r"|set|made|cancelled)\b"
                r"|\bsee you (?:on|at|tomorrow|today|then|next|this|there|soon|in)\b"
                r"|\byour (?:\w+ )?(?:appointment|meeting|consultation|booking|slot) is (?:on"
                r"|at|for|with)\b"
                r"|^all set\b|\b(?:i|we) have (?:got )?you (?:all )?(?:down|in|set) (?:for|on|at)\b"
            ),
            BOOKED,
        ),
        (
            (
                r"\byou (?:will be|are) (?:now )?through to\b(?! (?:the )?(?:reception|office"
                r"|kamau))|^(?:putting|getting) you through\b"
            ),
            CONNECTING,
        ),
        (
            (
                r"\byou (?:should|ought to) (?:hear|get|receive|have) (?:\w+ ){0,3}(?:from"
                r"|back|call|reply|answer"
                r"|it|them)\b"
            ),
            NO_PROMISE,
        ),
        (
            (
                r"\b(?:i|we) have (?:got )?your (?:payment|money|documents|email|application"
                r"|cheque|letter|papers)\b"
                r"|\byou (?:owe|no longer owe)\b"
            ),
            DONE,
        ),
        (
            r"\byou have (?:an?|your) (?:\w+ )?(?:appointment|booking|slot|meeting|reservation)\b",
            BOOKED,
        ),
        (
            (
                r"\b(?:booking|confirmation|appointment|reference|ticket|tracking|queue)"
                r" (?:reference|number|code|id)"
                r" (?:is|will be)\b"
            ),
            BOOKED,
        ),
        (
            (
                r"\bexpect (?:an? |their |his |her |our )?(?:\w+ )?(?:calls?|answer|reply"
                r"|visit|email)\b"
            ),
            NO_PROMISE,
        ),
    )
)


class Known(Protocol):
    """What is known in a call, as far as words of commitment are concerned."""

    def is_told(self, stems: frozenset[str]) -> bool:
        """Say whether the office has told, or a tool has answered, what the stems say."""

    def caller_declared(self, word: str) -> bool:
        """Say whether the caller has told of having something."""

    def caller_stated(self, word: str) -> bool:
        """Say whether the caller has used a word in telling of something."""


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
_SWAHILI = re.compile(
    r"\b(?!amen|ameri|ameli|itali|utah)(?:(?:ni|tu|a|wa|u|i|ya|zi)(?P<tense>me|ta)"
    r"(?P<deed>\w{3,}))\b"
)
"""Swahili says who and when in front of the verb: *ni-me-tuma*, I have sent."""
_SWAHILI_DEEDS = (
    (
        re.compile(
            r"(?:ku|m|mw|wa)?(?:elew|sikia|andik|pata|ona|jaribu|saidi|chuku|uliz|angali|som|hitaj"
            r"|wez|kuwa|fung|anz|end|rud|shukur|poke|sem|kumbuk|tafut|fanya kaz)"
        ),
        None,
    ),
    (re.compile(r"(?:ku|m|mw|wa|ni)?(?:pigi|fiki|jibu)"), CALLS_BACK),
    (re.compile(r"(?:ku|m|mw|wa)?(?:tum)"), SENT),
    (re.compile(r"(?:ku|m|mw|wa)?(?:ambi|julish|arif|eleza)"), TOLD),
    (re.compile(r"(?:ku|m|mw|wa)?(?:unganish)"), CONNECTING),
    (re.compile(r"(?:ku|m|mw|wa)?(?:hifadh|sev|save|fik|peleka|pelek)"), SAVED),
    (re.compile(r"(?:ku|m|mw|wa)?(?:book|pang|wek|andalia|hairish)"), BOOKED),
)
_NEGATION = re.compile(r"\b(?:not|never|cannot|nothing|nobody|no|neither|without|can i|unable)\b")
_SOFT = (CALLS_BACK, NO_PROMISE)


def commitments_in(said: Said, reader: Reader, known: Known, today: date) -> tuple[Commitment, ...]:
    """Give the commitments in a sentence.

    Args:
        said: the sentence.
        reader: knows the names of the office's people.
        known: what was told and stated in the call.
        today: by which days are read.
    """
    stated = said.told
    if not stated.plain:
        return ()
    judged = [_judged(one, stated, known, today) for one in reader.read(stated.clauses)]
    plain = stated.plain
    judged += [_in_swahili(plain), _in_an_idiom(plain, known), _in_a_freeing(plain, known)]
    return tuple(dict.fromkeys(one for one in judged if one is not None))


def _judged(one: Assertion, said: Said, known: Known, today: date) -> Commitment | None:
    if one.subject is Subject.NOBODY or one.is_negated or _THEIR_WORDS.search(one.lead):
        return None
    meant = _by_rule(one)
    if meant is None or _hangs_on_something(one, meant, said):
        return None
    if _is_known(one, known):
        return None
    if meant is not CALLS_BACK:
        return meant
    is_timed = _SOON.search(one.rest) or times_in(one.rest) or days_in(one.rest, today)
    return NO_PROMISE if is_timed else CALLS_BACK


def _by_rule(one: Assertion) -> Commitment | None:
    rules, otherwise = rules_of(one)
    for verbs_of_rule, pattern, meant in rules:
        if verbs_of_rule is not None and one.verb not in verbs_of_rule:
            continue
        if pattern.search(one.rest):
            return meant
    return otherwise


def _hangs_on_something(one: Assertion, meant: Commitment, said: Said) -> bool:
    if _CONDITION.search(_CONJUNCTION.split(one.lead)[-1]):
        return True
    if one.tense is not Tense.WILL or not (meant.needs or meant in _SOFT):
        return False
    if meant is NO_PROMISE:
        return any(_CONDITION.match(" ".join(clause)) for clause in said.clauses)
    return any(_CONDITION.match(" ".join(clause)) for clause in said.clauses) or bool(
        _OFFERED.search(said.plain) or _ON_CONDITION.search(one.rest)
    )


def _is_known(one: Assertion, known: Known) -> bool:
    """Say whether an assertion is the office's own, a tool's answer, or the caller's account."""
    is_ours = one.subject is Subject.WE or (one.subject is Subject.YOU and one.is_passive)
    is_theirs = one.subject is Subject.YOURS and "call" not in one.who
    if is_theirs and one.tense is not Tense.WILL and not known.caller_stated(one.verb):
        return False
    if one.tense is Tense.DONE and not is_ours and known.caller_stated(one.verb):
        return True
    if is_ours and (one.who == ("i",) or one.tense is not Tense.WILL):
        return False
    return known.is_told(content_of(" ".join((*one.who, one.verb, one.rest))))


def _in_an_idiom(plain: str, known: Known) -> Commitment | None:
    for pattern, meant in _IDIOMS:
        match = pattern.search(plain)
        if match and known.caller_declared(match[0].split()[-1]) and "you have" in match[0]:
            continue
        if match and not _NEGATION.search(f"{plain[max(0, match.start() - 30) : match.start()]}"):
            return meant
    return None


def _in_swahili(plain: str) -> Commitment | None:
    """Give the deed that a Swahili verb tells, if the sentence has one."""
    for match in _SWAHILI.finditer(plain):
        meant = next((to for way, to in _SWAHILI_DEEDS if way.match(match["deed"])), DONE)
        if meant is not None:
            return meant
    return None


def _in_a_freeing(plain: str, known: Known) -> Commitment | None:
    match = _FREED.search(plain)
    if match is None or verb_of(match["what"]) in _MAY_BE_LEFT:
        return None
    left = content_of(plain[match.start("what") :])
    return None if len(left) > 1 and known.is_told(left) else SURE
