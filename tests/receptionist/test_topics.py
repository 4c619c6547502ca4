"""Which fact stands for which topic."""

from __future__ import annotations

import numpy as np

from mapokezi.receptionist.examples import general_examples
from mapokezi.receptionist.likeness import WordIndex
from mapokezi.receptionist.topics import adopted

CLINIC = {
    "place": ("where are you", "how do I find the clinic", "which floor are you on"),
    "cars": ("is there parking for patients", "where do I leave my car"),
    "vaccines": ("do you vaccinate babies", "when are the jabs given"),
}


def _adopted_by_clinic() -> dict[str, str]:
    topics = general_examples("topics")
    index = WordIndex([example.text for example in topics])
    asked = [(fact, text) for fact, texts in CLINIC.items() for text in texts]
    alike = np.stack([index.to(text) for _, text in asked])
    return adopted(alike, [example.label for example in topics], [fact for fact, _ in asked])


def test_another_office_s_facts_take_up_the_topics_that_they_tell_of() -> None:
    found = _adopted_by_clinic()
    assert found["location"] == "place"
    assert found["parking"] == "cars"


def test_a_fact_that_no_topic_is_like_stands_for_none() -> None:
    assert "vaccines" not in _adopted_by_clinic().values()


def test_without_facts_or_topics_nothing_is_adopted() -> None:
    nothing = np.zeros((0, 0), dtype=np.float32)
    assert adopted(nothing, (), ()) == {}
