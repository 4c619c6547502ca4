"""What a sentence asserts: who has done, is doing or will do what, read by its grammar.

Every verb that stands in a tense is found by its auxiliary (*have*, *is*, *will*) or by its form,
its subject by looking back from there. Modal verbs (*can*, *would*, *may*) assert nothing. This is
no parser: it knows the few shapes of a spoken main clause, and takes what it cannot tell for a
thing's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from mapokezi.receptionist.spoken_claims.assertions import (
    FINITE,
    I_OR_WE,
    NOBODY,
    PEOPLE,
    PRONOUNS,
    SOMEBODY,
    Assertion,
    Subject,
    subject_of_pronoun,
)
from mapokezi.receptionist.spoken_claims.auxiliaries import (
    ADVERBS,
    NOT,
    OBJECTS,
    OWNERS,
    Tense,
    chain_at,
    is_verb_at,
    object_and_participle,
    reading_of,
    tense_of,
)
from mapokezi.receptionist.spoken_claims.left_out import with_subject, without_subject
from mapokezi.receptionist.spoken_claims.present import present_of
from mapokezi.receptionist.spoken_claims.verbs import (
    is_gerund,
    is_only_past,
    is_participle,
    is_past,
    verb_of,
    verbs,
)
from mapokezi.receptionist.words import listed

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
_AFTER_PAST = frozenset(
    listed("your the back it that through a an you last yesterday today this out up in well")
)
_AFTER_MAIN = frozenset(listed("for to against with their his her my us on into off over"))
_MODALS = frozenset(listed("can could may might must should would do does did cannot"))
"""With another verb in the clause, *the papers required for it* are no sentence."""
_SO_MANY = frozenset(listed("all both two three four five several"))
_WILLING = frozenset(listed("happy glad pleased delighted able ready willing"))
_VERY = frozenset(listed("very more than quite only really so"))
_ALSO_BASE = frozenset(listed("come become let put read run set cut shut"))
"""A verb's base form as well as its participle."""
_MOST_OF_SUBJECT = 7
_MOST_KNOWN = 512
_NO_DENIAL = {("later",), ("longer",), ("problem",), ("trouble",), ("doubt",), ("matter",)}
_TELLS_MORE = frozenset(listed("for from to with about of on in at by regarding"))
_FIRM = frozenset({"office", "firm"})
_OF_A_FIRM = verbs("call ring refund pay send give cover contact get accept reimburse")
"""What only people do: then *the office* is they, and not the rooms."""
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
_EXPECTED = verbs("be call ring phone contact reach get text email come arrive see meet reply")
"""*He should call* is a promise, *he should bring his ID* is none."""
_ONLY_PAST = frozenset({"went", "came"})
_WHITHER = frozenset(listed("through back in out off over up ahead"))
_SAID = frozenset(
    listed("said told agreed decided promised accepted approved refused saw went took spoke gave")
)
"""What people said or did, and what *the lawyer* ... *to you* cannot be."""


