"""A caller who does not want to be recorded, told by their words, in English, Swahili or both.

What is meant is the call just now. A word with which people speak of other things (``my medical
records``, ``a police record``, ``do not record that payment``) is none of it, and neither is the
question whether the call is recorded.
"""

from __future__ import annotations

import re

from mapokezi.receptionist.words import plain

_RECORDING = r"(?:recordings?|recorder|taping)"
_VERB = r"(?:be |get |being |to be )?(?:record(?:ed|ing)?|taped?|taping)"
_OTHER = (
    r"(?! (?:(?:the|my|this|that|a|an|any|his|her|our) )?(?:messages?|payments?|names?|numbers?"
    r"|sales?|transactions?|meetings?|minutes|dates?|orders?|visits?|votes?|attendance|expenses?"
    r"|as|of(?! (?:me|us|my voice|the call|this(?: call| please)?$))|yet|down|for|card|keeping"
    r"|book)\b)"
)
_UNWILLING = (
    r"(?:(?:do|did|does|would|am|are|is|was|were|have|had|can|could|will|should) not(?: \w+){0,2}"
    r" (?:want|like|wish|agree(?:d)?|consent(?:ed)?|allow|accept|comfortable|okay|happy|permit"
    r"|permission|fine|authori[sz]e|appreciate|love|prefer"
    r"|given? (?:\w+ ){0,2}(?:permission|consent))"
    r"|refuse|decline|object|hate|dislike|against|uncomfortable|withdraw|rather you did not"
    r"|rather we did not|(?:rather|prefer|want|like|wish|ask(?:ing)?|choose) (?:\w+ ){0,2}not)"
)
_ENDING = (
    r"(?:stop|end|quit|cancel|cease|disable|pause|delete|erase|remove|wipe|discard|destroy|without"
    r"|(?:turn|switch|shut|put) off|do away with|get rid of|take off)"
)
_ENGLISH = (
    rf"\b(?:do|please|would|must|should|may|let us|lets|better) not (?:please )?{_VERB}\b{_OTHER}",
    rf"\b(?:i|we) (?:will|cannot|can|do|should|must) not {_VERB}\b(?<=recorded)",
    rf"\b(?:can|could|would|will) (?:you|we|i) (?:please )?not {_VERB}\b{_OTHER}",
    r"\b(?:should|must|may|can|will) not be (?:recorded|taped)\b(?! (?:as|in|under)\b)",
    (
        rf"\b{_UNWILLING}\b(?: (?!(?:lose|losing|find|see|get|send|have|miss|copy)\b)\w+){{0,6}}? "
        rf"(?<!\bthe )(?<!\bmy )(?<!\bany )(?<!\ba )(?:record(?:ed|ing)?|tap(?:ed|ing))\b{_OTHER}"
    ),
    rf"\b{_UNWILLING}\b(?: \w+){{0,3}}? (?:the|this|your|any|a|to) {_RECORDING}\b{_OTHER}",
    rf"\b{_UNWILLING}\b(?: \w+){{0,3}}? to record\b{_OTHER}",
    (
        rf"\b{_ENDING}\b(?: (?!(?:lose|losing)\b)\w+){{0,3}}? (?:recorded|{_RECORDING})\b"
        rf"{_OTHER}"
    ),
    rf"\b{_ENDING} (?:to )?record(?:ing)?\b(?: (?:me|us|this|now|please)\b|$)",
    r"\b(?:turn|switch|shut|put) (?:\w+ ){0,3}record(?:ing|er) off\b",
    (
        r"\bno (?:call |voice |audio )?recordings?(?: please| today| for me| at all"
        r"| of (?:me|us|this call|my voice|the call)|$)"
    ),
    r"^(?:please )?(?:not|no) (?:to be )?record(?:ed|ing)\b",
    r"\boff (?:the )?record\b",
    r"\bunrecorded\b",
)
_S = r"(?:rekodi\w*|record\w*|nakili\w*|rikodi\w*)"
_KU = r"(?:ku(?:ni|tu)?)?"
_SWAHILI = (
    rf"\b(?:usi|msi|nisi|isi|tusi|asi|wasi)(?:ni|tu|i)?{_S}\b",
    rf"\b(?:usi|msi)(?:ni|tu|i)? {_S}\b",
    rf"\b(?:usi|msi)(?:endelee|fanye|weke|anze) (?:\w+ )?{_KU}{_S}\b",
    (
        rf"\b(?:sitaki|hatutaki|sipendi|hatupendi|sikubali|hatukubali|siruhusu|haturuhusu|sijakubali"
        rf"|sijaruhusu|nakataa|tunakataa|singependa|hatungependa|naogopa|sioni vizuri|sina raha)\b"
        rf"(?: \w+){{0,4}}? (?:ku|kuni|u|m|mu|muni|mni|uni|i|ni|tu)?{_S}\b(?! (?:z|y|w)a\w+)"
    ),
    (
        rf"\b(?:acha|wacha|acheni|wacheni|simamisha|simamisheni|zima|zimeni|futa|futeni|ondoa|ondoeni"
        rf"|sitisha|katiza|(?:u|m|mu)(?:ache|zime|fute|ondoe|simamishe|sitishe))(?: \w+){{0,2}}? "
        rf"{_KU}{_S}\b(?! (?:z|y)a\w*)"
    ),
    rf"\b(?:bila|pasipo)(?: \w+){{0,2}}? {_KU}{_S}\b",
    rf"\b(?:hakuna|hapana)(?: \w+)? {_KU}{_S}\b(?! (?:z|y)a\w*)",
    rf"\b(?:tafadhali|naomba) (?:\w+ )?(?:usi|msi)\w* {_S}\b",
)
_REFUSES = re.compile("|".join((*_ENGLISH, *_SWAHILI)))
_ASKS_WHETHER = re.compile(
    r"^(?:(?:hello|sorry|excuse me|and|so|but|wait) )*(?:why|how come|is it true|did you|do you not"
    r"|have you|are you not|is (?:this|it|the call) not|kwa nini|mbona|je)\b"
)


def refuses_recording(text: str) -> bool:
    """Say whether a caller wants this call not to be recorded.

    Args:
        text: a turn of theirs, as a recogniser wrote it.
    """
    said = plain(text)
    found = _REFUSES.search(said)
    if found is None:
        return False
    asks = _ASKS_WHETHER.match(said)
    return asks is None or found.start() >= asks.end() + len(" this call is ")


def not_recorded_phrase(was_recorded: bool) -> str:
    """Give the clerk's phrase that tells a caller what has come of their wish."""
    return "recording_stopped" if was_recorded else "not_recorded"
