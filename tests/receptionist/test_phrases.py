"""The fixed sentences."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from mapokezi.receptionist.phrases import PHRASES


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(PHRASES))
def test_sentences_can_be_spoken(key: str) -> None:
    for text in PHRASES[key]:
        assert text == " ".join(text.split())
        assert not re.search(r"[*_#<>\[\]/]", re.sub(r"\{\w+\}", "", text))
        assert "technical" not in text.lower()


@pytest.mark.parametrize("key", sorted(PHRASES))
def test_no_two_wordings_are_the_same(key: str) -> None:
    assert len(set(PHRASES[key])) == len(PHRASES[key])
