"""What kind of thing a caller says, whatever the office: rules over plain words.

What needs the office (who, which fact, which day) is settled in `answers`; what answers a
question of ours (a name, a number, yes or no) in `intake`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from mapokezi.receptionist.words import without_fillers


class Kind(StrEnum):
    """What a caller does by saying something."""

    REPEAT = "repeat"
    WAIT = "wait"
    BACKCHANNEL = "backchannel"
    GOODBYE = "goodbye"
    IDENTITY = "identity"
    PERSON = "person"
    """Wants a person, nobody in particular."""
    NAMED_PERSON = "named_person"
    """Wants the person that ``who`` stands for."""
    WHO_DEALS = "who_deals"
    """Asks who deals with the subject in ``who``."""
    MESSAGE = "message"
    HOURS = "hours"
    GREETING = "greeting"
    HOW_ARE_YOU = "how_are_you"
    THANKS = "thanks"
    CANCEL = "cancel"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Understood:
    """The kind of an utterance and the words that matter in it."""

    kind: Kind
    who: str = ""
    """The words that stand for a person, plain."""
    reason: str = ""
    """The words of the message itself, if they were said at once."""
    is_plain: bool = True
    """Whether it is a plain request; else ``who`` must be a name of the office's to make it one:
    ``can I have ...`` may go on with anything."""


_REPEAT = re.compile(
    r"^(?:i am )?(?:sorry|story|pardon|excuse)(?: me)?(?: what)?(?: was that| did you say)?$"
    r"|^(?:what|huh|come again|say again|once more|again please|repeat|repeat please)$"
    r"|\b(?:say|repeat|read) (?:that|it|this)(?: again| once more)?\b"
    r"|\b(?:could|can|would|will) you (?:please )?(?:repeat|say)(?: \w+){0,3}(?: again| please)?$"
    r"|\bcome again\b|^what did you say\b|\bdid not (?:hear|catch|get) (?:you|that|it)\b"
    r"|\bcould not hear\b|^what was that\b|\bsay again\b|^(?:i )?beg your pardon$"
    r"|^speak (?:up|slowly|more slowly)\b"
)
_WAIT = re.compile(
    r"^(?:(?:please|okay|oh|sorry|just|yes) )*(?:hold (?:on|and|in|up)|hold the line|wait|weight|stop"
    r"|hang on|"
    r"one (?:moment|minute|second|sec)|just a (?:moment|minute|second|sec)|a (?:moment|minute|"
    r"second)|give me (?:a|one|just a|some) (?:moment|minute|second|sec|time)|let me (?:see|check|think|look|find|get)|"
    r"bear with me|not yet)(?: .{0,40})?$"
)
_WAIT_WORDS_AFTER = re.compile(
    r"\b(?:person|human|message|speak|talk|connect|bye|number is)\b|\b(?:what|how (?:much|do)|when|"
    r"where|do you|are you|is there|can i|can you|could you)\b"
)
_BACKCHANNEL = re.compile(
    r"^(?:mm|mhm|mm hmm|mmhmm|hmm|hm|uh huh|uhhuh|okay|okay okay|ah|oh|ah okay|oh okay|i see|"
    r"right|alright|all right|got it|sawa|um|uh|er|mama|aha|yes yes|fine|good|great|cool|nice)$"
)
_GOODBYE = re.compile(
    r"^(?:.{0,50} )?(?:goodbye|bye|bye bye|bye now|have a (?:good|nice|great|lovely) "
    r"(?:day|evening|afternoon|weekend|one|time)|talk to you later|speak soon|kwaheri|"
    r"take care|cheers bye)(?: .{0,20})?$"
    r"|^(?:.{0,30} )?see you(?: (?:then|later|soon|there|tomorrow|on \w+|next week))?$"
    r"|^(?:.{0,30} )?(?:wrong number|by mistake)$"
    r"|^(?:no |okay |yes |thank you |thanks |so |well )*(?:that is (?:all|it|everything|fine)|"
    r"that will be all|that is all i (?:need|needed|wanted)|"
    r"nothing (?:else|more)|i am (?:done|good|fine|okay|all set)|all good|we are done|"
    r"i have nothing else|no more questions|that was all|that would be all|not for now|"
    r"nothing)(?: .{0,30})?$"
)
_ENDS_NOTHING = re.compile(r"\b(?:before|but|wait|how are you|i am fine how|and you)\b")
_IDENTITY = re.compile(
    r"\b(?:are you|is this|is that|am i (?:speaking|talking|being)|i am (?:speaking|talking)|i"
    r" might be|was i|"
    r"you are|might be (?:s?peaking|king|talking)|(?:s?peaking|king|talking) to)\b.{0,30}\b"
    r"(?:robot|robots|machine|computer|ai|a i|bot|a recording|recorded voice|automated|automatic|"
    r"answering machine|real person|real human|human|human being|live person|a person|"
    r"chat gpt|software|artificial)\b"
    r"|\b(?:who|whom) (?:am i|is this|are you|is speaking|am i speaking)\b(?! (?:open|closed))"
    r"|\bwhat is your name\b|\bwhat are you$|\bare you real\b"
)
_NOT_IDENTITY = re.compile(
    r"\b(?:do not want|do not like|can i|could i|may i|want to|like to|need to|let me|rather|"
    r"instead of|stop talking|tired of|refuse to|not going to)\b"
)
_SOMEBODY = (
    r"(?:person|human|human being|someone|somebody|some one|anyone|anybody|agent|operator|"
    r"representative|reception|receptionist|staff|people|customer care|customer service|"
    r"live person|real one|a man|a woman|one of you)"
)
_TALK = (
    r"(?:speak|talk|chat|connect|connected|transfer|transferred|put|pass|pars|patch|switch|forward)"
)
_FETCH = (
    r"(?:reach|get|give|find|(?:can|could|may) i have|want|need|prefer|bring|get hold of)(?: me| to"
    r"| a| an| the| any| some| real| live| actual| another| your| one of your| different| hold of"
    r"| through)*"
)
_PERSON = re.compile(
    rf"\b{_TALK}\b.{{0,40}}\b{_SOMEBODY}\b(?! (?:who|that|from|to help|about|for))"
    rf"|\b{_FETCH} {_SOMEBODY}(?:$| (?:please|now|instead|here please|there please|else|on the (?:line|"
    r"phone)|to (?:talk|speak|help|assist)|who can (?:talk|speak|help)|i can (?:talk|speak)|right"
    r" (?:now|away))\b)"
    rf"|^(?:no |yes |please |okay |just |a |an |the |real |live |actual |to )*{_SOMEBODY}"
    r"(?: please| now)*$"
    rf"|^(?:is|are) (?:there )?(?:anyone|anybody|someone|somebody|any one|people|a person)"
    r"(?: \w+){0,3}$"
    r"|\b(?:do not|would not|hate|tired of|stop|not) .{0,30}\b(?:machine|robot|computer|bot|ai)\b"
    r"|\b(?:real|live|actual|proper) (?:person|human|people)\b"
    r"|\b(?:human|person)\b.{0,12}\b(?:i can|to|could) (?:talk|speak)\b"
    r"|\bto+ an? (?:real |live )?(?:person|human)\b|\bconnect me to (?:the |some ?)?one$"
    r"|\b(?:connect|transfer) me(?: please| now| through)*$|^put me through(?: please| now)*$"
    r"|\b(?:anyone|anybody|someone|somebody)\b.{0,12}\b(?:i can|to|can|could|i could) (?:talk"
    r"|speak|help)"
    r"|\bhuman being\b.{0,10}$|^(?:speak|talk) to (?:a )?(?:person|human|someone|somebody).*$"
    r"|\b(?:speak|talk|connected?|put through|get) (?:to|with)? ?(?:the|your|a) secretary\b"
    r"|^who (?:can|could|should|do|may) i (?:talk|speak)(?: to| with)?$"
)
_GIVE_PERSON = re.compile(
    r"\b(?:speak|talk|chat|speaking|talking)(?: directly| now)?(?: to| with) (?P<a>.+)"
    r"|\b(?:connect|transfer|patch|switch|forward|connected|transferred)(?: me| my call| us)?"
    r"(?: through| over)?(?: to| with) (?P<b>.+)"
    r"|\bput (?:me|us|my call) (?:through|on|thru|true)(?: to| with)? (?P<c>.+)"
    r"|\bpass (?:me|the call|my call)(?: on| over)?(?: to)? (?P<d>.+)"
    r"|\b(?:a|quick) word with (?P<l>.+)"
    r"|\b(?:get|give|find|reach|get hold of|see) (?:me )?(?P<e>(?:mr|mrs|ms|miss|dr|doctor"
    r"|advocate|"
    r"wakili|madam|counsel|lawyer)\b.+)"
    r"|\b(?:get (?:a )?hold of|reach|looking for|calling for|asking for|ask for|here for|"
    r"call is for|may i have|can i have|can i get|could i have|(?:give|get) me|i want) (?P<f>.+)"
    r"|^(?:please )?(?:is|are|it is) (?P<g>(?!there\b|it\b|that\b|this\b|the office\b|you\b).+?) (?:in|there|available|around|free|at the office|"
    r"in the office|in today|and today|on duty|at work|back)(?: \w+){0,3}$"
    r"|\b(?:i want|i need|want|need|like) (?:to (?:speak|talk)(?: to| with)? )?"
    r"(?P<h>(?:mr|mrs|ms|miss|dr|doctor|advocate|wakili|madam|counsel)\b.+)"
    r"|\bwant to be commiser (?P<i>.+)|^(?:is )?(?P<j>(?:mr|mrs|ms|miss|dr|wakili|madam|advocate)"
    r" .+)$"
    r"|\b(?:speak|talk|speaks|peak) (?:two|too) (?P<k>.+)"
)
_NAMES_ONLY = frozenset({"f", "g"})
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
    r"\b(?:someone|somebody|person|lawyer|advocate|doctor|agent|one|attorney|anyone|whoever)"
    r"(?: there)?(?: who| that)? ?(?:deals with|handles|does|for|about|to help(?: me)? with|in"
    r" charge"
    r" of|responsible for|on|regarding|concerning|knows|from|in|who is|which deals with) (?P<s>.+)"
)
_MESSAGE = re.compile(
    r"\b(?:leave|live|leaving|take|send|pass|give|drop|record|have|leave behind)(?: on| down)?"
    r"(?: him| her| them| me| you)?(?: a| my| the| this| short| quick| brief| another)* "
    r"(?:message|messages|massage|note|word)(?: please)?(?:(?: for| to| from| with) (?P<who>.+?))?"
    r"(?: (?:that|saying|to say|about|telling (?:him|her|them)|please tell (?:him|her|them))"
    r" (?P<reason>.+))?$"
    r"|\b(?:give|pass|take|send) (?P<who4>(?!me\b|you\b|us\b)\w+(?: \w+){0,2}) (?:a|this|my|the) (?:message|massage)"
    r"(?: (?:that|about|saying) (?P<reason4>.+))?$"
    r"|\bcall back from (?P<who3>.+)$|^(?:a |just a )?message(?: for| to| from) (?P<who2>.+)$"
    r"|^(?:a )?message(?: please)?$"
)
_TELL = re.compile(
    r"\b(?:tell|inform|notify|remind|let) (?P<who>(?:(?!that\b|i am\b)\w+ ){0,4}?\w+)"
    r" (?:that |know that |know |i am )(?P<reason>.+)$"
)
_ASK_TO_CALL = re.compile(
    r"\b(?:ask|have|get|tell|let|request) (?P<who>.+?) (?:to )?(?:please )?(?:call|ring|phone|"
    r"contact|get back to|reach) (?:me|us)\b(?: back)?(?: (?:about|regarding|on|for)"
    r" (?P<reason>.+))?"
    r"|\b(?:can|could|would|will|may) (?P<who2>(?!you\b|i\b|someone\b|somebody\b)\w+(?: \w+){0,3}?)"
    r" (?:please )?(?:call|ring|phone) (?:me|us)(?: back)?\b(?: (?:about|regarding)"
    r" (?P<reason2>.+))?"
)
_CALL_BACK = re.compile(
    r"\b(?:call|ring|phone|get back to) (?:me|us)(?: back)?\b|\bcall back\b|\breturn my call\b|\bbe called(?: back)?\b"
    r"|\bcallback\b"
)
_CALLBACK_QUESTION = re.compile(r"\b(?:i will call|i can call|let me call|i shall call) ")
_DAY = (
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|today|tomorrow|tonight|weekends?|holidays?|"
    r"christmas|easter|new year|now|at the moment|this (?:morning|afternoon|evening|week)|next week|"
    r"lunch(?: ?time)?|jamhuri|mashujaa|madaraka)\b"
)
_PRESENT = (
    r"(?:(?:find|get|meet|catch) (?:you|somebody|someone|anybody|anyone|people)\b|\b(?:is|are|be)"
    r" (?:there )?(?:you|somebody|someone|anybody|anyone|people|the office) ?(?:be )?(?:there|in\b|at\b"
    r"|around|available|on\b|working)|\b(?:will|would) (?:there be )?(?:you|somebody|someone|anybody"
    r"|anyone)\b.{0,12}\b(?:in|there|around|at|be|available)\b"
    r"|\b(?:can|may|could|should|shall) (?:i|we) (?:just )?(?:come|visit|pass|drop|stop|walk in)\b"
    r"|\bis (?:there )?(?:anyone|anybody|somebody|someone) (?:at|in) the office)"
)
_PRESENT_ON_DAY = re.compile(rf"(?=.*{_PRESENT})(?=.*{_DAY})")
_HOURS = re.compile(
    r"\b(?:open|opens|opened|opening|close|closes|closed|closing)\b"
    r"|\b(?:opening|working|office|business|visiting) (?:hours?|times?|days?)\b"
    r"|\b(?:your|what|the) (?:hours|days)\b|\boperating hours\b"
    r"|\bwhat time (?:do|can|are|will|should) (?:you|i|we)\b"
    r"|\b(?:are|will|do|is|does) (?:you|anyone|anybody|the office|office|the firm)\b.{0,30}\b"
    r"(?:work|working|operate|operating|(?:there|around|in|available) (?:on|today|tomorrow|now"
    r"|at))\b"
    r"|\b(?:can|may|could) (?:i|we) (?:come|visit|pass by|drop by|drop in)\b.{0,15}\b(?:on|today"
    r"|tomorrow|"
    r"now|this|at)\b"
    r"|\b(?:when|until when|till when|from what time|how late|how early) (?:do|are|can|will)"
    r" (?:you|i)\b"
    r"|\bpossible (?:for me )?to (?:come|visit)\b|\bhow late\b|\blunch (?:break|hour|time)\b"
)
_NOT_HOURS = re.compile(
    r"\b(?:open|close|opening|closing) (?:a|an|my|the|up a|this|that|of a) (?!office|doors?\b)\w+"
    r"|\bclose (?:to|by)\b|\bopen (?:to|for) (?:question|suggest)|\bcase closed\b|\bclosed case\b"
    r"|\bwhat time is it\b|\bcall (?:me|us)\b|\bappointment\b|\bopen (?:account|file|company)\b"
    r"|\b(?:court|courts|bank|banks|registry|hospital|school|shop|market|supermarket|huduma centre"
    r"|post office|embassy|station) (?:be )?(?:open|opens|close|closes)\b"
)
_NOT_PRESENT = re.compile(
    r"\b(?:book|booking|appointment|bring|carry|document|documents|how much|speak|talk|call|connect"
    r"|put me|where|matatu|bus)\b"
)
_GREETING = re.compile(
    r"^(?:(?:hello|hi|hey|hallo|habari|jambo|sasa|mambo|yes|oh|good day|there|is anyone there"
    r"|greetings|"
    r"niaje|sir|madam|shikamoo|are you there|can you hear me)\b ?)+$"
)
_HOW_ARE_YOU = re.compile(
    r"\bhow (?:are|have) you(?: (?:doing|today|been))?\b(?!.*\b(?:open|charge)\b)|^habari (?:yako"
    r"|gani)|"
    r"\bhow is it going$|\bhow do you do\b"
)
_THANKS = re.compile(
    r"^(?:(?:okay|oh|great|alright|all right|fine|very|good|well|yes|so|perfect) )*(?:thank you"
    r"|thanks|asante|"
    r"thank you (?:so|very) much|much appreciated|i appreciate)(?: .{0,25})?$"
)
_CANCEL = re.compile(
    r"\b(?:never ?mind|forget (?:it|about it|that)|cancel (?:it|that|the message|everything|my"
    r" message)|"
    r"do not (?:bother|worry about it)|leave it|i changed my mind|drop it|no message|"
    r"do not (?:want|need)(?: to leave)? (?:a|any|the) message)\b"
)


def understand(said: str) -> Understood:
    """Tell what kind of thing plain text ``said`` is; `Kind.OTHER` if no rule knows.

    Args:
        said: plain text, as `mapokezi.receptionist.words.plain` gives it.
    """
    core = without_fillers(said)
    quick = _quick_kind(said, core)
    if quick is not None:
        return Understood(quick)
    if _IDENTITY.search(core) and not _NOT_IDENTITY.search(core):
        return Understood(Kind.IDENTITY)
    message = _message(core)
    if message is not None:
        return message
    if _PRESENT_ON_DAY.search(core) and not _NOT_PRESENT.search(core):
        return Understood(Kind.HOURS)
    person = _person(core)
    if person is not None:
        return person
    if _HOURS.search(core) and not _NOT_HOURS.search(core):
        return Understood(Kind.HOURS)
    return Understood(Kind.OTHER)


def _quick_kind(said: str, core: str) -> Kind | None:
    """Tell the short things that steer the talk itself."""
    if _GREETING.match(said):
        return Kind.GREETING
    if _BACKCHANNEL.match(said):
        return Kind.BACKCHANNEL
    if _REPEAT.search(core) and len(core.split()) <= 12:
        return Kind.REPEAT
    if _WAIT.match(core) and not _WAIT_WORDS_AFTER.search(core):
        return Kind.WAIT
    if _GOODBYE.match(core) and not _ENDS_NOTHING.search(core):
        return Kind.GOODBYE
    if _HOW_ARE_YOU.search(core) and len(core.split()) <= 9:
        return Kind.HOW_ARE_YOU
    if _THANKS.match(core):
        return Kind.THANKS
    if _CANCEL.search(core):
        return Kind.CANCEL
    return None


def _message(core: str) -> Understood | None:
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


def _person(core: str) -> Understood | None:
    deals = _WHO_DEALS.search(core)
    if deals:
        return Understood(Kind.WHO_DEALS, who=deals["who"])
    subject = _SUBJECT_PERSON.search(core)
    named = _GIVE_PERSON.search(core)
    if subject and (named or _PERSON.search(core) or re.search(r"\b(?:need|want|like)\b", core)):
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


@dataclass(frozen=True, slots=True)
class Answer:
    """A yes or no, and what came with it."""

    yes: bool | None
    """None if it was neither, or both."""
    rest: str = ""
    """The words behind it: a correction, an addition."""


_YES = re.compile(
    r"^(?:(?:um|uh|oh|well|ah|hello|please) )*(?:(?:yes|yeah|yep|yup|yah|yea|ya|sure|correct|"
    r"right|exactly|absolutely|definitely|certainly|indeed|perfect|ndio|ndiyo|sawa|okay|fine"
    r"|alright|"
    r"all right|of course|go ahead|please do|do that|do so|it is|you may|you can|you got it|"
    r"that is (?:right|correct|it|fine|okay|good|me|mine|perfect|true|the one|great|my name|my "
    r"number|the number|alright|all right)|that works|that is all correct|everything is (?:correct|"
    r"right|fine|okay)|it is (?:right|correct|fine|okay)|looks good|sounds good|affirmative|"
    r"confirmed|confirm|great|good|uh huh|mhm|mm hmm|mmhmm|no problem|no worries|please|"
    r"why not|that would be (?:great|good|nice|fine|lovely)|i would(?: like that)?|i do|you"
    r" have)\b ?)+"
)
_NO = re.compile(
    r"^(?:(?:um|uh|oh|well|ah|sorry|hello|actually) )*(?:(?:not"
    r" (?:right|correct|really|quite|exactly|that|it|at all|true)|that is not (?:right|correct|it|my"
    r" name|my number|the name|the number|what i said)|you (?:have )?got (?:it|that|my name|the name|"
    r"my number|the number|the message) wrong|(?:it|that) is not|no need|no|nope|nah|noo|hapana|not|wrong"
    r"|incorrect|"
    r"negative|that is (?:not|wrong|incorrect)|that is a mistake|it is (?:not|wrong)|do not|never|"
    r"that is not (?:right|correct|it|my name|my number|the name|the number|what i said)|not"
    r" (?:right|"
    r"correct|really|quite|exactly|that|it|at all|true)|you got (?:it|that) wrong|no way)\b ?)+"
)
_NOT_YET_NO = frozenset({"now", "know", "nor", "none"})
_CONTRARY = re.compile(r"\b(?:wrong|incorrect|not|mistake|but)\b")
_AGREES = re.compile(r"\b(?:that is (?:right|correct)|it is (?:right|correct|fine)|correct)\b")
_CORRECTION_LEAD = re.compile(
    r"^(?:(?:it is|its|i said|i say|my name is|the name is|the number is|my number is|it should be|"
    r"should be|actually|rather|i mean|that is|is|the name|sorry|please|thank you|thanks|name is|"
    r"change (?:it|that) to|make it|use|call me on|call|the right (?:name|number) is|wrong|name"
    r"|number) )+"
)


_YES_SOMEWHERE = re.compile(
    r"\b(?:(?:that|it) is (?:the one|right|correct|okay|fine)|send it|go ahead|you got it right|please"
    r" do|i (?:would|will) like that)\b|\byes$"
)
_NO_SOMEWHERE = re.compile(
    r"\b(?:wrong|incorrect|mistake|not (?:right|correct|my name|my number|the (?:name|number)|what i"
    r" said|so|like that))\b"
)


_SHORT_REST = 2
_DIGIT_WORDS = re.compile(r"\d|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|double)\b")


def _has_digits(said: str) -> bool:
    return len(_DIGIT_WORDS.findall(said.replace("the one", ""))) > 1


def read_answer(said: str, sentences: tuple[str, ...] = ()) -> Answer:
    """Read yes or no in plain text, with what comes behind it.

    Args:
        said: plain text.
        sentences: the same cut at its full stops: a first one misheard does not spoil the others.
    """
    answer = _answer_at_first(said)
    if answer.yes is not None or said in _NOT_YET_NO:
        return answer
    if _NO_SOMEWHERE.search(said):
        return Answer(yes=False)
    each = [_answer_at_first(sentence) for sentence in sentences]
    found = {one.yes for one in each if len(one.rest.split()) <= _SHORT_REST} - {None}
    if len(found) == 1 and not any(map(_has_digits, sentences)):
        return Answer(yes=found.pop())
    if not found and _YES_SOMEWHERE.search(said) and not _CONTRARY.search(said):
        return Answer(yes=True)
    return answer


def _answer_at_first(said: str) -> Answer:
    """Read the yes or no with which plain text begins."""
    if said in _NOT_YET_NO:
        return Answer(yes=False)
    no = _NO.match(said)
    if no:
        rest = said[no.end() :].strip()
        if _AGREES.match(rest):
            return Answer(yes=None)
        return Answer(yes=False, rest=rest)
    yes = _YES.match(said)
    if yes:
        rest = said[yes.end() :].strip()
        if _CONTRARY.search(rest):
            return Answer(yes=None, rest=rest)
        return Answer(yes=True, rest=rest)
    return Answer(yes=None, rest=said)


def without_correction_lead(said: str) -> str:
    """Drop what leads into a correction: ``it is``, ``i said``, ``my name is``."""
    return _CORRECTION_LEAD.sub("", said + " ").strip()


_QUESTION = re.compile(
    r"^(?:(?:and|so|okay|but|please|hello|yes|now|then) )*(?:what|where|when|who|how|which|why|do"
    r"|does|did|is|"
    r"are|can|could|would|will|may|should|have|has|am|i want|i need|i would|i am looking|i wanted|"
    r"i have|tell me|give me|let me know|am looking|looking for|want|need|we|my|the)\b"
)
_ASKS_DIRECTLY = re.compile(
    r"^(?:(?:and|so|okay|but|please|sorry|first|wait|by the way|before (?:that|i (?:say|answer|go on|"
    r"continue|tell you|give)(?: \w+)?(?: that| it)?)|actually|quick question|one question|yes|no|just|"
    r"tell me|first of all|excuse me) )*(?:what (?:time|are|is|do|does)"
    r"|where|when (?:do|are|will|is)|how (?:much|do|can|long|far|late)|which|do you|does the|are"
    r" you|can i|could i|is there|at what time|from what time|until what time|will you|"
    r"are there|where (?:is|are|your|do)|your office is)\b"
)


def is_question(said: str) -> bool:
    """Say whether plain text asks or wants something, so that "I don't know that" fits it."""
    return bool(_QUESTION.match(said)) and len(said.split()) >= 4


def asks_directly(said: str) -> bool:
    """Say whether plain text is a question to us, not an answer to one of ours."""
    return bool(_ASKS_DIRECTLY.match(said)) and len(said.split()) >= 3
