"""The examples that the clerk learns from."""

from __future__ import annotations

from collections import Counter

import pytest

from mapokezi.receptionist.examples import general_examples, sentences_of, subject_examples
from mapokezi.receptionist.kinds import Kind
from mapokezi.receptionist.office import Office

KINDS = ("wishes", "topics", "forbidden")
_FEWEST = 5


@pytest.mark.parametrize("kind", KINDS)
def test_every_label_has_examples_enough_and_none_twice(kind: str) -> None:
    examples = general_examples(kind)
    assert min(Counter(example.label for example in examples).values()) >= _FEWEST
    assert all(example.text.strip() for example in examples)


def test_nothing_stands_for_two_things() -> None:
    stands_for: dict[str, set[str]] = {}
    for kind in KINDS:
        for example in general_examples(kind):
            stands_for.setdefault(example.text.lower(), set()).add(example.label)
    assert {text for text, labels in stands_for.items() if len(labels) > 1} == set()


def test_every_wish_is_of_a_kind() -> None:
    assert {example.label for example in general_examples("wishes")} <= set(Kind)


def test_sentences_are_all_there_once(law_office: Office) -> None:
    sentences = sentences_of(law_office)
    assert len(sentences) == len(set(sentences))
    assert set(law_office.facts[0].asked_as) <= set(sentences)
    assert set(law_office.forbidden_asked_as) <= set(sentences)
    assert {example.text for example in subject_examples(law_office.people)} <= set(sentences)
    assert {example.text for kind in KINDS for example in general_examples(kind)} <= set(sentences)
