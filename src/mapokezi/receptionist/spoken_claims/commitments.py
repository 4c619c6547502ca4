"""Words of commitment: what is said to be done, or is promised, in the office's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from mapokezi.receptionist.spoken_claims import commitment_words as words
from mapokezi.receptionist.spoken_claims.kinds import Deed
from mapokezi.receptionist.spoken_claims.sentence import Said
from mapokezi.receptionist.spoken_claims.times import days_in, times_in


@dataclass(frozen=True, slots=True)
class Commitment:
    """Something said to be done."""

    needs: Deed | None
    """What makes it true; None: nothing that can be done in a call."""
    truth: str
    """What is so if it is not true."""


_NOTHING_BOOKED = "nothing is booked. I can only pass the wish on in a message."
_NOT_SAVED = "your message is not saved yet."
_NOT_CONNECTING = "I am not connecting you just now."
_NO_PROMISE = "I cannot promise when somebody will call you. I can pass the wish on in a message."
_NOBODY_KNOWS = "nobody has been told yet. I can take a message."
_NOTHING_SENT = "I have sent nothing, and I cannot send anything. I can take a message."
_NOT_DONE = "I have not done that, and I cannot. I can take a message about it."
_NOT_AGREED = "I have spoken with nobody, and nothing is agreed. I can take a message."
_NOTHING_SURE = "I can promise nothing in the office's name. Our people can tell you more."

_DEFER = re.compile(
    r"\b(?:not|never|cannot|unable|could|would|should|shall i|can i|may i|if|once|until|before"
    r"|after|when|whether|unless|so that|as soon as|need to|needs to|have to|has to|no|nothing"
    r"|nobody|neither|want me to|like me to|let me see|try to|trying to|will try|usually"
    r"|only with)\b"
)
_NOT_AFTER = (["nothing"], ["nobody"], ["no"])
_OFFERED = re.compile(r"\b(?:i can|i could|i will take|leave|let me take|and then)\b")
"""Before a promise: what it depends on."""
_CALL_BACK = (
    r"(?:call|ring|phone|contact|reach|get back to|return your call|text|e ?mail|visit|see|meet"
    r"|reach out to|follow up with)"
)
_SOON = re.compile(
    r"\b(?:within|in the next|in (?:a|an|one|two|three|four|five|ten|fifteen|thirty|\d+)|shortly"
    r"|soon|immediately|right away|straight away|first thing|by the end of|before (?:lunch|noon"
    r"|evening|the end)|this (?:morning|afternoon|evening|week)|later today|as soon as)\b"
)
_AT_ONCE = (
    (words.BOOKED, Commitment(None, _NOTHING_BOOKED)),
    (words.SENT, Commitment(None, _NOTHING_SENT)),
    (words.DONE, Commitment(None, _NOT_DONE)),
    (words.AGREED, Commitment(None, _NOT_AGREED)),
    (words.SURE, Commitment(None, _NOTHING_SURE)),
    (words.PROMISED, Commitment(None, _NO_PROMISE)),
)
"""What nothing that can be done in a call makes true."""
_WITH_DEED = (
    (words.SAVED, Commitment(Deed.SAVED, _NOT_SAVED)),
    (words.TOLD, Commitment(Deed.SAVED, _NOBODY_KNOWS)),
    (words.CONNECTING, Commitment(Deed.CONNECTING, _NOT_CONNECTING)),
)


class CommitmentWords:
    """The words by which one commits oneself, with an office's own names."""

    def __init__(self, names: tuple[str, ...]) -> None:
        """Prepare the names, plain."""
        who = "|".join((words.WHO, *map(re.escape, names))) + ")"
        self._when_promised = re.compile(
            rf"\b{who} (?:will|shall|is going to|are going to|is about to|can|am going to)"
            rf" (?:definitely |surely |certainly |personally |be )?{_CALL_BACK}(?:ing)?\b"
        )
        self._at_once = [(_compiled(ways, who), meant) for ways, meant in _AT_ONCE]
        self._any_deed = [(_compiled(words.ANY_DEED, who), Commitment(None, _NOT_DONE))]
        self._with_deed = [(_compiled(ways, who), meant) for ways, meant in _WITH_DEED]

    def found(self, said: Said, today: date) -> Commitment | None:
        """Give the commitment in a sentence, if there is one.

        Args:
            said: the sentence.
            today: by which days are read.
        """
        if said.is_question:
            return None
        plain = said.plain
        return (
            _first_of(self._at_once, plain)
            or self._promise_in(plain, today)
            or _first_of(self._with_deed, plain)
            or _first_of(self._any_deed, plain)
        )

    def _promise_in(self, plain: str, today: date) -> Commitment | None:
        """Give the promise that somebody will call or come, if there is one."""
        promised = self._when_promised.search(plain)
        before = plain[: promised.end()] if promised else ""
        if promised is None or _DEFER.search(before) or _OFFERED.search(before):
            return None
        rest = plain[promised.end() :]
        if _SOON.search(rest) or times_in(rest) or days_in(rest, today):
            return Commitment(None, _NO_PROMISE)
        if re.search(r"\b(?:see|meet|visit)", promised[0]):
            return Commitment(None, _NO_PROMISE)
        if "you" in rest.split()[:2] and not re.search(r"\b(?:if|once)\b", rest):
            return Commitment(Deed.SAVED, _NO_PROMISE)
        return None


_Table = list[tuple[tuple[re.Pattern[str], ...], Commitment]]


def _first_of(table: _Table, plain: str) -> Commitment | None:
    for patterns, commitment in table:
        if any(_stands_firm(pattern, plain) for pattern in patterns):
            return commitment
    return None


def _stands_firm(pattern: re.Pattern[str], plain: str) -> bool:
    """Say whether the words are there, and nothing before them takes them back."""
    for match in pattern.finditer(plain):
        clause = re.split(r"\b(?:and|but|so|then)\b", plain[: match.start()])[-1]
        after = plain[match.end() :].split()[:1]
        if not _DEFER.search(f"{clause} {match[0]}") and after not in _NOT_AFTER:
            return True
    return False


def _compiled(patterns: tuple[str, ...], who: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_spelled_out(pattern, who)) for pattern in patterns)


def _spelled_out(pattern: str, who: str) -> str:
    for short, long in (
        ("<have> ", words.HAVE),
        ("<i>", words.I),
        ("<who>", who),
        ("<appointment>", words.APPOINTMENT),
        ("<book>", words.BOOK),
        ("<harmless>", words.HARMLESS),
    ):
        pattern = pattern.replace(short, long)
    return pattern
