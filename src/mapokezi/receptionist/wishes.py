"""The wish for a person or to leave a message, in the ways in which callers put it."""

from __future__ import annotations

import re

from mapokezi.receptionist.kinds import Kind, Understood

_SOMEBODY = (
    r"(?:person|human|humans|human being|someone|somebody|some one|anyone|anybody|agent|operator|"
    r"representative|reception|receptionist|staff|people|customer care|customer service|"
    r"live person|real one|a man|a woman|one of you)"
)
_TALK = (
    r"(?:speak|talk|chat|connect|connected|transfer|transferred|put|pass|pars|patch|switch|forward)"
)
_BETWEEN = (
    r"(?:me|us|my call|the call|directly|now|just|again|through|on|over|to|two|too|with|a|an|the"
    r"|any"
    r"|some|real|live|actual|actually|another|your|our|other|human|different|there|please|proper)"
)
_FETCH = (
    r"(?:reach|get|give|find|(?:can|could|may) i have|want|need|prefer|bring|get hold of)(?: me| to"
    r"| a| an| the| any| some| real| live| actual| another| your| one of your| different| hold of"
    r"| through)*"
)
_PERSON = re.compile(
    rf"\b{_TALK}(?: {_BETWEEN})* {_SOMEBODY}\b(?! (?:who|that|from|to help|about|for))"
    rf"|\b{_FETCH} {_SOMEBODY}(?:$| (?:please|now|instead|here please|there please|else|on the"
    rf" (?:line|"
    r"phone)|to (?:talk|speak|help|assist)|who can (?:talk|speak|help me$|help$)|i can (?:talk"
    r"|speak)|right"
    r" (?:now|away))\b)"
    rf"|^(?:no |yes |please |okay |just |a |an |the |real |live |actual |to )*{_SOMEBODY}"
    r"(?: please| now)*$"
    rf"|^(?:is|are) (?:there )?(?:anyone|anybody|someone|somebody|any one|people|a person)"
    r"(?: \w+){0,3}$"
    r"|\b(?:do not|would not|hate|tired of|stop|not) .{0,30}\b(?:machines?|robots?|computers?|bot"
    r"|ai)\b"
    r"|\b(?:real|live|actual|proper) (?:person|human|people)\b"
    r"|\b(?:human|person)\b.{0,12}\b(?:i can|to|could) (?:talk|speak)\b"
    r"|\bto+ an? (?:real |live )?(?:person|human)\b|\bconnect me to (?:the |some ?)?one$"
    r"|\b(?:connect|transfer) me(?: please| now| through)*$|^put me through(?: please| now)*$"
    r"|\b(?:anyone|anybody|someone|somebody)\b.{0,12}\b(?:i can|to|can|could|i could) (?:talk"
    r"|speak|help)"
    r"|\bhuman being\b.{0,10}$|^(?:speak|talk) to (?:a )?(?:person|human|someone|somebody).*$"
    r"|\b(?:speak|talk|connected?|put through|get) (?:to|with)? ?(?:the|your|a) secretary\b"
    r"|^(?:can|could|will|would) (?:someone|somebody|anyone|anybody) (?:please )?(?:help|assist)"
    r" (?:me|us)(?: please)?$"
    r"|\b(?:please|no|want|need|just|but)\b.{0,12}\ba (?:real |live )?(?:person|human)(?: please)?$"
    r"|^who (?:can|could|should|do|may) i (?:talk|speak)(?: to| with)?$"
)
_GIVE_PERSON = re.compile(
    r"\b(?:speak|talk|chat|speaking|talking)(?: directly| now)?(?: to| with) (?P<a>.+)"
    r"|\b(?:connect|transfer|patch|switch|forward|connected|transferred)(?: me| my call| us)?"
    r"(?: through| over)?(?: to| with) (?P<b>.+)"
    r"|\bput (?:me|us|my call) (?:through|on|thru|true)(?: to| with)? (?P<c>.+)"
    r"|\bpass (?:me|the call|my call)(?: on| over)?(?: to)? (?P<d>.+)"
    r"|\b(?:a|quick) word with (?P<l>.+)|\b(?:put|get) (?P<m>(?!me\b|us\b).+?) on the (?:line"
    r"|phone)\b"
    r"|\b(?:get|give|find|reach|get hold of|see) (?:me )?(?P<e>(?:mr|mrs|ms|miss|dr|doctor"
    r"|advocate|"
    r"wakili|madam|counsel|lawyer)\b.+)"
    r"|\b(?:get (?:a )?hold of|reach|looking for|(?:asked|told) (?:me )?to (?:call|see|talk to"
    r"|speak to)|calling for|asking for|ask for|here for|"
    r"call is for|(?:may|can|could) i (?:have|get)(?! an? (?:quick )?word)|(?:give|get) me"
    r"|i want(?! to\b))"
    r" (?P<f>.+)"
    r"|^(?:please )?(?:is|are|it is) (?P<g>(?!there\b|it\b|that\b|this\b|the office\b|you\b).+?)"
    r" (?:in(?= (?:today|now|please|the|office|at|yet|by)|$)|there|available|around|free|at the"
    r" office|"
    r"in the office|in today|and today|on duty|at work|back)(?: \w+){0,3}$"
    r"|\b(?:i want|i need|want|need|like) (?:to (?:speak|talk)(?: to| with)? )?"
    r"(?P<h>(?:mr|mrs|ms|miss|dr|doctor|advocate|wakili|madam|counsel)\b.+)"
    r"|\bwant to be commiser (?P<i>.+)|^(?:is )?(?P<j>(?:mr|mrs|ms|miss|dr|wakili|madam|advocate)"
    r" .+)$"
    r"|\b(?:speak|talk|speaks|peak) (?:two|too) (?P<k>.+)"
)
_NAMES_ONLY = frozenset({"f", "g", "m"})
"""The ways of `_GIVE_PERSON` that may be said of anything: they need a name of the office's."""
_WHO_HELPS = re.compile(
    r"\bwho (?:can|could|should|do|may|shall) i (?:talk|speak|see|ask|consult|meet)(?: to| with)?\b"
    r"|\bwho (?:can|could|will|would) (?:help|assist) (?:me|us)\b"
)
_ROLE = (
    r"(?:lawyer|advocate|attorney|doctor|partner|department|team|desk|office manager|accountant)"
)
_ROLE_WANTED = re.compile(
    rf"\b(?:speak|talk|connect|connected|transfer|put|pass|get|give|need|want|see|reach)\b(?: \w+)"
    rf"{{0,4}}? (?:the|your|an?) (?P<r>(?:\w+ ){{1,2}}{_ROLE})\b"
)
_WHO_DEALS = re.compile(
    r"^(?:(?:and|so|please|tell me|do you know|can you tell me) )*who (?:deals with|handles|does"
    r"|is in charge of|is responsible for|takes care of|can help"
    r"(?: me)? with|is your|is the|works on|helps with|do i (?:speak|talk) to about|should i"
    r" (?:speak"
    r"|talk) to about) (?P<who>.+)"
)
_SUBJECT_PERSON = re.compile(
    r"\b(?:lady|man|woman|gentleman|guy|someone|somebody|person|lawyer|advocate|doctor|agent|one"
    r"|attorney|anyone|whoever)"
    r"(?: there)?(?: who| that)? ?(?:can (?:help|assist)(?: me)?(?: with| to| in)?|deals with"
    r"|handles|does|for|about|to help(?: me)? with|in"
    r" charge"
    r" of|responsible for|on|regarding|concerning|knows|from|in|who is|which deals with) (?P<s>.+)"
)
_MESSAGE = re.compile(
    r"\b(?:leave|live|leaving|take|send|pass|give|drop|record|have|leave behind)(?: on| down)?"
    r"(?: him| her| them| me| you)?(?: a| my| the| this| short| quick| brief| another)* "
    r"(?:message|messages|massage|note|word)(?: please)?(?:(?: for| to| from| with) (?P<who>.+?))?"
    r"(?: (?:that|saying|to say|about|telling (?:him|her|them)|please tell (?:him|her|them))"
    r" (?P<reason>.+))?$"
    r"|\b(?:give|pass|take|send|leave) (?P<who4>(?!an?\b)(?!me\b|you\b|us\b)\w+(?: \w+){0,2})"
    r" (?:a|this|my|the)"
    r" (?:message|massage)"
    r"(?: (?:that|about|saying) (?P<reason4>.+))?$"
    r"|\bcall back from (?P<who3>.+)$|^(?:a |just a )?message(?: for| to| from) (?P<who2>.+)$"
    r"|^(?:a )?message(?: please)?$"
)
_TELL = re.compile(
    r"\b(?:tell|inform|notify|remind|let) (?P<who>(?:(?!that\b|i\b|we\b|me\b|us\b|you\b)\w+ ){0,4}?"
    r"(?!me\b|us\b|you\b)\w+) (?:that |know that |know |to tell (?:him|her) |(?=(?:i|we|my) ))"
    r"(?P<reason>.+)$"
)
_ASK_TO_CALL = re.compile(
    r"\b(?:ask|asked|have|get|tell|let|request) (?P<who>.+?) (?:to )?(?:please )?(?:call|ring|"
    r"phone|contact|get back to|reach) (?:me|us)\b(?: back)?(?: (?:about|regarding|on|for)"
    r" (?P<reason>.+))?"
    r"|\b(?:can|could|would|will|may) (?P<who2>(?!you\b|i\b|someone\b|somebody\b)\w+(?: \w+){0,3}?)"
    r" (?:please )?(?:call|ring|phone) (?:me|us)(?: back)?\b(?: (?:about|regarding)"
    r" (?P<reason2>.+))?"
)
_CALL_BACK = re.compile(
    r"\bleave (?:you )?(?:my|the|some) (?:details|number|contacts?|name)\b"
    r"|\b(?:calls?|rings?|phones?|gets? back to) (?:me|us)(?: back)?\b|\bcall back\b|\breturn my"
    r" call\b"
    r"|\bbe called(?: back)?\b"
    r"|\bcallback\b"
)
_CALLBACK_QUESTION = re.compile(r"\b(?:i will call|i can call|let me call|i shall call) ")


