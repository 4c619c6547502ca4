"""How an office's files say whom to ring."""

from __future__ import annotations

import shutil
from datetime import time
from pathlib import Path

import pytest

from mapokezi.receptionist.office import Department, HandingOver, RingManner, Weekday
from mapokezi.records.executors import Executor
from mapokezi.stores.office_files import OfficeFilesWrong, read_office

EXAMPLE = Path(__file__).parents[2] / "examples" / "law-office"

GOOD = """
[hand_off]
executors = ["conference", "dial"]
order = ["wanjiku-kamau", "brian-otieno"]
ring = "all_at_once"
ring_seconds = 20
on_call = ["daniel-kiprono"]
countries = ["KE", "UG"]
needs_caller_number = true

[[hand_off.departments]]
name = "family"
order = ["achieng-odhiambo", "brian-otieno"]
ring = "one_by_one"
ring_seconds = 15
"""


def office_with(folder: Path, office: str = "", person: str = "") -> Path:
    copied = folder / "law-office"
    shutil.copytree(EXAMPLE, copied)
    with (copied / "office.toml").open("a", encoding="utf-8") as file:
        file.write(office)
    people = (copied / "people.toml").read_text(encoding="utf-8")
    wanted = people.replace('id = "wanjiku-kamau"', f'id = "wanjiku-kamau"\n{person}', 1)
    (copied / "people.toml").write_text(wanted, encoding="utf-8")
    return copied


def test_all_keys_are_read(tmp_path: Path) -> None:
    office = read_office(office_with(tmp_path, GOOD))
    assert office.hand_off == HandingOver(
        executors=(Executor.CONFERENCE, Executor.DIAL),
        order=("wanjiku-kamau", "brian-otieno"),
        ring=RingManner.ALL_AT_ONCE,
        ring_seconds=20,
        on_call=("daniel-kiprono",),
        countries=("KE", "UG"),
        needs_caller_number=True,
        departments=(
            Department(
                name="family",
                order=("achieng-odhiambo", "brian-otieno"),
                ring=RingManner.ONE_BY_ONE,
                ring_seconds=15,
            ),
        ),
    )


def test_of_a_person(tmp_path: Path) -> None:
    keys = (
        'ring_seconds = 12\nnot_before = "8:30"\nnot_after = "16:45"\n'
        'not_on = ["sunday"]\ndeputies = ["brian-otieno"]\n'
    )
    office = read_office(office_with(tmp_path, person=keys))
    person = next(one for one in office.people if one.id == "wanjiku-kamau")
    assert person.ring_seconds == 12
    assert (person.not_before, person.not_after) == (time(8, 30), time(16, 45))
    assert person.not_on == (Weekday.SUNDAY,)
    assert person.deputies == ("brian-otieno",)


@pytest.mark.parametrize(
    ("office", "key", "mend"),
    [
        ('[hand_off]\nexecutors = ["dail"]\n', "hand_off.executors", "dial"),
        ('[hand_off]\nring = "all"\n', "hand_off.ring", "all_at_once"),
        ("[hand_off]\nring_seconds = 3\n", "hand_off.ring_seconds", "5 to 60"),
        ('[hand_off]\norder = ["wanjiku-kamu"]\n', "hand_off.order", "wanjiku-kamau"),
        ('[hand_off]\norder = ["kevin-barasa"]\n', "hand_off.order", "takes_calls"),
        ('[hand_off]\non_call = ["peter-mwangi"]\n', "hand_off.on_call", "mobile"),
        ('[hand_off]\ncountries = ["Kenya"]\n', "hand_off.countries", "KE"),
        ('[hand_off]\norders = ["a"]\n', "hand_off.orders", "order"),
        ('[[hand_off.departments]]\nname = "sea"\n', "hand_off.departments", "order"),
        (
            (
                '[[hand_off.departments]]\nname = "family"\n'
                '[[hand_off.departments]]\nname = "Family"\n'
            ),
            "hand_off.departments",
            "Delete one",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_mend(
    tmp_path: Path, office: str, key: str, mend: str
) -> None:
    with pytest.raises(OfficeFilesWrong) as raised:
        read_office(office_with(tmp_path, office))
    (error,) = raised.value.errors
    assert error.file == "office.toml"
    assert error.line > 0
    assert error.key.startswith(key)
    assert mend in error.mend


@pytest.mark.parametrize(
    ("person", "key", "mend"),
    [
        ('not_before = "half past"\n', "not_before", "24-hour"),
        ('not_on = ["sonday"]\n', "not_on", "sunday"),
        ('deputies = ["wanjiku-kamau"]\n', "deputies", "somebody else"),
        ('deputies = ["nobody"]\n', "deputies", ""),
        ("ring_seconds = 90\n", "ring_seconds", "60"),
        (
            (
                'not_on = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday",'
                ' "sunday"]\n'
            ),
            "not_on",
            "takes_calls",
        ),
    ],
)
def test_what_is_wrong_of_a_person(tmp_path: Path, person: str, key: str, mend: str) -> None:
    with pytest.raises(OfficeFilesWrong) as raised:
        read_office(office_with(tmp_path, person=person))
    (error,) = raised.value.errors
    assert error.file == "people.toml"
    assert key in error.key
    assert mend.lower() in error.mend.lower()
