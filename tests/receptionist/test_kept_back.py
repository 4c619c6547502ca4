"""What callers ask not to pass on."""

from __future__ import annotations

import pytest

from mapokezi.receptionist.kept_back import NAME, NUMBER, REASON, kept_back_in
from mapokezi.voice.session import PastTurn


def kept(*texts: str) -> set[str]:
    return set(kept_back_in(PastTurn("caller", text) for text in texts))


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("Please don't tell her what it is about.", {REASON}),
        ("Do not mention my name, please.", {NAME}),
        ("I would rather not say my name to him, and don't give him my number.", {NAME, NUMBER}),
        ("Keep it between us, please.", {REASON}),
        ("This is confidential.", {REASON}),
        ("Can you connect me without telling him why I am calling?", {REASON}),
        ("Usimwambie sababu.", {REASON}),
        ("Don't pass it on.", {REASON}),
        ("That stays between you and me.", {REASON}),
    ],
)
def test_is_heard(text: str, slots: set[str]) -> None:
    assert kept(text) == slots


@pytest.mark.parametrize(
    "text",
    [
        "Please tell her that I called.",
        "I don't know what it is about.",
        "My name is Peter, I am calling about my land case.",
        "Can you give her my number?",
        "Is the consultation private?",
        "I do not have my file number.",
    ],
)
def test_is_not_heard_where_it_is_not(text: str) -> None:
    assert kept(text) == set()


def test_only_the_caller_can_ask_it() -> None:
    assert kept_back_in([PastTurn("receptionist", "I will not tell them your name.")]) == set()
