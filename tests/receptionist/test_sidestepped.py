"""Questions that are like a fact which does not answer them."""

from __future__ import annotations

import pytest

from mapokezi.receptionist.office import Fact
from mapokezi.receptionist.sidestepped import is_sidestepped, takes_back_appointment

_LABORATORY = Fact(
    id="laboratory",
    title="Laboratory",
    answer="Yes, our laboratory is open whenever the clinic is.",
    asked_as=("do you do lab tests",),
    source="facts.md, line 1",
)
_PARKING = Fact(
    id="parking",
    title="Parking",
    answer="Yes, patients park free of charge.",
    asked_as=("is there parking",),
    source="facts.md, line 1",
)


@pytest.mark.parametrize(
    "said",
    [
        "how much is a blood test",
        "what do you charge for tests",
        "what do you people take for a blood test",
        "kipimo cha damu ni bei gani",
    ],
)
def test_a_price_is_not_answered_with_what_tells_none(said: str) -> None:
    assert is_sidestepped(_LABORATORY, said)


def test_what_tells_a_price_answers_for_one() -> None:
    assert not is_sidestepped(_PARKING, "how much do you charge for parking")
    assert not is_sidestepped(_LABORATORY, "do you do blood tests")
    assert not is_sidestepped(_LABORATORY, "how much time does a test take")


@pytest.mark.parametrize(
    "said",
    [
        "please cancel my appointment",
        "i need to reschedule",
        "can my booking be moved to friday",
        "scrap my visit to the doctor",
        "naomba kubadilisha tarehe ya kumwona daktari",
        "cancel ile meeting yangu na lawyer",
    ],
)
def test_an_appointment_is_taken_back(said: str) -> None:
    assert takes_back_appointment(said)


@pytest.mark.parametrize(
    "said",
    [
        "how do i get an appointment",
        "i want to change my lawyer",
        "can i move house",
        "when do you close",
    ],
)
def test_other_wishes_take_nothing_back(said: str) -> None:
    assert not takes_back_appointment(said)
