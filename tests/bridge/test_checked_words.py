"""What of an answer may be spoken before the rest of it is known."""

from __future__ import annotations

import pytest

from mapokezi.bridge.checked_words import CheckedWords
from mapokezi.receptionist.spoken_claims import ClaimKind, Correction

FALSE = Correction(ClaimKind.PRICE, "", "It costs five thousand shillings.")


class Judge:
    """Finds every sentence false that names the wrong price, unless it asks."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def __call__(self, sentence: str, before: str) -> Correction | None:
        self.asked.append((sentence, before))
        return FALSE if "five hundred" in sentence and not sentence.endswith("?") else None


@pytest.mark.parametrize(
    ("clauses", "spoken", "is_withheld"),
    [
        (["Certainly,", "here we are.", "Come in."], "Certainly, here we are. Come in.", False),
        (["It costs five hundred."], "", True),
        (["Certainly,", "it costs five hundred.", "Anything else?"], "Certainly,", True),
        (["Five hundred,", "did you say?", "No."], "Five hundred, did you say? No.", False),
        (["It is five hundred,", "and not more.", "Bye."], "", True),
        (["It is five hundred"], "", True),
        (["It is here"], "It is here", False),
        (['"Five hundred"', "it says"], "", True),
        ([], "", False),
    ],
)
def test_what_is_spoken(clauses: list[str], spoken: str, *, is_withheld: bool) -> None:
    judge = Judge()
    words = CheckedWords(lambda sentence, before: judge(sentence.lower(), before))
    said = [text for clause in clauses for text in words.feed(clause)]
    said += words.end()
    assert " ".join(said) == spoken
    assert (words.withheld is not None) == is_withheld


def test_a_clause_without_a_claim_is_spoken_before_the_next_one_comes() -> None:
    words = CheckedWords(Judge())
    assert words.feed("Certainly, my friend,") == ["Certainly, my friend,"]


def test_a_sentence_is_judged_with_what_was_said_before_it() -> None:
    judge = Judge()
    words = CheckedWords(judge)
    for clause in ("As to parking,", "it is free.", "As to the fee,", "ask."):
        words.feed(clause)
    assert judge.asked[1] == ("As to parking, it is free.", "")
    assert judge.asked[-1] == ("As to the fee, ask.", "As to parking, it is free.")


def test_what_was_held_is_spoken_if_it_has_become_true() -> None:
    judge, is_done = Judge(), False

    def objection(sentence: str, before: str) -> Correction | None:
        return None if is_done else judge(sentence, before)

    words = CheckedWords(objection)
    assert words.feed("It is five hundred") == []
    is_done = True
    assert words.end() == ["It is five hundred"]
    assert words.withheld is None
