"""Promises that something will not be: *nobody will evict you*, *you won't lose the house*.

A denial says mostly that nothing was done, which is so. These deny what others do to the caller,
or what it will cost them, and nobody can promise that.
"""

from __future__ import annotations

import re

from mapokezi.receptionist.spoken_claims.assertions import Assertion, Subject
from mapokezi.receptionist.spoken_claims.auxiliaries import Tense
from mapokezi.receptionist.spoken_claims.commitment_rules import SURE, Commitment
from mapokezi.receptionist.spoken_claims.verbs import verbs

_HARM = verbs(
    "evict arrest sue harm bother disturb trouble penalise jail auction demolish fire sack deport"
    " prosecute garnish attach seize repossess threaten harass chase punish convict imprison"
    " dismiss hurt fine detain prison court"
)
"""What the caller fears of others."""
_HARM_WITH = (
    (verbs("take"), re.compile(r"\b(?:from you|away|your|the (?:child|children|house|land))\b")),
    (verbs("go"), re.compile(r"^(?:back )?to (?:prison|jail|court|trial|auction)\b")),
    (verbs("spend see"), re.compile(r"\b(?:jail|prison|custody|cells?|remand)\b")),
    (verbs("appear"), re.compile(r"^(?:any|in)")),
    (verbs("touch"), re.compile(r"^(?:you|your|it|a|the)\b")),
    (verbs("call contact"), re.compile(r"^you (?:again|any)")),
    (verbs("take"), re.compile(r"^place\b")),
    (verbs("go"), re.compile(r"^(?:ahead|through)\b")),
    (verbs("proceed succeed"), re.compile(r"")),
    (verbs("happen"), re.compile(r"^(?:$|to (?:you|him|her|them|it)|until|before)")),
    (verbs("sell"), re.compile(r"^(?:it|your|the|them)\b")),
)
_LOSS = re.compile(
    r"^(?:$|it\b|this\b|the (?:case|land|house|plot|job|children|money|deposit|shop|car)"
    r"|your (?:\w+ )?(?:case|land|house|plot|job|child|children|money|deposit|shop|car|property"
    r"|home|claim|right|licence))"
)
_OF_OURS = (
    (verbs("let"), re.compile(r"^(?:you|him|her|them|that|it)\b")),
    (verbs("give"), re.compile(r"\b(?:slot|place|seat|appointment)\b")),
    (verbs("charge bill"), re.compile(r"^you\b")),
    (verbs("publish share reveal disclose"), re.compile(r"\b(?:it|your|this|that|with)\b")),
)
"""What the office would promise to refrain from."""
_KEPT_SECRET = (
    verbs("see know hear find read learn"),
    re.compile(r"^(?:it|this|that|about|of (?:it|this)|out|your)\b"),
)
_WE_MAY_NOT = verbs(
    "be quote know keep take say tell need go forget repeat ask see have do promise book send"
    " connect"
    " transfer put pass note write record open accept make get read call ring answer speak"
    " interrupt"
    " advise guess discuss understand hear find reach add mention rush hurry pretend"
)
"""What the receptionist may say that she, or the office, will not do."""
_IT_MAY_NOT = verbs(
    "be cost need take help work have last do mean count apply come reach open show"
)
_SPARED = re.compile(
    r"^(?:alone|left|kept|turned|sorry|disappointed|let down|forgotten|late|sued|blamed|without"
    r"|a problem"
    r" for you)\b"
)
"""What the caller is not to be, if it is promised that they will not."""
_FELT = frozenset({Tense.WILL, Tense.CAN, Tense.DOING})


def denied(one: Assertion) -> Commitment | None:
    """Give the promise that lies in an assertion that is negated."""
    if one.tense not in _FELT:
        return None
    if one.subject is Subject.WE:
        found = any(one.verb in of and way.search(one.rest) for of, way in _OF_OURS)
        found = found or (one.tense is Tense.WILL and one.verb not in _WE_MAY_NOT)
        return SURE if found and one.tense is not Tense.CAN else None
    if one.tense is Tense.WILL and one.verb == "be" and _SPARED.search(one.rest):
        return SURE
    is_of_a_thing = one.subject in {Subject.YOURS, Subject.THING, Subject.NOBODY}
    if one.tense is Tense.WILL and is_of_a_thing and one.verb not in _IT_MAY_NOT:
        return SURE
    if one.verb in _HARM and "can tell" not in one.lead:
        return SURE
    if one.verb == "los" and _LOSS.search(one.rest):
        return SURE
    ways = (*_HARM_WITH, _KEPT_SECRET) if one.subject is Subject.NOBODY else _HARM_WITH
    return SURE if any(one.verb in of and way.search(one.rest) for of, way in ways) else None


_NO_NEED_TO_FEAR = re.compile(
    r"\b(?:no way|not a chance|no chance|no court|no judge) (?:that )?(?:\w+ ){0,2}?"
    r"(?:will|would|can|could|is going to)\b"
    r"|\b(?:nobody|no one|they|he|she|police|landlord|bank|court|company|other side) (?:cannot|can"
    r" not|can never|could not|may not|can) (?:legally |ever |now |possibly |just )*(?P<harm>evict"
    r"|arrest|sue|touch|harm|fire|sack|sell|take|attach|throw|force|claim|chase|deport|detain"
    r"|auction)\b"
    r"|\b(?:cannot|can not) be (?:evicted|arrested|sued|fired|sacked|sold|jailed|detained)\b"
    r"|\byou (?:do not|no longer|will not|will never) (?:have to |need to )?owe\b"
)
_DENIES = re.compile(r"\b(?:cannot|not|never|no|nobody|no one)\b")


def denied_in(plain: str) -> Commitment | None:
    """Give the promise in a sentence that says what nobody is able to do to the caller."""
    match = _NO_NEED_TO_FEAR.search(plain)
    if match is None or (match["harm"] and not _DENIES.search(match[0])):
        return None
    return SURE
