"""Reading utterances by examples."""

from __future__ import annotations

import numpy as np
import pytest

from mapokezi.receptionist.meanings import Meaning, Meanings
from mapokezi.receptionist.reading import Reader, Reading

EXAMPLES = (
    ("hours", "What time do you open?"),
    ("hours", "Are you open on Saturday?"),
    ("parking", "Is there parking?"),
    ("parking", "Where can I park?"),
    ("fee", "How much is it?"),
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader([text for _, text in EXAMPLES], [label for label, _ in EXAMPLES])


@pytest.mark.parametrize(("label", "text"), EXAMPLES)
def test_an_example_is_read_as_what_it_stands_for(reader: Reader, label: str, text: str) -> None:
    reading = reader.read(text)
    assert reading.best == label
    assert reading.score > 0.6
    assert reading.margin > 0.5


def test_a_mixture_of_two_is_neither_plainly(reader: Reader) -> None:
    mixed = reader.read("is there parking on saturday are you open")
    assert {label for label, _ in mixed.ranked[:2]} == {"hours", "parking"}
    assert mixed.margin < reader.read("is there parking").margin


def test_what_is_like_nothing_scores_little(reader: Reader) -> None:
    assert reader.read("flibber quonk").score < 0.1


def test_a_sentence_has_a_say_of_its_own(reader: Reader) -> None:
    story, question = "we drove through the whole night in the rain", "where can i park"
    whole = f"{story}. {question}"
    alone = reader.read(whole).score_of("parking")
    assert reader.read(whole, sentences=(story, question)).score_of("parking") > alone


def _row(place: int) -> Meaning:
    row = np.zeros(3, dtype=np.float32)
    row[place] = 1
    return row


def test_by_meaning_other_words_are_read_as_well(reader: Reader) -> None:
    meant = {"hours": 0, "parking": 1, "fee": 2}
    meanings = Meanings({text: _row(meant[label]) for label, text in EXAMPLES})
    knowing = reader.with_meanings(meanings)
    said = "somewhere for the vehicle"
    assert reader.read(said, _row(1)).score < 0.2
    reading = knowing.read(said, _row(1))
    assert reading.best == "parking"
    assert reading.by_meaning
    assert not knowing.read(said).by_meaning


def test_without_the_meanings_of_all_examples_the_words_alone_decide(reader: Reader) -> None:
    knowing = reader.with_meanings(Meanings({EXAMPLES[0][1]: _row(0)}))
    assert knowing.read("is there parking", _row(0)) == reader.read("is there parking")


def test_meanings_are_known_again_by_what_they_are() -> None:
    one, same = (Meanings({"a": _row(0), "b": _row(1)}) for _ in range(2))
    assert one == same
    assert hash(one) == hash(same)
    assert one != Meanings({"a": _row(1), "b": _row(0)})


def test_no_examples_no_best() -> None:
    assert Reading(()).best == ""
    assert Reading(()).score == 0
