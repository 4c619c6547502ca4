"""The names of an office, spelled for the local voice."""

from __future__ import annotations

import msgspec
import pytest

from mapokezi.receptionist.office import Office, Person
from mapokezi.receptionist.pronunciation import Pronunciation


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I will try Wanjiku Kamau.", "I will try Wanjeekoo Kamow."),
        ("Was that Mrs Kamau?", "Was that Mrs Kamow?"),
        ("A message for Wanjiku, then.", "A message for Wanjeekoo, then."),
        ("Kamau and Otieno Advocates, good day.", "Kamow and Otienno Advocates, good day."),
        ("Brian Otieno's file", "Brian Otienno's file"),
        ("daniel kiprono", "Daniel Keeprono"),
        ("WANJIKU KAMAU", "WANJEEKOO KAMOW"),
        ("Wanjiku\n Kamau", "Wanjeekoo Kamow"),
    ],
)
def test_names_are_spelled_for_the_voice(law_office: Office, text: str, said: str) -> None:
    assert Pronunciation(law_office).of(text) == said


@pytest.mark.parametrize("text", ["Kamaus", "Mercy Mutua", "Otienos and Kipronos", "", "Brian"])
def test_all_else_stays(law_office: Office, text: str) -> None:
    assert Pronunciation(law_office).of(text) == text


def test_a_spelling_of_other_length_stands_only_for_the_whole_name(law_office: Office) -> None:
    person = Person(id="a", name="Njeri Ng'ang'a", role="clerk", said_as="Njerry Nga nga")
    said = Pronunciation(msgspec.structs.replace(law_office, people=(person,), said_as=""))
    assert said.of("Njeri Ng'ang'a is here, Njeri.") == "Njerry Nga nga is here, Njeri."


def test_an_office_without_spellings_changes_nothing(law_office: Office) -> None:
    plain = msgspec.structs.replace(law_office, people=(), said_as="")
    assert Pronunciation(plain).of("Wanjiku Kamau") == "Wanjiku Kamau"