class Reader:
    """Reads sentences, with the names of an office's people."""

    def __init__(self, names: frozenset[str]) -> None:
        """Know the words of the people's names."""
        self._people = PEOPLE | names
        self._names = names
        # What a model says again and again, in every call, is read once.
        self.read = lru_cache(maxsize=_MOST_KNOWN)(self._read)

    def _read(self, clauses: tuple[tuple[str, ...], ...]) -> tuple[Assertion, ...]:
        """Give what the clauses of a sentence assert, in order."""
        found: list[Assertion] = []
        for words in clauses:
            found += self._of_clause(words, found[-1] if found else None)
        return tuple(found)

    def _of_clause(self, words: tuple[str, ...], last: Assertion | None) -> Iterator[Assertion]:
        at = 0
        words = with_subject(words, self._people)
        first = without_subject(words, self._people, self._names)
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
        if word in FINITE and before not in _BARE:
            return self._with_auxiliary(words, at)
        if word == "let" and words[at + 1 : at + 2] in {("me",), ("us",)}:
            return _let_me(words, at)
        if word in {"can", "could"} and (before in _ABLE or self._is_person(before)):
            return self._able(words, at)
        if word == "would" and (before in I_OR_WE or self._is_person(before)):
            wishes = words[at + 1 : at + 2] in {("like",), ("love",)}
            return (None, at + 2) if wishes else self._able(words, at)
        if word in {"should", "must"} and before not in _BARE:
            return self._should(words, at)
        if word == "been" or (word in {"going", "gonna"} and self._is_person(before)):
            return self._with_auxiliary(words, at)
        if word in _DONE_BY_HABIT and (before in I_OR_WE or before in self._names):
            return self._made(words, at, at, Tense.SAYS), at + 1
        is_verb = (is_past(word) and word not in {"did", "had"}) or word in _SAYS
        if is_verb and at and self._acts(words, at):
            return self._simple(words, at), at + 1
        if is_gerund(word) and before in self._names:
            return self._made(words, at, at, Tense.DOING, is_passive=False), at + 1
        if at and (base := present_of(words, at, self._names)) is not None:
            made = self._made(words, at, at, Tense.HABIT)
            return made and replace(made, verb=verb_of(base)), at + 1
        if word in {"and", "then", "or"} and last is not None and at + 1 < len(words):
            return self._continued(words, at, last), at + 1
        return None, at + 1

    def _able(self, words: tuple[str, ...], at: int) -> tuple[Assertion | None, int]:
        """Read *I can send*: an offer of what may not be ours to offer."""
        place = at + 1
        while place < len(words) and (words[place] in ADVERBS or words[place] == "rather"):
            place += 1
        if place >= len(words) or words[place] in NOT:
            return None, at + 2
        if words[place] == "be" and (to := _willing_to(words, place + 1)):
            place = to  # "I would be happy to take it down" is an offer to take it down
        return self._made(words, at, place, Tense.CAN), place + 1

    def _should(self, words: tuple[str, ...], at: int) -> tuple[Assertion | None, int]:
        """Read *he should be calling*: as good as *will*, but said to the caller it is advice."""
        if words[at + 1 : at + 3] == ("have", "been"):
            return None, at + 2  # "that must have been a shock"
        made, place = self._with_auxiliary((*words[:at], "will", *words[at + 1 :]), at)
        if made is None or made.subject in {Subject.WE, Subject.YOU, Subject.THING}:
            return None, at + 1
        if made.subject is Subject.HOUSE and made.verb not in _EXPECTED:
            return None, at + 1
        return made, place

    def _is_person(self, word: str) -> bool:
        return word in self._people or word in SOMEBODY

    def _acts(self, words: tuple[str, ...], at: int) -> bool:
        """Say whether the word before a verb can be who did it."""
        place = _back_over_adverbs(words, at - 1)
        if place < 0:
            return False
        if (
            words[place] in I_OR_WE
            or words[place] in {"he", "she", "it"}
            or words[place] in self._names
        ):
            return True
        if words[at] in _ONLY_PAST and words[at + 1 : at + 2] and words[at + 1] in _WHITHER:
            return True
        if words[place] in self._people and (words[at] in _SAYS or words[at] in _SAID):
            return True
        is_noun = bool(place) and words[place - 1] in {"the", "your", "our", "other"}
        after = words[at + 1] if at + 1 < len(words) else ""
        if words[place] in self._people:
            is_they = is_noun or (bool(place) and words[place - 1] in _SO_MANY)
            return is_they and (is_only_past(words[at]) or after in {"off", "it", "you", "your"})
        is_main = not (FINITE | _MODALS) & {*words[:place], *words[at + 1 :]}
        is_theirs = words[max(0, place - 1)] == "your" and (not after or after in ADVERBS)
        is_deed = after in _AFTER_PAST or (is_main and (after in _AFTER_MAIN or is_theirs))
        return is_noun and is_deed

    def _simple(self, words: tuple[str, ...], at: int) -> Assertion | None:
        tense = Tense.SAYS if words[at] in _SAYS else Tense.DONE
        place = at
        if verb_of(words[at]) in _CARRIED_ON and words[at + 1 : at + 2] == ("to",):
            place = min(at + 2, len(words) - 1)
        return self._made(words, at, place, tense, is_passive=False)

    def _with_auxiliary(self, words: tuple[str, ...], at: int) -> tuple[Assertion | None, int]:
        chain, negated, place = chain_at(words, at)
        main = words[place] if place < len(words) else ""
        verb = verb_of(main)
        goes_on = words[place + 1 : place + 2] == ("to",) and is_verb_at(words, place + 2)
        if verb in _CARRIED_ON and goes_on:
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
        verb = verb_of(words[place]) if place < len(words) else "be"
        acts = tense is Tense.HABIT or (tense is Tense.WILL and verb in _OF_A_FIRM)
        if subject is Subject.THING and who[-1] in _FIRM and acts:
            subject = Subject.HOUSE
        rest = words[place + 1 :]
        is_negated = negated or subject is Subject.NOBODY or _is_denied(rest)
        return Assertion(
            subject,
            who,
            tense,
            verb,
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
        if word in PRONOUNS:
            return None if word == "there" else (subject_of_pronoun(word), (word,), place)
        start = place
        while start >= 0 and place - start < _MOST_OF_SUBJECT:
            if words[start] in _BOUNDARY or words[start] in PRONOUNS or words[start] in FINITE:
                break
            start -= 1
        phrase = words[start + 1 : place + 1]
        if start >= 0 and words[start] in SOMEBODY and phrase[:1] in {("from",), ("of",), ("in",)}:
            return Subject.HOUSE, words[start : place + 1], start
        if not phrase:
            return None
        return self._noun(phrase, start, words), phrase, start + 1

    def _noun(self, phrase: tuple[str, ...], start: int, words: tuple[str, ...]) -> Subject:
        if words[max(0, start) : start + 1] == ("no",):
            return Subject.NOBODY
        if phrase[0] in {"one", "some"} and "of" in phrase:
            return Subject.HOUSE
        if _head_of(phrase)[-1] in self._people:
            return Subject.HOUSE
        return Subject.YOURS if "your" in phrase else Subject.THING

    def _continued(self, words: tuple[str, ...], at: int, last: Assertion) -> Assertion | None:
        """Read a further verb of the same subject: *and sent it*."""
        place = at + 1
        while place < len(words) - 1 and (words[place] in ADVERBS or words[place] == "then"):
            place += 1
        word = words[place]
        if word in _ALSO_BASE and _MODALS & set(words[:at]):
            return None  # "has given you a date, you may have to wait or come back"
        fits = {
            Tense.DONE: is_participle(word) or is_past(word),
            Tense.IS: last.is_passive and is_participle(word),
            Tense.DOING: is_gerund(word),
            Tense.WILL: word not in PRONOUNS | OWNERS | _BOUNDARY | _WH and word not in _BARE,
        }
        after = words[place + 1] if place + 1 < len(words) else ""
        takes_object = after in OBJECTS or after in OWNERS or after in self._people
        is_plain = last.tense is not Tense.WILL or takes_object
        if not fits.get(last.tense, False) or not is_plain or after in FINITE:
            return None
        rest = " ".join(words[place + 1 :])
        return replace(last, verb=verb_of(word), rest=rest, is_negated=False, lead="")


def _head_of(phrase: tuple[str, ...]) -> tuple[str, ...]:
    """Give a noun phrase up to what only tells more of it: *your message* for Mr. Otieno."""
    if phrase[0] in _TELLS_MORE:  # "from now on Mr. Otieno"
        return phrase
    ends = (n for n, word in enumerate(phrase) if n and word in _TELLS_MORE)
    return phrase[: next(ends, len(phrase))]


def _back_over_adverbs(words: tuple[str, ...], place: int) -> int:
    while place >= 0 and (words[place] in ADVERBS and words[place] not in {"all", "both"}):
        place -= 1
    return place


def _willing_to(words: tuple[str, ...], place: int) -> int:
    """Find the verb behind *more than happy to*; 0 if it is none."""
    while place < len(words) and words[place] in _VERY:
        place += 1
    is_willing = words[place : place + 1] and words[place] in _WILLING
    is_so = is_willing and words[place + 1 : place + 2] == ("to",)
    return place + 2 if is_so and is_verb_at(words, place + 2) else 0


def _let_me(words: tuple[str, ...], at: int) -> tuple[Assertion | None, int]:
    """Read *let me book it*."""
    place = at + 2
    while place < len(words) and words[place] in ADVERBS:
        place += 1
    if place >= len(words):
        return None, place
    rest = " ".join(words[place + 1 :])
    return Assertion(Subject.WE, ("i",), Tense.CAN, verb_of(words[place]), rest, ""), place + 1


def _is_denied(rest: tuple[str, ...]) -> bool:
    """Say whether it is nothing that was done: *sent nothing*, but not *at no cost*."""
    if rest[:1] == ("no",):
        return rest[1:2] not in _NO_DENIAL
    return bool((NOBODY - {"no"}) & set(rest[:3]))
