"""The day in short."""

from __future__ import annotations

from datetime import date

from mapokezi.calls import Outcome
from mapokezi.receptionist.digest import DayFacts, digest_of
from mapokezi.records.lists import DayCount
from mapokezi.records.tasks import TaskCounts
from mapokezi.units import Money

MONDAY = date(2026, 11, 23)


def test_a_day_with_everything() -> None:
    calls = DayCount(MONDAY, {Outcome.RESOLVED: 5, Outcome.MESSAGE: 2, Outcome.FLASH: 1}, 1)
    facts = DayFacts("Kamau", calls, TaskCounts(2, 1, 1, 4), Money(1250), is_estimated=True)
    digest = digest_of(facts, "en")
    assert digest.title == "Kamau, Monday 23/11"
    assert digest.lines == (
        "9 calls: 5 answered, 2 left a message, 1 rang once, to be called back.",
        "Still to do: 3, 1 late.",
        "Done today: 4.",
        "Phone line: about KES 12.50.",
    )
    assert digest_of(facts, "sw").lines[0].startswith("Simu 9: 5 zilijibiwa")


def test_a_day_without_calls() -> None:
    digest = digest_of(DayFacts("Kamau", DayCount(MONDAY), TaskCounts()), "en")
    assert digest.text == "No calls today."


def test_one_call_is_one_call() -> None:
    facts = DayFacts("Kamau", DayCount(MONDAY, {Outcome.RESOLVED: 1}), TaskCounts(), Money(0))
    assert digest_of(facts, "fr").text == "1 call: 1 answered."
