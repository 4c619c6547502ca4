"""What a sentence asserts: who has done, is doing or will do what, read by its grammar.

Every verb that stands in a tense is found by its auxiliary (*have*, *is*, *will*) or by its form,
its subject by looking back from there. Modal verbs (*can*, *would*, *may*) assert nothing. This is
no parser: it knows the few shapes of a spoken main clause, and takes what it cannot tell for a
thing's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from mapokezi.receptionist.spoken_claims.auxiliaries import (
    ADVERBS,
    NOT,
    OBJECTS,
    OWNERS,
    Tense,
    chain_at,
    object_and_participle,
    reading_of,
    tense_of,
)
from mapokezi.receptionist.spoken_claims.verbs import is_gerund, is_participle, is_past, verb_of
from mapokezi.receptionist.words import listed


class Subject(StrEnum):
    """Of whom or what something is said."""

    WE = "we"
    """The receptionist, or the office."""
    HOUSE = "house"
    """Somebody of the office."""
    YOU = "you"
    YOURS = "yours"
    """What is the caller's: *your appointment*."""
    IT = "it"
    """What was spoken of: *it*, *that*, *everything*, *they*."""
    THING = "thing"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Assertion:
    """One verb, its subject and what follows it."""

    subject: Subject
    who: tuple[str, ...]
    """The words of the subject."""
    tense: Tense
    verb: str
    """As `verbs.verb_of` names it; ``be`` of a state."""
    rest: str
    """The clause's words behind the verb."""
    lead: str
    """The clause's words before the subject."""
    is_passive: bool = False
    is_negated: bool = False


_WE = frozenset({"i", "we"})
_HOUSE = frozenset(listed("he she somebody someone who"))
_IT = frozenset(listed("it that this everything they all these those both which"))
_NOBODY = frozenset(listed("nobody nothing none no neither noone"))
_PRONOUNS = _WE | _HOUSE | _IT | _NOBODY | {"you", "there"}
_PEOPLE = frozenset(
    listed(
        """
    lawyer lawyers advocate advocates colleague colleagues clerk clerks manager secretary team staff
    partner partners driver guard accountant boss director officer people person doctor nurse agent
    assistant associate technician engineer rider messenger expert specialist dentist therapist
    consultant attorney paralegal judge magistrate registrar mr mrs ms miss madam wakili us them
    """
    )
)
_FINITE = frozenset(listed("will shall am is are was were have has"))
_BOUNDARY = frozenset(
    listed(
        """
    and but so that because if when since as or while whereas then which who whom once until unless
    before after than okay yes no sure well great perfect alright though although whether sorry
    where how what why
    """
    )
)
_WH = frozenset(listed("what when where how why which whom"))
_BARE = frozenset(
    listed("to will shall would could should may might must can cannot do does did not let")
)
_CARRIED_ON = frozenset({"manag", "start", "begin", "arrang", "proceed", "decid", "abl", "go"})
_MOST_OF_SUBJECT = 7
_ABLE = frozenset({"i", "we", "you"})
_DONE_BY_HABIT = frozenset(
    listed(
        """
    refund refunds waive waives deliver delivers reimburse compensate represent represents cover
    covers collect collects win wins mail
    """
    )
)
_SAYS = frozenset(
    listed(
        """
    promise promises guarantee guarantees assure assures swear undertake commit says agrees
    accepts confirms knows approves
    """
    )
)


