"""Yes and no, and what comes with them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """A yes or no, and what came with it."""

    yes: bool | None
    """None if it was neither, or both."""
    rest: str = ""
    """The words behind it: a correction, an addition."""


_YES = re.compile(
    r"^(?:(?:um|uh|oh|well|ah|hello|please) )*(?:(?:yes|yeah|yep|yup|yah|yea|ya|sure|correct|"
    r"right|exactly|absolutely|definitely|certainly|indeed|perfect|ndio|ndiyo"
    r"|ndivyo|naam|ni (?:sawa|kweli)|sawa|okay|fine"
    r"|alright|"
    r"all right|of course|go ahead|please do|do that|do so|it is|you may|you can|you got it|you"
    r" are (?:right|correct)|all good|send(?: it)?|"
    r"that is (?:right|correct|it|fine|okay|good|me|mine|perfect|true|the one|great|my name|my "
    r"number|the number|alright|all right)|that works|that is all correct|everything is (?:correct|"
    r"right|fine|okay)|it is (?:right|correct|fine|okay)|looks good|sounds good|affirmative|"
    r"confirmed|confirm|great|good|uh huh|mhm|mm hmm|mmhmm|no problem|no worries|please|"
    r"why not|that would be (?:great|good|nice|fine|lovely)|i would(?: like that)?|i do|you"
    r" have (?:it|got it)(?: right)?)\b ?)+"
)
_NO = re.compile(
    r"^(?:(?:um|uh|oh|well|ah|sorry|hello|actually) )*(?:(?:you have"
    r" (?:written|put|spelled) (?:it|that) wrong(?:ly)?|you did not (?:get|hear|catch) (?:it"
    r"|that|me|my name|the name|the number|my number)|(?:it|that)"
    r" is not (?:right|correct|it|true|so)|not"
    r" (?:right|correct|really|quite|exactly|that|it|at all|true)|that is not (?:right|correct|it"
    r"|my"
    r" name|my number|the name|the number|what i said)|you (?:have )?got (?:it|that|my name|the"
    r" name|"
    r"my number|the number|the message) wrong|(?:it|that) is not|no need|you misheard(?: (?:me|it"
    r"|that))?|you heard (?:me |it |that )?wrong|not necessary|not needed"
    r"|no|nope|nah|noo|hapana|siyo|sio|sivyo|si (?:sawa|hivyo|kweli)|sitaki|not|wrong"
    r"|incorrect|"
    r"negative|that is (?:not|wrong|incorrect)|that is a mistake|it is (?:not|wrong)|do not|never|"
    r"that is not (?:right|correct|it|my name|my number|the name|the number|what i said)|not"
    r" (?:right|"
    r"correct|really|quite|exactly|that|it|at all|true)|you got (?:it|that) wrong|no way)\b ?)+"
)
_NOT_YET_NO = frozenset({"now", "know", "nor", "none"})
_CONTRARY = re.compile(r"\bno$|\b(?:wrong|incorrect|not|mistake|but)\b")
_AGREES = re.compile(r"\b(?:that is (?:right|correct)|it is (?:right|correct|fine)|correct)\b")
_CORRECTION_LEAD = re.compile(
    r"^(?:(?:it is|its|i said|i say|my name is|the name is|the number is|my number is|it should be|"
    r"should be|actually|rather|i mean|that is|is|the name|sorry|please|thank you|thanks|name is|"
    r"change (?:it|that) to|make it|use|call me on|call|the right (?:name|number) is|wrong|name"
    r"|number) )+"
)


_YES_SOMEWHERE = re.compile(
    r"\b(?:(?:that|it) is (?:the one|right|correct|okay|fine)|send it|go ahead"
    r"|you (?:have )?got it(?: right)?|please do|i (?:would|will) like that)\b"
    r"|\byes(?: (?:correct|right|exactly))?$"
)
_NO_SOMEWHERE = re.compile(
    r"\b(?:wrong|wrongly|incorrect|mistake|not (?:right|correct|my name|my number"
    r"|the (?:name|number)|what i said|so|like that))\b"
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
    if answer.yes is not None or answer.rest != said:
        return answer  # plain, or both at once
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
