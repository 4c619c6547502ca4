"""Whom the caller is said to be connected to has to be who is rung."""

from __future__ import annotations

from datetime import datetime

import pytest

from mapokezi.receptionist.office import Office
from mapokezi.receptionist.spoken_claims import OfficeTruth, SpokenClaims

NOW = datetime.fromisoformat("2026-12-02T11:20:00+03:00")
TO_OTIENO = {"status": "connecting", "person_name": "Brian Otieno"}


@pytest.fixture
def claims(law_office: Office) -> SpokenClaims:
    return SpokenClaims(OfficeTruth(law_office), "+254722000111", NOW)


@pytest.mark.parametrize(
    "say",
    [
        "I'm connecting you to Wanjiru.",
        "I'm putting you through to Mrs. Kamau now.",
        "Please hold while I transfer you to the court clerk.",
        "One moment, I'm getting Mr. Kiprono for you.",
    ],
)
def test_another_name_than_of_who_is_rung_is_put_right(claims: SpokenClaims, say: str) -> None:
    claims.deed_done({}, TO_OTIENO, 0.5)
    claims.said("item", say, 1.0)
    claims.ended("item", 1.0)
    claims.handle_timer(3.0)
    assert [one.say for one in claims.corrections()] == [
        "I must correct myself: I am connecting you to Brian Otieno."
    ]


@pytest.mark.parametrize(
    "say",
    [
        "I'm connecting you now.",
        "I'm connecting you to Brian Otieno.",
        "I'm putting you through to Mr. Otieno now.",
        "Connecting you to our partner for employment matters, please hold.",
        "I'm connecting you to Oceano.",
        "Njeri, I'm putting you through to Wakili Otieno.",
        "I'm connecting you to Mr. Otieno of Kamau and Otieno Advocates.",
    ],
)
def test_who_is_rung_may_be_named(claims: SpokenClaims, say: str) -> None:
    claims.deed_done({}, TO_OTIENO, 0.5)
    claims.said("item", say, 1.0)
    claims.ended("item", 1.0)
    claims.handle_timer(3.0)
    assert claims.corrections() == ()


def test_a_wrong_name_before_the_tool_has_answered_is_put_right(claims: SpokenClaims) -> None:
    claims.said("item", "I'm connecting you to Wanjiku Kamau.", 1.0)
    claims.tool_called("call-1")
    claims.ended("item", 1.0)
    claims.deed_done({}, TO_OTIENO, 2.0)
    claims.tool_closed("call-1", 2.0)
    claims.handle_timer(3.0)
    (one,) = claims.corrections()
    assert one.truth == "I am connecting you to Brian Otieno."


def test_once_the_hand_off_is_over_nobody_is_rung(claims: SpokenClaims) -> None:
    claims.deed_done({}, TO_OTIENO, 0.5)
    claims.hand_off_over()
    claims.said("item", "I'm connecting you to Brian Otieno.", 1.0)
    claims.ended("item", 1.0)
    claims.handle_timer(3.0)
    (one,) = claims.corrections()
    assert "not connecting" in one.truth


def test_a_sentence_to_be_spoken_is_judged_by_who_is_rung(claims: SpokenClaims) -> None:
    claims.deed_done({}, TO_OTIENO, 0.5)
    objection = claims.objection("I'm connecting you to Mrs. Kamau.", "")
    assert objection is not None
    assert objection.truth == "I am connecting you to Brian Otieno."
    assert claims.objection("I'm connecting you to Mr. Otieno.", "") is None
