"""What a caller turns down before, or after, saying what is wanted instead.

``No need to talk to him, only tell him that ...`` is as like the wishes to talk as the messages
are, by its words and by its meaning; so what is turned down is found by its grammar, and taken
out of account. So is whether somebody here is to be told something.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_NOT = (
    r"\b(?:(?:(?:do|would|will|need|must|should|can|am|is|are) not|cannot|(?<!did )(?<!could )"
    r"(?<!do )(?<!can )(?<!is )(?<!would )(?<!have )(?<!has )(?<!had )(?<!was )(?<!were )not)"
    r"(?! (?:i|you|we|it|there)\b)|no (?:need|reason|use|point)|without|instead of|rather than"
    r"|stop|enough|tired|sick|forget|skip)"
)
"""What is no question: ``why do not you connect me``."""
_IN_BETWEEN = (
    r"(?: (?:want|wanting|need|have|having|like|wish|trying|try|to|be|being|get|really|even|now|for"
    r"|of|in|just|me|you|us|i|we|that|asking|looking|it|going|intend|bother|necessarily|please"
    r"|kindly|about|rather|again|today|actually|calling|my|ask)){0,6}?"
)
_TALK = (
    r"(?:talk|talking|speak|speaking|connect|connecting|connected|connection|transfer|transferring"
    r"|transferred|put|putting|patch|patched|disturb|disturbing|interrupt|interrupting|hold"
    r"|holding|(?:call|calling|ring|ringing|phone|phoning) (?!me\b|us\b|back\b|for\b|about\b|from\b"
    r"|to\b|because\b|you\b|in\b|on\b|at\b|again\b|my\b|after\b|before\b)[a-z]+"
    r"|(?:get|getting|reach|have|want|need|give|giving) (?:him|her|them|[a-z]+(?= on the (?:line"
    r"|phone))))"
)
_MESSAGES = (
    r"(?:(?:leave|leaving|left|take|taking|write|writing|record|recording|pass|send|keep|dictate"
    r"|give|giving|another|any|an?|the|my|our|me|this|it|in) )*(?:messages?|massages?|notes?"
    r"|words?)\b"
)
_NOBODY_HERE = (
    r"(?! (?:(?:to|with) )?(?:an? |the |this |your |these |any )?(?:machines?|robots?|computers?"
    r"|bots?|recordings?|automat\w+|you\b(?! to)|else\b|any\w+ else|things?\b))"
)
_NO_TALK = re.compile(rf"{_NOT}{_IN_BETWEEN} {_TALK}\b{_NOBODY_HERE}")
_NO_MESSAGE = re.compile(
    rf"{_NOT}{_IN_BETWEEN} {_MESSAGES}"
    r"|\bno (?:more )?(?:messages?|massages?)\b(?! (?:has|was|from))"
)
_OTHERWISE = re.compile(
    r"\b(?:but|just|only|simply|instead|let|tell|in ?form|remind|notify|ask|give|connect|put me|put"
    r"|have|pass|past|get|please|kindly|take|leave|note|send|write|so|i (?:want|need|would|will"
    r"|prefer|am)|he|she|can"
    r" you|could you|is he|is she)\b"
)
_WANTS_TALK = re.compile(
    r"\b(?:talk|speak|connect|transfer|put (?:me|us)|put (?:\w+ ){1,3}on|patch"
    r"|give me(?! an? (?:call|ring|shout|buzz)\b)|get me"
    r"|let me have|is (?:he|she|(?!nobody|anyone|somebody|no\b)\w+) (?:in|there|around|available)"
    r"|on the (?:line|phone)"
    r"|to the phone|pick)\b"
)
_SOMEBODY = (
    r"(?!(?:me|us|you|that|this|it|about|anyone|where|what|when|who|how|why|if|which|my name)\b)"
    r"(?:(?:mr|mrs|ms|miss|mister|madam|madame|wakili|advocate|bwana|the|my|your) )?"
    r"[a-z]+(?: (?!that|know|to\b|i\b|we\b|the\b|my\b|this|a\b|it\b)[a-z]+)?"
)
_IMPERATIVE = r"(?<!\bi )(?<!\bwe )(?<!\bnot )(?<!should )(?<!must )(?<!\bhe )(?<!she )(?<!they )"
_POLITELY = (
    r"(?:(?:hello|hi|okay|so|and|but|no|please|kindly|just|only|then|can|could|will|would|may|help"
    r"|you|i want you to|i need you to) )*"
)
_TELLS = re.compile(
    rf"{_IMPERATIVE}(?<!\bto )\b(?:tell|in ?form|remind|notify) {_SOMEBODY}(?: (?:that|to|i|we|the"
    r"|my|this|it|about|a|he|she|they|not|his|her|there)\b|$)"
    rf"|\b(?:want(?:ed)?|like) to (?:tell|in ?form|remind|notify) {_SOMEBODY} (?:that|the|my|i"
    rf"|we)\b"
    rf"|{_IMPERATIVE}\b(?:let|make) {_SOMEBODY} know\b"
    rf"|\b(?:give|pass|get|take|send|deliver|convey)(?: on)? (?:this|a|my|the|that|some|one)"
    rf" (?:\w+ )?(?:message|massage|note|word|information|news)(?: on)? (?:to|for) {_SOMEBODY}"
    rf"|\b(?:give|pass|send) {_SOMEBODY} (?:this|these|a|my|the|that|one)"
    r" (?:\w+ )?(?:message|massage|note|information|news|words)\b"
    rf"|\b(?:pass to|past) (?!by\b){_SOMEBODY} that\b"
    rf"|\bpass (?:this|that|it)(?: on)? to {_SOMEBODY}|\bwant(?:ed)? {_SOMEBODY} to know\b"
    rf"|{_IMPERATIVE}\b(?:ask|tell|remind) {_SOMEBODY} to (?:call|ring|phone|send|bring|return"
    rf"|wait|reply)\b"
    rf"|\b(?:let|have|make) {_SOMEBODY} (?:call|ring|phone|flash) (?:me|us|my)\b"
    rf"|^{_POLITELY}(?:tell|in ?form|notify|remind|update) {_SOMEBODY}\b(?! (?:know|to talk"
    rf"|to speak))"
    rf"|^{_POLITELY}ask {_SOMEBODY}\b(?! (?:if|whether|something|about|(?:to )?(?:talk|speak"
    rf"|come to"
    rf"|pick)))"
    rf"|\b(?:pass|leave|give) (?:something|anything|these|word)(?: on| over)? (?:to|for|with)"
    rf" {_SOMEBODY}"
    rf"|{_IMPERATIVE}\b(?:ask|tell|get|want|need|would like) {_SOMEBODY} to (?:give (?:me"
    rf"|us) a (?:call"
    r"|ring|shout|buzz)|get back|text|email|whatsapp|(?:call|ring|phone) (?:me|us)|confirm)\b"
    rf"|\b(?:note|write|take)(?: (?:this|that|these|it|the|my|me))*(?: down)?\b.{{0,30}}\b(?:and )?"
    rf"(?:give|get|pass|hand|send)(?: (?:it|this|that))?(?: (?:on|over))?(?: to)? {_SOMEBODY}"
    rf"|^{_POLITELY}{_SOMEBODY} (?:should |must |can |is to |to )?(?:call|ring|phone|text) (?:me"
    rf"|us)"
    r" (?:back|when|later|tomorrow|please|once|if)\b"
)
_TAKE_MESSAGE = re.compile(
    r"(?:^|\b(?:please|kindly|just|so|only|(?:can|could|will|would) you|to|me|and|hello|okay) )"
    r"(?:take|write|record|leave|note)"
    r"(?: down)? (?:for me |me )?(?:an? |my |this |the )(?:quick |short |small )?(?:messages?"
    r"|massages?|note)\b"
)
_CALLS_BACK = re.compile(
    r"\b(?:call|ring|phone) me\b|\bcall(?:s|ed)? back\b|\b(?:leave|take|have) (?:\w+ ){0,2}(?:a"
    r" |the )?(?:message|massage|word|note)\b"
)


@dataclass(frozen=True, slots=True)
class TurnedDown:
    """What the caller does not want, and what is said besides."""

    talk: bool = False
    """Not to be connected, and nothing else says otherwise."""
    message: bool = False
    """Not to leave a message, and nothing else says otherwise."""
    unclear: bool = False
    """To be connected is both turned down and asked for."""
    asks_message: bool = False
    """A message is to be taken, in so many words."""
    tells: bool = False
    """Somebody here is to be told something."""
    rest: str = ""
    """The words without those that turn down; empty if there are none such."""


@lru_cache(maxsize=512)
def turned_down(said: str) -> TurnedDown:
    """Find what plain text turns down."""
    no_message = _NO_MESSAGE.search(said)
    no_talk = _NO_TALK.search(said)
    if no_message and no_talk and no_message.start() == no_talk.start():
        no_talk = None  # ``no need to have a message``: one denial, of what is named
    rest = _without(said, [found for found in (no_message, no_talk) if found])
    wants_talk = _WANTS_TALK.search(rest) is not None
    tells = _TELLS.search(rest) is not None and not wants_talk
    return TurnedDown(
        talk=no_talk is not None and not wants_talk,
        message=no_message is not None and not tells and _CALLS_BACK.search(rest) is None,
        unclear=no_talk is not None and wants_talk,
        asks_message=_TAKE_MESSAGE.search(rest) is not None,
        tells=tells or (no_talk is not None and _CALLS_BACK.search(rest) is not None),
        rest=rest if rest != said else "",
    )


def _without(said: str, denials: list[re.Match[str]]) -> str:
    for denial in sorted(denials, key=lambda one: -one.start()):
        after = _OTHERWISE.search(said, denial.end())
        said = f"{said[: denial.start()]} {said[after.start() :] if after else ''}"
    return " ".join(said.split())
