"""Forms of verbs."""

from __future__ import annotations

import pytest

from mapokezi.receptionist.spoken_claims.verbs import is_gerund, is_participle, verb_of, verbs


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("noted", "note"),
        ("noting", "note"),
        ("taken", "take"),
        ("tried", "try"),
        ("stopped", "stop"),
        ("calling", "call"),
        ("cancelled", "cancel"),
        ("passed", "pass"),
        ("written", "write"),
    ],
)
def test_a_form_is_brought_to_its_verb(form: str, base: str) -> None:
    assert {verb_of(form)} == verbs(base)


def test_what_only_looks_like_a_form_is_none() -> None:
    assert not any(is_participle(word) for word in ("need", "hundred", "red"))
    assert not any(is_gerund(word) for word in ("morning", "nothing", "king"))
