"""What was said and heard: the caller's turns as recognised, ours as far as they were heard.

A reply that was cut holds the words that reached the caller, and is marked. A turn of the caller
that was ended too early and went on is one turn.
"""

from __future__ import annotations

from dataclasses import dataclass

from mapokezi.calls import Speaker
from mapokezi.conversation.items import Item, ItemState, heard_text
from mapokezi.voice.session import PastTurn


@dataclass(slots=True)
class Turn:
    """One party's say."""

    speaker: Speaker
    text: str
    """Of the receptionist: what was heard, not what was sent."""
    started_at: float
    ended_at: float | None = None
    turn_id: str = ""
    """The caller's turn, or the item of speech."""
    final: bool = False
    was_cut: bool = False
    """The caller cut in before the end of it."""
    unheard: str = ""
    """Of a turn that was cut: what the caller did not hear."""
    was_joined: bool = False
    """The caller went on after the turn had been taken for ended."""
    disregarded: bool = False
    """A backchannel or an echo: on record, but it was not answered."""
    fact_ids: tuple[str, ...] = ()


class Transcript:
    """The turns of one conversation, in the order in which they began."""

    def __init__(self) -> None:
        """Begin empty."""
        self._turns: list[Turn] = []
        self._by_id: dict[str, Turn] = {}
        self._reopened: Turn | None = None
        self._reopened_text = ""

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All turns with words in them."""
        return tuple(turn for turn in self._turns if turn.text or turn.unheard)

    def caller_turn(self, turn_id: str) -> Turn | None:
        """Give a caller's turn by its id."""
        return self._by_id.get(turn_id)

    def caller_heard(
        self, turn_id: str, text: str, started_at: float, ended_at: float, *, final: bool
    ) -> Turn:
        """Take in what the recogniser makes of a turn; it replaces what it made before.

        After `rejoined`, the words of a turn under a new id are added to the turn that goes on.
        """
        turn = self._by_id.get(turn_id)
        if turn is None and self._reopened is not None:
            turn = self._by_id[turn_id] = self._reopened
            turn.text = self._reopened_text
        if turn is None:
            turn = Turn(Speaker.CALLER, "", started_at, turn_id=turn_id)
            self._by_id[turn_id] = turn
            self._turns.append(turn)
        goes_on = turn is self._reopened and turn.turn_id != turn_id
        words = text.strip()
        if words != turn.text:
            turn.disregarded = False
        turn.text = f"{self._reopened_text} {words}".strip() if goes_on else words
        turn.ended_at = ended_at
        turn.final = final
        if final and turn is self._reopened:
            self._reopened = None
        return turn

    def rejoined(self, turn_id: str) -> None:
        """The caller goes on with a turn that was taken for ended."""
        turn = self._by_id.get(turn_id)
        if turn is None:
            return
        turn.was_joined = True
        turn.final = False
        self._reopened = turn
        self._reopened_text = turn.text

    def said(self, item: Item) -> None:
        """Take in an item of ours that is over, or what came to be known of it since."""
        if item.started_at is None:
            return
        was_dropped = item.state is ItemState.CUT
        heard = heard_text(item, item.cut_heard_ms if was_dropped else int(item.queued_ms))
        cut = was_dropped or (item.broken_off and heard != item.text)
        turn = Turn(
            Speaker.RECEPTIONIST,
            heard,
            item.started_at,
            item.ended_at,
            turn_id=item.item_id,
            final=True,
            was_cut=cut,
            unheard=item.text[len(heard) :].strip() if cut else "",
            fact_ids=tuple(item.fact_ids),
        )
        self._turns = [
            known
            for known in self._turns
            if known.speaker is Speaker.CALLER or known.turn_id != item.item_id
        ]
        place = len(self._turns)
        while place and self._turns[place - 1].started_at > turn.started_at:
            place -= 1
        self._turns.insert(place, turn)

    def history(self) -> tuple[PastTurn, ...]:
        """Give the conversation so far, to seed a session that takes over."""
        return tuple(
            PastTurn(turn.speaker.value, turn.text)
            for turn in self._turns
            if turn.text and not turn.disregarded
        )
