"""Whether a caller asks us to wait: in any state, and in whatever words.

Only what says nothing else is a wait. Who holds on and then says what is wanted has said it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mapokezi.receptionist.words import listed

_LENGTH = (
    r"(?:an?|one|two|five|some|few|just a|another) (?:little )?"
    r"(?:minutes?|moments?|seconds?|secs?|time|bit)"
)
_HOLD = re.compile(
    r"\b(?:hold|hang) on\b(?: for)?|\bhold (?:the|your|my) (?:line|phone)\b|\bhold for me\b"
    r"|\b(?:please |kindly )?hold\b(?= please|$)|^(?:please |kindly |just )*(?:hold|wait)\b"
    r"|\bwait(?: (?:for me|please|kindly|first|there))?\b|\bbear with me\b"
    rf"|\b(?:give me|just|in)? ?{_LENGTH}\b(?: please)?"
    r"|\bdo not (?:hang up|go|cut|leave|drop)\b(?: (?:away|the (?:call|line|phone)))?"
    r"|\bstay (?:on the line|there)\b|\b(?:i am |i will be )?(?:right back|with you)\b"
    r"|\bexcuse me\b|\b(?:just )?be there\b"
)
_SWAHILI = re.compile(
    r"\b(?:n?goj[aie]\w*|engo[jg]\w*|subiri\w*|the b(?:ee|u)r+y|usikate|dakika|nakuja"
    r"|(?:and |n)?go (?:just|to|ja)(?= (?:an? )?(?:[kcs]?[ie]*d[aeou]l?g))|kwanza|hebu)\b"
    r"|\b(?:an? )?(?:[kcs]?[ie]*d[aeou]l?g(?:o|al|oe)|dough go|could go go|kid ?dogo|key dogo)\b"
)
"""``Ngoja``, ``kidogo``, ``subiri``, as an English recogniser writes them as well."""
_READYING = re.compile(
    r"^(?:(?:and|so|tu|too|sorry|excuse me|oh|hey|i think|please|just|because|kindly|yes|okay"
    r"|no|um|uh|as|while) )*"
    r"(?:i am (?:in|on|at|inside|driving|riding)(?: \w+){0,4}? (?=let me))?(?:let me|let us"
    r"|allow me to|i am|am|i have to"
    r"|i need to|i will|i want to|i(?= go\b)|to|i first) (?:(?:just|first|quickly|trying to"
    r"|going to|go and"
    r"|please|also|only) )*(?P<deed>[a-z]+)\b(?P<rest>.*)$"
)
_ALWAYS = re.compile(
    r"^(?:think|check|confirm|park|pull|parking|pulling|checking|thinking|remember|crossing|cross"
    r"|driving|alight|alighting|coming|step|stepping|searching|remove|plug|charge|sit)$"
)
_GETTING_READY = re.compile(
    r"^(?:get|getting|grab|find|finding|look|looking|search|fetch|pick|bring|open|opening|ask"
    r"|asking|step|move|moving|go|going|come|walk|walking|leave|leaving|stop|turn|switch|change"
    r"|changing|put|close|closing|shut|lower|reduce|increase|take|taking|remove|see"
    r"|wear|serve|sit|finish|tell|answer|sign|write|use|read|exit|enter|run|hear)$"
)
_AROUND = re.compile(
    r"\b(?:pens?|biro|pencil|glasses|spectacles|ears?|nois\w+|loud|quiet\w*|outside|inside|corner"
    r"|room|road\w*|side|by the|vehicle|car|matatu|bus|volume|speaker\w*|earphones?|headset"
    r"|headphones?"
    r"|charger|signal|network|door|windows?|radio|tv|television|music|somewhere|place|paper|bag"
    r"|wallet|note ?book|diary|write with|write on|write down|here|out|off|aside|away|closer"
    r"|hand|sit"
    r"|down|beside|customer|wife|husband|child|children|baby|kid|son|daughter|mother|father"
    r"|colleague|boss|neighbour|letter|document|file|receipt|details|it|this person|this man"
    r"|this lady|this one|phone|for it|up)\b"
)
_A_WISH = re.compile(
    r"\b(?:connect|message|massage|lawyer|advocate|appointment|your|office|transfer|reception"
    r"|brief|case|court|you|he has|she has|they have|plot|land|agreement|cheque|him|them|house"
    r"|home|company|tomorrow|today|week|month|year|will"
    r"|title|account|where (?:can|do|is|are)|what|which|how|when|is there|are there|do you|can i)\b"
)
_BESIDE = re.compile(
    r"\b(?:some(?:body|one)|they|my \w+|a \w+) (?:is|are|has|have) (?:\w+ )?(?:talking|calling"
    r"|asking|at the door"
    r"|disturbing|knocking|crying|come|speaking)\b|\bthere is (?:a lot of |too much |so much |some"
    r" )?(?:noise|people|traffic)\b|\b(?:not you|was not talking to you)\b"
)
_MEANWHILE = re.compile(
    r"^(?:(?:sorry|please|just|because|as|so|and|there) )*(?:there (?:is|are)|i (?:am|find|pull"
    r"|park|close|get"
    r"|go|step)\b|some(?:body|one)\b|(?:my|the|an?|this) \w+ (?:is|are)\b)"
)
_ASIDE = re.compile(
    r"^(?:talk|talking|speak|speaking) (?:to|with) (?:this|these|some(?:body|one) (?:here|beside)"
    r"|my (?!lawyer|advocate)\w+$|an? (?:customer|client|visitor))\b"
)
_SHORT = 10
_FIRST = re.compile(
    rf"^(?:(?:hold on|hang on|wait|sorry|okay|just|please|let me (?:see|think|check)|{_LENGTH})"
    r" )+(?=(?:it|that|this) is\b|my \w+ is\b|i am (?:called )?\w+(?: \w+)?$|the name\b|write\b"
    r"|put\b|zero\b|plus\b|\d|its\b)"
)
_LEFT_OVER = 2
_LONGEST = 22


@lru_cache(maxsize=256)
def asks_to_wait(said: str) -> bool:
    """Say whether plain text asks for a moment, and for nothing else."""
    if len(said.split()) > _LONGEST or after_a_wait(said) != said:
        return False
    held = _SWAHILI.sub(" ", _HOLD.sub(" ", said))
    rest = " ".join(word for word in held.split() if word not in _EMPTY)
    if held.split() != said.split() and len(rest.split()) <= (
        _LEFT_OVER if _SWAHILI.search(said) else 0
    ):
        return True
    return _readies(" ".join(held.split()), held.split() != said.split())


_EMPTY = frozenset(
    listed(
        """
    please kindly just a an the me first oh yes okay sorry so um uh hey hello sir madam my dear tu
    hebu bit little for on i it and but no there now tafadhali
    """
    )
)


def after_a_wait(said: str) -> str:
    """Give what plain text says after a moment was asked for: ``wait, it is Mary``."""
    return _FIRST.sub("", said)


def _readies(said: str, held: bool) -> bool:
    """Say whether the words tell what the caller does meanwhile."""
    beside = _BESIDE.search(said) is not None
    if held and beside:
        return True
    if _A_WISH.search(said):
        return False
    if held and _MEANWHILE.match(said) and len(said.split()) <= _SHORT:
        return True
    ready = _READYING.match(said)
    if ready is None:
        return False
    if _ALWAYS.match(ready["deed"]) or _ASIDE.match(f"{ready['deed']}{ready['rest']}"):
        return held or len(said.split()) <= _SHORT
    if not _GETTING_READY.match(ready["deed"]):
        return False
    first_person = not said.startswith("i ") or held
    return _AROUND.search(ready["rest"]) is not None and (
        first_person or _DOES_NOW.match(said) is not None
    )


_DOES_NOW = re.compile(
    r"^i am (?:just |trying to )*(?:look|step|mov|chang|get|walk|com|clos|go)\w*"
)
