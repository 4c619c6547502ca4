"""Who deals with what a caller speaks of."""

from __future__ import annotations

import pytest

from mapokezi.receptionist.office import Office
from mapokezi.receptionist.subjects import Subjects


@pytest.fixture(scope="module")
def subjects(law_office: Office) -> Subjects:
    return Subjects(law_office.people)


@pytest.mark.parametrize(
    ("said", "person_id"),
    [
        ("someone about a divorce", "achieng-odhiambo"),
        ("the lawyer who deals with land", "wanjiku-kamau"),
        ("accounts", "mercy-mutua"),
        ("unfair dismissal", "brian-otieno"),
    ],
)
def test_a_person_by_subject(subjects: Subjects, said: str, person_id: str) -> None:
    found = subjects.whose(said)
    assert found.is_sure
    assert found.person is not None
    assert found.person.id == person_id


def test_no_subject_is_nobody(subjects: Subjects) -> None:
    assert not subjects.whose("football").people
