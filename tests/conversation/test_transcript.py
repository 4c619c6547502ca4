"""What was heard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.calls import Speaker
from mapokezi.conversation.items import Item, ItemKind, ItemState, Piece, heard_text
from mapokezi.conversation.transcript import Transcript


def item(text: str, ms: float = 4000.0, *, state: ItemState = ItemState.CUT) -> Item:
    return Item(
        "r1", ItemKind.REPLY, state=state, queued_ms=ms, pieces=[Piece(text)], started_at=5.0
    )


def test_words_are_laid_on_the_sound_in_proportion() -> None:
    said = item("one two three four")
    assert heard_text(said, 0) == ""
    assert heard_text(said, 1300) == "one two"
    assert heard_text(said, 2200) == "one two three"
    assert heard_text(said, 4000) == "one two three four"


def test_known_beginnings_are_believed() -> None:
    said = item("")
    said.pieces = [Piece("First sentence. ", 0), Piece("Second one.", 3000)]
    assert heard_text(said, 2900) == "First sentence."
    assert heard_text(said, 3400) == "First sentence. Second"


@given(st.text(alphabet="ab \n", max_size=40), st.integers(0, 5000), st.integers(0, 5000))
def test_more_heard_is_never_fewer_words(text: str, first: int, second: int) -> None:
    said = item(text)
    less, more = (heard_text(said, ms) for ms in sorted((first, second)))
    assert more.startswith(less)
    assert said.text.startswith(more)


def test_a_cut_turn_keeps_what_was_not_heard() -> None:
    transcript = Transcript()
    said = item("one two three four")
    said.cut_heard_ms = 1300
    transcript.said(said)
    (turn,) = transcript.turns
    assert (turn.text, turn.unheard, turn.was_cut) == ("one two", "three four", True)
    said.cut_heard_ms = 2200
    transcript.said(said)
    assert [turn.text for turn in transcript.turns] == ["one two three"]


def test_what_is_recognised_later_replaces_what_came_before() -> None:
    transcript = Transcript()
    transcript.caller_heard("t1", "My name", 1.0, 2.0, final=False)
    transcript.caller_heard("t1", "My name is Grace.", 1.0, 3.0, final=True)
    (turn,) = transcript.turns
    assert (turn.text, turn.ended_at, turn.final) == ("My name is Grace.", 3.0, True)


@pytest.mark.parametrize(
    ("turn_id", "text"), [("t1", "Leave a message for Ann."), ("t2", "for Ann.")]
)
def test_a_joined_turn_is_one(turn_id: str, text: str) -> None:
    transcript = Transcript()
    transcript.caller_heard("t1", "Leave a message", 1.0, 2.0, final=True)
    transcript.rejoined("t1")
    transcript.caller_heard(turn_id, "", 1.0, 2.5, final=False)
    transcript.caller_heard(turn_id, text, 1.0, 4.0, final=True)
    transcript.caller_heard("t3", "Thanks.", 9.0, 9.5, final=True)
    assert [turn.text for turn in transcript.turns] == [
        text if turn_id == "t1" else "Leave a message for Ann.",
        "Thanks.",
    ]
    assert transcript.turns[0].was_joined


def test_turns_stand_in_the_order_in_which_they_began() -> None:
    transcript = Transcript()
    transcript.caller_heard("t1", "Hello", 7.0, 8.0, final=True)
    transcript.said(item("Good morning.", state=ItemState.HEARD))
    assert [turn.speaker for turn in transcript.turns] == [Speaker.RECEPTIONIST, Speaker.CALLER]


def test_what_was_disregarded_is_on_record_but_no_history() -> None:
    transcript = Transcript()
    transcript.caller_heard("t1", "Mm-hm.", 1.0, 1.4, final=False).disregarded = True
    assert len(transcript.turns) == 1
    assert transcript.history() == ()