def message_wanted(core: str) -> Understood | None:
    """Find the wish to leave a message, or to be called back, in plain text."""
    match = _MESSAGE.search(core)
    if match and " word with " not in core:
        who = match["who"] or match["who2"] or match["who3"] or match["who4"] or ""
        reason = match["reason"] or match["reason4"] or ""
        return Understood(Kind.MESSAGE, who=who, reason=reason)
    match = _ASK_TO_CALL.search(core)
    if match:
        who = match["who"] or match["who2"] or ""
        return Understood(Kind.MESSAGE, who=who, reason=match["reason"] or match["reason2"] or "")
    match = _TELL.search(core)
    if match and match["who"] not in {"me", "us", "you"} and not match["who"].startswith("me "):
        return Understood(Kind.MESSAGE, who=match["who"], reason=match["reason"])
    if _CALL_BACK.search(core) and not _CALLBACK_QUESTION.search(core):
        return Understood(Kind.MESSAGE)
    return None


def person_wanted(core: str) -> Understood | None:
    """Find the wish for a person, named or not, in plain text."""
    deals = _WHO_DEALS.search(core)
    if deals:
        return Understood(Kind.WHO_DEALS, who=deals["who"])
    subject = _SUBJECT_PERSON.search(core)
    named = _GIVE_PERSON.search(core)
    if subject and (
        named
        or _PERSON.search(core)
        or re.search(r"\b(?:need|want|like)\b|^is (?:the|that)\b", core)
    ):
        return Understood(Kind.NAMED_PERSON, who=subject[0], is_plain=_asks_to_talk(core))
    role = _ROLE_WANTED.search(core)
    if role:
        return Understood(Kind.NAMED_PERSON, who=role["r"], is_plain=_asks_to_talk(core))
    if _PERSON.search(core):
        return Understood(Kind.PERSON)
    if _WHO_HELPS.search(core):
        return Understood(Kind.NAMED_PERSON, who=core)
    if named:
        way, who = next((way, words) for way, words in named.groupdict().items() if words)
        if not re.match(r"(?:me|you|us|it)\b", who):
            return Understood(Kind.NAMED_PERSON, who=who, is_plain=way not in _NAMES_ONLY)
    return None


def _asks_to_talk(core: str) -> bool:
    return re.search(rf"\b{_TALK}\b", core) is not None
