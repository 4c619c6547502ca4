"""A reply while it is put together: the sentences, the next question, the proposals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any

from mapokezi.receptionist.capitals import in_capitals
from mapokezi.receptionist.knowledge import Knowledge
from mapokezi.receptionist.spoken import Language
from mapokezi.receptionist.turns import (
    Asked,
    ClerkState,
    ClerkTurn,
    Expects,
    Heard,
    MessageDraft,
    Proposal,
    Sentence,
)
from mapokezi.receptionist.understanding import Understood
from mapokezi.receptionist.wording import worded, worded_goodbye, worded_part
from mapokezi.receptionist.words import sentences_of

_EXPECTED = {
    Asked.OWN_NUMBER: Expects.YES_NO,
    Asked.CONFIRM_SLOT: Expects.YES_NO,
    Asked.SPELL_NAME: Expects.SPELLING,
    Asked.CONFIRM_MESSAGE: Expects.YES_NO,
    Asked.TAKE_MESSAGE_OFFER: Expects.YES_NO,
    Asked.CONFIRM_PERSON: Expects.YES_NO,
    Asked.CONFIRM_WISH: Expects.YES_NO,
    Asked.TRY_SAVING_AGAIN: Expects.YES_NO,
    Asked.WHICH_PERSON: Expects.NAME,
    Asked.CODE: Expects.NUMBER,
    Asked.CHANGE: Expects.REASON,
}
_FOR_PEOPLE = frozenset({"reason", "best_time"})
"""The arguments of deeds that hold the caller's own words."""
_EXPECTED_OF_SLOT = {
    "name": Expects.NAME,
    "number": Expects.NUMBER,
    "reason": Expects.REASON,
    "best_time": Expects.TIME,
}


class Reply:
    """One turn of the clerk's, built up by the rules and then closed with `done`."""

    def __init__(self, state: ClerkState, known: Knowledge, heard: Heard | None = None) -> None:
        """Begin a reply from the state before it, to what was heard."""
        self.state = state
        self.known = known
        self.heard = heard or Heard("")
        self.sentences = sentences_of(self.heard.text)
        self._said: list[Sentence] = []
        self._proposals: list[Proposal] = []

    @cached_property
    def understood(self) -> Understood:
        """What was said, understood."""
        return self.known.understanding.of(self.heard.text, self.heard.meaning)

    def set(self, **changes: Any) -> None:
        """Change fields of the state."""
        self.state = replace(self.state, **changes)

    @property
    def draft(self) -> MessageDraft:
        """The message being taken; an empty one if none is."""
        return self.state.draft or MessageDraft()

    def set_draft(self, **changes: Any) -> None:
        """Change fields of the message being taken."""
        self.state = replace(self.state, draft=replace(self.draft, **changes))

    def tell(self, text: str, *fact_ids: str) -> None:
        """Say a sentence that is not fixed."""
        self._said.append(Sentence(text, fact_ids))

    def add(self, sentences: Iterable[Sentence]) -> None:
        """Say sentences that are worded already."""
        self._said.extend(sentences)

    def say(self, key: str, **values: str) -> None:
        """Say a fixed sentence, in the next of its wordings and in the caller's language.

        What cannot be spoken in it is said in English.

        Raises:
            UnknownPhrase: If there is no such sentence.
        """
        uses = dict(self.state.uses)
        count = uses.get(key, 0)
        uses[key] = count + 1
        self.set(uses=tuple(uses.items()))
        self._said.append(worded(self.known, self.state.language, key, count, values))

    def say_part(self, key: str, *fact_ids: str, **values: str) -> None:
        """Say a small sentence of ours that has one wording."""
        self._said.append(worded_part(self.known, self.state.language, key, values, fact_ids))

    def speaks_the_callers_language(self) -> bool:
        """Say whether the voice can ask in it that something be said again."""
        language = self.state.language
        asked = worded(self.known, language, "unclear_1", 0, {})
        return asked.language is language

    def say_goodbye(self) -> None:
        """Say the office's goodbye, or the usual one in the caller's language."""
        if self.state.language is not Language.ENGLISH:
            said = worded_goodbye(self.known, self.state.language)
            if said is not None:
                self._said.append(said)
                return
        self.tell(self.known.office.goodbye, "office")

    def ask(self, key: str, asked: Asked, slot: str = "", **values: str) -> None:
        """Ask a question: the turn ends with it, and the next words are taken as its answer."""
        same = (self.state.question, self.state.slot) == (key, slot)
        expects = _EXPECTED.get(asked, Expects.ANYTHING)
        if asked is Asked.SLOT:
            expects = _EXPECTED_OF_SLOT.get(slot, Expects.REASON)
        self.set(
            asked=asked,
            slot=slot,
            question=key,
            question_values=tuple(values.items()),
            expects=expects,
            tries=self.state.tries if same or self.state.slot == slot != "" else 0,
        )
        self.say(key, **values)

    def ask_again(self) -> None:
        """Ask the present question once more, in other words."""
        if self.state.question:
            self.say(self.state.question, **dict(self.state.question_values))

    def failed(self) -> int:
        """Count a failed attempt at the present question, and give how many there were."""
        self.set(tries=self.state.tries + 1)
        return self.state.tries

    def propose(self, tool: str, /, **arguments: Any) -> None:
        """Propose a deed; what people are to read has the capitals that it was heard with."""
        for key in _FOR_PEOPLE & arguments.keys():
            arguments[key] = self.as_written(arguments[key])
        self._proposals.append(Proposal(tool, arguments))

    def as_written(self, said: str) -> str:
        """Give plain words of the caller's the capitals that they were heard with."""
        return in_capitals(said, self.state.capitals)

    def done(self, deed: str, *, missed: bool = False) -> ClerkTurn:
        """Close the reply.

        Args:
            deed: what was understood.
            missed: whether the caller was not understood.
        """
        said = tuple(self._said)
        misses = self.state.misses + 1 if missed else 0
        if deed in {"wait", "repeat"}:
            misses = self.state.misses
        last = self.state.last if deed == "repeat" or not said else said
        self.set(misses=misses, last=last)
        return ClerkTurn(self.state, said, tuple(self._proposals), self.state.expects, deed)
