"""Whom a caller asks for."""

from __future__ import annotations

import pytest

from mapokezi.receptionist.directory import Directory
from mapokezi.receptionist.office import Office, Person


@pytest.fixture
def directory(law_office: Office) -> Directory:
    return Directory(law_office.people)


@pytest.mark.parametrize(
    ("said", "person_id"),
    [
        ("brian otieno", "brian-otieno"),
        ("mr oceano please", "brian-otieno"),
        ("madam achieng", "achieng-odhiambo"),
        ("mrs camel", "wanjiku-kamau"),
        ("daniel caprono", "daniel-kiprono"),
        ("the office manager", "mercy-mutua"),
        ("fatima hassen", "fatuma-hassan"),
    ],
)
def test_a_name_heard_wrongly_is_found(directory: Directory, said: str, person_id: str) -> None:
    found = directory.named(said)
    assert found.is_sure
    assert found.person is not None
    assert found.person.id == person_id


@pytest.mark.parametrize("said", ["mr zuckerberg", "banana", "the weather", ""])
def test_nobody_is_made_of_anything(directory: Directory, said: str) -> None:
    assert not directory.named(said).is_sure


def test_two_of_one_name_are_told_apart_by_asking() -> None:
    directory = Directory(
        (
            Person(id="a", name="Brian Otieno", role="partner"),
            Person(id="b", name="Mary Otieno", role="advocate"),
        )
    )
    found = directory.named("mr otieno")
    assert not found.is_sure
    assert {person.id for person in found.people} == {"a", "b"}
    assert directory.named("mary otieno").person is not None
    assert directory.named("mary otieno").is_sure


@pytest.mark.parametrize("said", ["brian wanjala", "is brian wafula there"])
def test_another_family_name_is_not_taken_for_ours(directory: Directory, said: str) -> None:
    assert not directory.named(said).is_sure


def test_a_first_name_alone_is_still_enough(directory: Directory) -> None:
    assert directory.named("brian please").is_sure
