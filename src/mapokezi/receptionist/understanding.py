"""What kind of thing a caller says, whatever the office: rules over plain words.

What needs the office (who, which fact, which day) is settled in `answers`; what answers a
question of ours (a name, a number, yes or no) in `intake`.
"""

from __future__ import annotations

import re

from mapokezi.receptionist.kinds import Kind, Understood
from mapokezi.receptionist.wishes import message_wanted, person_wanted
from mapokezi.receptionist.words import without_fillers

_REPEAT = re.compile(
    r"^(?:i am )?(?:sorry|story|pardon|excuse)(?: me)?(?: what)?(?: was that| did you say)?$"
    r"|^(?:what|huh|come again|say again|once more|again please|repeat|repeat please)$"
    r"|\b(?:say|repeat|read) (?:that|it|this)(?: again| once more)?\b"
    r"|\b(?:could|can|would|will) you (?:please )?(?:repeat|say)(?: \w+){0,3}(?: again| please)?$"
    r"|\bcome again\b|^what did you (?:say|ask|want)\b|(?<!you )\bdid not (?:hear|catch|get)"
    r" (?:you|that|it)\b"
    r"|\bcould not hear\b|^what was that\b|\bsay again\b|^(?:i )?beg your pardon$"
    r"|^speak (?:up|slowly|more slowly)\b"
)
_WAIT = re.compile(
    r"^(?:(?:please|okay|oh|sorry|just|yes) )*(?:hold (?:on|and|in|up)|hold(?: please)?$|hold the"
    r" line|wait|weight"
    r"|stop"
    r"|hang on|"
    r"one (?:moment|minute|second|sec)|just a (?:moment|minute|second|sec)|a (?:moment|minute|"
    r"second)|give me (?:a|one|just a|some) (?:moment|minute|second|sec|time)|let me (?:see|check"
    r"|think|look|find|get)|"
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
    r"|^(?!where|when|can|how|what|i (?:want|need|would)|could|may)(?:.{0,30} )?see you(?:"
    r" (?:then|later|soon|there|tomorrow|on \w+|next week))?$"
    r"|^(?:.{0,30} )?(?:wrong number|by mistake)(?: sorry)?$"
    r"|^(?:no |okay |yes |thank you |thanks |so |well )*(?:that is (?:all|it|everything|fine)|"
    r"that will be all|that is all i (?:need|needed|wanted)|"
    r"nothing (?:else|more)|i am (?:done|good|fine|okay|all set)|all good|we are done|"
    r"i have nothing else|no (?:more|other) questions?|i have no (?:more|other|further)"
    r" questions?|that was all|that would be all|not for now|"
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
_DAY = (
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|today|tomorrow|tonight|weekends?|holidays?|"
    r"christmas|easter|new year|now|at the moment|this (?:morning|afternoon|evening|week)|next"
    r" week|"
    r"lunch(?: ?time)?|jamhuri|mashujaa|madaraka)\b"
)
_PRESENT = (
    r"(?:(?:find|get|meet|catch) (?:you|somebody|someone|anybody|anyone|people)\b|\b(?:is|are|be)"
    r" (?:there )?(?:you|somebody|someone|anybody|anyone|people|the office) ?(?:be )?(?:there"
    r"|in\b|at\b"
    r"|around|available|on\b|working)|\b(?:will|would) (?:there be )?(?:you|somebody|someone"
    r"|anybody"
    r"|anyone)\b.{0,12}\b(?:in|there|around|at|be|available)\b"
    r"|\b(?:can|may|could|should|shall) (?:i|we) (?:just |still |even )?(?:come|visit|pass|drop"
    r"|stop|walk in)\b"
    r"|\bis (?:there )?(?:anyone|anybody|somebody|someone) (?:at|in) the office)"
)
_PRESENT_ON_DAY = re.compile(rf"(?=.*{_PRESENT})(?=.*{_DAY})")
_HOURS = re.compile(
    r"\b(?:open|opens|opened|opening|close|closes|closed|closing)\b"
    r"|\b(?:opening|working|office|business|visiting) (?:hours?|times?|days?)\b"
    r"|\b(?:your|what|the) (?:hours|days)\b|\boperating hours\b"
    r"|\bwhat time (?:do|can|are|will|should) (?:you|i|we)\b"
    r"|\b(?:are|will|do|is|does) (?:you|your (?:people|staff|team|lawyers|advocates|office)"
    r"|anyone|anybody|the office|office|the firm)\b.{0,30}\b"
    r"(?:work|working|operate|operating|(?:there|around|in|available) (?:on|today|tomorrow|now"
    r"|at))\b"
    r"|\b(?:can|may|could) (?:i|we) (?:come|visit|pass by|drop by|drop in)\b.{0,15}\b(?:on|today"
    r"|tomorrow|"
    r"now|this|at)\b"
    r"|\b(?:when|until when|till when|from what time|how late|how early) (?:do|are|can|will)"
    r" (?:you|i)\b"
    r"|\bpossible (?:for me )?to (?:come|visit)\b|\bhow late\b|\blunch (?:break|hour|time)\b"
    r"|\bbreak for lunch\b|\b(?:your|the) weekdays\b"
)
_NOT_HOURS = re.compile(
    r"\b(?:open|close|opening|closing) (?:a|an|my|the|up a|this|that|of a)"
    r" (?!office|doors?\b|week|(?:mon|tues|wednes|thurs|fri|satur|sun)day|morning|afternoon"
    r"|evening|month)\w+"
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
    message = message_wanted(core)
    if message is not None:
        return message
    if _PRESENT_ON_DAY.search(core) and not _NOT_PRESENT.search(core):
        return Understood(Kind.HOURS)
    person = person_wanted(core)
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


_QUESTION = re.compile(
    r"^(?:(?:and|so|okay|but|please|hello|yes|now|then) )*(?:what|where|when|who|how|which|why|do"
    r"|does|did|is|"
    r"are|can|could|would|will|may|should|have|has|am|i want|i need|i would|i am looking|i wanted|"
    r"i have|tell me|give me|let me know|am looking|looking for|want|need|we|my|the)\b"
)
_ASKS_DIRECTLY = re.compile(
    r"^(?:(?:and|so|okay|but|please|sorry|first|wait|hold on|one (?:minute|moment)|by the way"
    r"|before (?:that|i (?:say|answer|go on|"
    r"continue|tell you|give)(?: \w+)?(?: that| it)?)|actually|quick question|one question|yes|no"
    r"|just|"
    r"tell me|first of all|excuse me) )*(?:what (?:time|are|is|do|does)"
    r"|where|when (?:do|are|will|is)|how (?:much|do|can|long|far|late)|which|do you|does the|are"
    r" you|can i|could i|is there|at what time|from what time|until what time|will you|"
    r"are there|where (?:is|are|your|do)|your office is|is (?:this|the|your)|why (?:do|are|is))\b"
)


def is_question(said: str) -> bool:
    """Say whether plain text asks or wants something, so that "I don't know that" fits it."""
    return bool(_QUESTION.match(said)) and len(said.split()) >= 4


def asks_directly(said: str) -> bool:
    """Say whether plain text is a question to us, not an answer to one of ours."""
    return bool(_ASKS_DIRECTLY.match(said)) and len(said.split()) >= 3
