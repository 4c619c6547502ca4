"""Kinds of utterances, and yes and no."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.receptionist.kinds import Kind
from mapokezi.receptionist.understanding import understand
from mapokezi.receptionist.words import plain


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Hello?", Kind.GREETING),
        ("Good morning", Kind.GREETING),
        ("How are you today?", Kind.HOW_ARE_YOU),
        ("Story", Kind.REPEAT),
        ("Pardon.", Kind.REPEAT),
        ("Say that again, please.", Kind.REPEAT),
        ("Hold and please", Kind.WAIT),
        ("Wait a minute.", Kind.WAIT),
        ("Okay", Kind.BACKCHANNEL),
        ("Thank you bye", Kind.GOODBYE),
        ("No, that's all. Thank you.", Kind.GOODBYE),
        ("Thank you very much", Kind.THANKS),
        ("Never mind", Kind.CANCEL),
        ("I might be peaking to a machine.", Kind.IDENTITY),
        ("Can I talk to human being?", Kind.PERSON),
        ("I don't want to talk to a robot", Kind.PERSON),
        ("I want to be commiser oceano.", Kind.NAMED_PERSON),
        ("Is advocate achieving in today.", Kind.NAMED_PERSON),
        ("Who deals with land?", Kind.WHO_DEALS),
        ("I'd like to leave a message from Mr. Mutezo.", Kind.MESSAGE),
        ("Please ask Mr. Odeyambo to call me back.", Kind.MESSAGE),
        ("Could you call me back", Kind.MESSAGE),
        ("What time do you open?", Kind.HOURS),
        ("Do you work on Sundays?", Kind.HOURS),
        ("I want to open a company", Kind.OTHER),
        ("Where is your office?", Kind.OTHER),
        ("Do you have a branch in Mombasa?", Kind.OTHER),
    ],
)
def test_kinds(said: str, kind: Kind) -> None:
    assert understand(plain(said)).kind is kind


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("Put me through to Mr. Camel please.", "mr camel please"),
        ("Can I leave a message for Grace?", "grace"),
        ("Tell Brian that I am late", "brian"),
    ],
)
def test_whose_words(said: str, who: str) -> None:
    assert understand(plain(said)).who == who


@given(st.text(max_size=120))
def test_any_text_is_of_some_kind(text: str) -> None:
    said = plain(text)
    assert understand(said).kind in Kind