class Reader:
    """Reads sentences, with the names of an office's people."""

    def __init__(self, names: frozenset[str]) -> None:
        """Know the words of the people's names."""
        self._people = _PEOPLE | names
        self._names = names

    def read(self, clauses: tuple[tuple[str, ...], ...]) -> tuple[Assertion, ...]:
        """Give what the clauses of a sentence assert, in order."""
        found: list[Assertion] = []
        for words in clauses:
            found += self._of_clause(words, found[-1] if found else None)
        return tuple(found)

    def _of_clause(self, words: tuple[str, ...], last: Assertion | None) -> Iterator[Assertion]:
        at = 0
        first = self._without_subject(words)
        if first is not None:
            yield first
            last = first
        while at < len(words):
            made, at = self._at(words, at, last)
            if made is not None:
                last = made
                yield made

    def _at(
        self, words: tuple[str, ...], at: int, last: Assertion | None
    ) -> tuple[Assertion | None, int]:
        """Read what begins at a word; give it, and where to go on."""
        word = words[at]
        before = words[at - 1] if at else ""
        if word in _FINITE and before not in _BARE:
            return self._with_auxiliary(words, at)
        if word == "let" and words[at + 1 : at + 2] in {("me",), ("us",)}:
            place = at + 2
            while place < len(words) and words[place] in ADVERBS:
                place += 1
            if place >= len(words):
                return None, place
            rest = " ".join(words[place + 1 :])
            verb = verb_of(words[place])
            return Assertion(Subject.WE, ("i",), Tense.CAN, verb, rest, ""), place + 1
        if word in {"can", "could"} and before in _ABLE:
            return self._able(words, at)
        if word == "been" or (word in {"going", "gonna"} and self._is_person(before)):
            return self._with_auxiliary(words, at)
        if word in _DONE_BY_HABIT and (before in _WE or before in self._names):
            return self._made(words, at, at, Tense.SAYS), at + 1
        is_verb = (is_past(word) and word not in {"did", "had"}) or word in _SAYS
        if is_verb and at and self._acts(words, at):
            return self._simple(words, at), at + 1
        if is_gerund(word) and before in self._names:
            return self._made(words, at, at, Tense.DOING, is_passive=False), at + 1
        if word in {"and", "then", "or"} and last is not None and at + 1 < len(words):
            return self._continued(words, at, last), at + 1
        return None, at + 1

    def _able(self, words: tuple[str, ...], at: int) -> tuple[Assertion | None, int]:
        """Read *I can send*: an offer of what may not be ours to offer."""
        place = at + 1
        while place < len(words) and words[place] in ADVERBS:
            place += 1
        if place >= len(words) or words[place] in NOT:
            return None, at + 2
        return self._made(words, at, place, Tense.CAN), place + 1

    def _is_person(self, word: str) -> bool:
        return word in self._people or word in _HOUSE

    def _acts(self, words: tuple[str, ...], at: int) -> bool:
        """Say whether the word before a verb can be who did it."""
        place = _back_over_adverbs(words, at - 1)
        if place < 0:
            return False
        if (
            words[place] in _WE
            or words[place] in {"he", "she", "it"}
            or words[place] in self._names
        ):
            return True
        is_noun = place and words[place - 1] in {"the", "your", "our"}
        is_plain = words[place] not in self._people and words[at + 1 : at + 2] != ()
        return bool(is_noun and is_plain and words[at + 1] in _AFTER_PAST)

    def _simple(self, words: tuple[str, ...], at: int) -> Assertion | None:
        tense = Tense.SAYS if words[at] in _SAYS else Tense.DONE
        return self._made(words, at, at, tense, is_passive=False)

    def _with_auxiliary(self, words: tuple[str, ...], at: int) -> tuple[Assertion | None, int]:
        chain, negated, place = chain_at(words, at)
        main = words[place] if place < len(words) else ""
        verb = verb_of(main)
        if verb in _CARRIED_ON and words[place + 1 : place + 2] == ("to",):
            place = min(place + 2, len(words) - 1)
            main = words[place]
            return self._made(words, at, place, tense_of(chain), negated=negated), place + 1
        tense, is_passive = reading_of(chain, main)
        if tense is None:
            placed = object_and_participle(words, place, chain)
            if placed is None:
                return None, max(place, at + 1)
            tense = Tense.WILL if chain[0] in {"will", "shall"} else Tense.DONE
            return self._made(words, at, placed, tense, negated=negated), placed + 1
        is_state = chain[-1] in {"be", "been"} and not (is_participle(main) or is_gerund(main))
        if is_state:
            made = self._state(words, at, place, negated=negated)
            return made and replace(made, tense=tense), max(place, at + 1)
        if tense is Tense.IS and not is_passive:
            return self._state(words, at, place, negated=negated), max(place, at + 1)
        made = self._made(words, at, place, tense, is_passive=is_passive, negated=negated)
        return made, max(place, at + 1)

    def _state(
        self, words: tuple[str, ...], at: int, place: int, *, negated: bool
    ) -> Assertion | None:
        made = self._made(words, at, place, Tense.IS, negated=negated)
        if made is None:
            return None
        return replace(made, verb="be", rest=" ".join(words[place:]))

    def _made(
        self,
        words: tuple[str, ...],
        at: int,
        place: int,
        tense: Tense,
        *,
        is_passive: bool = False,
        negated: bool = False,
    ) -> Assertion | None:
        found = self._subject(words, at)
        if found is None:
            return None
        subject, who, start = found
        rest = words[place + 1 :]
        is_negated = negated or subject is Subject.NOBODY or bool(_NOBODY & set(rest[:3]))
        return Assertion(
            subject,
            who,
            tense,
            verb_of(words[place]) if place < len(words) else "be",
            " ".join(rest),
            " ".join(words[max(0, start - 8) : start]),
            is_passive,
            is_negated,
        )

    def _subject(
        self, words: tuple[str, ...], at: int
    ) -> tuple[Subject, tuple[str, ...], int] | None:
        place = _back_over_adverbs(words, at - 1)
        if place < 0 or words[place] in _WH:
            return None
        word = words[place]
        if word in _PRONOUNS:
            return None if word == "there" else (_pronoun(word), (word,), place)
        start = place
        while start >= 0 and place - start < _MOST_OF_SUBJECT:
            if words[start] in _BOUNDARY or words[start] in _PRONOUNS or words[start] in _FINITE:
                break
            start -= 1
        phrase = words[start + 1 : place + 1]
        if start >= 0 and words[start] in _HOUSE and phrase[:1] in {("from",), ("of",), ("in",)}:
            return Subject.HOUSE, words[start : place + 1], start
        if not phrase:
            return None
        return self._noun(phrase, start, words), phrase, start + 1

    def _noun(self, phrase: tuple[str, ...], start: int, words: tuple[str, ...]) -> Subject:
        if words[max(0, start) : start + 1] == ("no",):
            return Subject.NOBODY
        if phrase[-1] in self._people or (phrase[0] in {"one", "some"} and "of" in phrase):
            return Subject.HOUSE
        return Subject.YOURS if "your" in phrase else Subject.THING

    def _continued(self, words: tuple[str, ...], at: int, last: Assertion) -> Assertion | None:
        """Read a further verb of the same subject: *and sent it*."""
        place = at + 1
        while place < len(words) - 1 and (words[place] in ADVERBS or words[place] == "then"):
            place += 1
        word = words[place]
        fits = {
            Tense.DONE: is_participle(word) or is_past(word),
            Tense.DOING: is_gerund(word),
            Tense.WILL: word not in _PRONOUNS and word not in OWNERS,
        }
        after = words[place + 1] if place + 1 < len(words) else ""
        takes_object = after in OBJECTS or after in OWNERS or after in self._people
        is_plain = last.tense is not Tense.WILL or takes_object
        if not fits.get(last.tense, False) or not is_plain or after in _FINITE:
            return None
        rest = " ".join(words[place + 1 :])
        return replace(last, verb=verb_of(word), rest=rest, is_negated=False, lead="")

    def _without_subject(self, words: tuple[str, ...]) -> Assertion | None:
        """Read a clause that leaves its subject out: *Transferring you now*, *All booked*."""
        at = 0
        while at < len(words) - 1 and (words[at] in _SPOKEN_LEAD or words[at] in ADVERBS):
            at += 1
        if at >= len(words):
            return None
        word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
        rest = " ".join(words[at + 1 :])
        if is_gerund(word):
            has_object = after in OBJECTS or after in OWNERS or after in self._people
            if not has_object or _FINITE & set(words[at + 1 :]) or _has_present(words[at + 1 :]):
                return None
            return Assertion(Subject.WE, (), Tense.DOING, verb_of(word), rest, "")
        is_deed = is_participle(word) and word not in _BASES and word not in self._names
        if is_deed and after in _AFTER_DEED and not (_FINITE & set(words[at + 1 :])):
            return Assertion(Subject.IT, (), Tense.IS, verb_of(word), rest, "", is_passive=True)
        return None


