"""Which number callers in danger are told to dial."""

from __future__ import annotations

import msgspec
import phonenumbers
import pytest

from mapokezi.receptionist.emergency_numbers import (
    emergency_numbers,
    number_said,
    numbers_of,
    say_emergency,
)
from mapokezi.receptionist.office import Office
from mapokezi.units import E164


@pytest.mark.parametrize(
    ("country", "numbers"),
    [("KE", ("999", "112")), ("UG", ("999",)), ("RW", ("112",)), ("US", ("911", "112")),
     ("GB", ("999", "112")), ("NG", ("199",)), ("XX", ("112",))],
)  # fmt: skip
def test_a_countrys_numbers(country: str, numbers: tuple[str, ...]) -> None:
    assert numbers_of(country) == numbers


def test_what_is_said_is_an_emergency_number_everywhere() -> None:
    for country in phonenumbers.SUPPORTED_REGIONS:
        for number in numbers_of(country):
            assert number == "112" or phonenumbers.is_emergency_number(number, country), country


def test_an_office_has_those_of_its_country(law_office: Office) -> None:
    assert emergency_numbers(law_office) == ("999", "112")
    there = msgspec.structs.replace(law_office, numbers=(E164("+256414000111"),))
    assert emergency_numbers(there) == ("999",)
    assert say_emergency(there) == "If anybody is in danger, hang up and dial 9 9 9."


def test_an_office_knows_better(law_office: Office) -> None:
    own = msgspec.structs.replace(law_office, emergency_numbers=("1199",))
    assert say_emergency(own).endswith("dial 1 1 9 9.")
    assert number_said(own).search("please dial one one nine nine now")
    assert not number_said(own).search("please dial 9 9 9")


def test_it_is_said_as_the_caller_speaks(law_office: Office) -> None:
    said = say_emergency(law_office, ("Habari, nyumba yetu inaungua, tusaidieni tafadhali.",))
    assert said == "Kama mtu yuko hatarini, kata simu upige 9 9 9 au 1 1 2."
    assert number_said(law_office).search("piga tisa tisa tisa")
