"""The offices of the trades: whole, right as they are, and good enough to be rung at once."""

from __future__ import annotations

import itertools
from datetime import datetime
from pathlib import Path

import pytest

from mapokezi.receptionist.call_types import CallTypes
from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.turns import Heard
from mapokezi.stores.office_files import read_office
from mapokezi.stores.office_folder import OfficeNotWrittenError
from mapokezi.stores.trades import TRADES, write_new
from mapokezi.units import E164

NOW = datetime.fromisoformat("2026-11-24T10:00:00+03:00")
ASKED = {
    "law": ("how much is a consultation", "answer:consultation-fee"),
    "clinic": ("do you take insurance", "answer:insurance"),
    "property": ("how much is the deposit", "answer:deposit"),
    "accounts": ("when is VAT due", "answer:deadlines"),
    "general": ("how can I pay", "answer:payment"),
}
PASSED_ON = {
    "law": "my brother has been arrested",
    "clinic": "my baby is not breathing",
    "property": "there is a burst pipe in my flat",
    "accounts": "KRA officers are here",
    "general": "thieves are here",
}


def office_of(trade: str, tmp_path: Path) -> Office:
    write_new(tmp_path / f"my-{trade}", trade)
    return read_office(tmp_path / f"my-{trade}")


@pytest.mark.parametrize("trade", TRADES)
def test_a_trade_is_a_whole_office(trade: str, tmp_path: Path) -> None:
    office = office_of(trade, tmp_path)
    assert office.reception
    assert office.people
    assert office.facts
    assert office.hours.week
    assert office.forbidden_topics
    assert office.urgent_words
    assert office.telling.order
    assert len(office.call_types) >= 3
    assert any(one.questions for one in office.call_types)


@pytest.mark.parametrize("trade", TRADES)
def test_each_kind_of_call_is_known_by_its_own_words(trade: str, tmp_path: Path) -> None:
    office = office_of(trade, tmp_path)
    types = CallTypes(office)
    ways = [(one.id, way) for one in office.call_types for way in one.asked_as]
    found = [(known.id if (known := types.of(way)) else "", way) for _, way in ways]
    assert found == ways


@pytest.mark.parametrize("trade", TRADES)
def test_a_trade_can_be_rung_at_once(trade: str, tmp_path: Path) -> None:
    office = office_of(trade, tmp_path)
    clerk = Clerk(office)

    def deed(said: str) -> str:
        return clerk.hear(clerk.begin(E164("+254722123456"), NOW), Heard(said), NOW).deed

    question, answer = ASKED[trade]
    assert deed(question) == answer
    assert deed(PASSED_ON[trade]) == "urgent"
    assert deed("are you open on Saturday") == "hours:saturday"
    assert deed(office.forbidden_asked_as[0]) == "refuse"
    first = office.people[0]
    assert deed(f"can I speak to {first.name}") == f"hand_over:{first.id}"


def test_no_two_trades_have_a_number_in_common(tmp_path: Path) -> None:
    numbers = [{*office_of(trade, tmp_path).numbers} for trade in TRADES]
    assert not any(one & other for one, other in itertools.combinations(numbers, 2))


def test_name_and_number_are_put_in_wherever_they_stand(tmp_path: Path) -> None:
    folder = tmp_path / "uzima"
    write_new(folder, "clinic", name="Uzima Clinic", number="+254207777777")
    office = read_office(folder)
    assert (office.id, office.name, office.numbers) == ("uzima", "Uzima Clinic", ("+254207777777",))
    assert office.greeting.startswith("Uzima Clinic")
    assert "Afya" not in "".join(path.read_text() for path in folder.iterdir())


@pytest.mark.parametrize(
    ("folder", "name", "number"),
    [
        ("My Office", "", ""),
        ("full", "", ""),
        ("ours", 'The "Best"', ""),
        ("ours", "", "0722000000"),
        ("ours", "", "+254"),
    ],
)
def test_what_cannot_be_written_is_not(tmp_path: Path, folder: str, name: str, number: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(OfficeNotWrittenError):
        write_new(tmp_path / folder, "law", name=name, number=number)
    assert [path.name for path in tmp_path.rglob("*")] == ["full", "notes.txt"]