_BASES = frozenset(
    {
        "let",
        "put",
        "read",
        "set",
        "cut",
        "come",
        "become",
        "run",
        "shut",
        "given",
        "got",
        "said",
        "heard",
    }
)
_AFTER_DEED = frozenset(
    listed("for on at you it and to in with by already now your the that this all from as")
) | {""}
_AFTER_PAST = frozenset(
    listed("your the back it that through a an you last yesterday today this out up in well")
)
_SPOKEN_LEAD = frozenset(
    listed(
        """
    okay yes no alright right sure certainly great perfect good fine please well so thanks thank you
    course of got it that is excellent wonderful hold on one moment then sawa haya and but asante
    """
    )
) - {"it", "that", "is", "you", "one", "got"}


def _has_present(words: tuple[str, ...]) -> bool:
    """Say whether a verb follows of which a gerund is the subject: *seeing her costs*."""
    return any(word in _PRESENT for word in words)


_PRESENT = frozenset(listed("costs cost takes take lasts needs means goes starts begins can may"))


def _back_over_adverbs(words: tuple[str, ...], place: int) -> int:
    while place >= 0 and (words[place] in ADVERBS and words[place] not in {"all", "both"}):
        place -= 1
    return place


def _pronoun(word: str) -> Subject:
    if word in _WE:
        return Subject.WE
    if word == "you":
        return Subject.YOU
    if word in _HOUSE:
        return Subject.HOUSE
    return Subject.NOBODY if word in _NOBODY else Subject.IT
