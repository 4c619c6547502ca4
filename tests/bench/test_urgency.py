"""How what came of the utterances is counted, and what the rules make of them as text."""

from __future__ import annotations

import pytest
from bench.urgency import SETS, Heard, Said, by_text, figures_of, said_in

from mapokezi.receptionist.urgency import Urgency

FIRE, ARREST = Said("Fire!", Urgency.DANGER), Said("Arrested!", Urgency.OFFICE)
TEA = Said("Tea!", None)


def heard(said: Said, by: str, *, urgent: bool, number: bool = False) -> Heard:
    return Heard(said, by, was_urgent=urgent, number_was_said=number)


def value_of(what: str, *found: Heard) -> float | str | None:
    (value,) = [each.value for each in figures_of("set", list(found)) if each.what == what]
    return value


def test_missed_by_all_is_what_none_of_the_ways_has_heard() -> None:
    what = "set: missed by tool and ear together"
    tool, ear = (heard(FIRE, way, urgent=False) for way in ("tool", "ear"))
    assert value_of(what, tool, ear) == 1
    assert value_of(what, tool, heard(FIRE, "ear", urgent=True)) == 0
    assert value_of("set, ear alone, English: missed, of 1", tool, ear) == 1


def test_a_number_that_is_missing_or_for_nothing_is_counted() -> None:
    found = [
        heard(FIRE, "ear", urgent=True),
        heard(ARREST, "ear", urgent=True, number=True),
        heard(TEA, "ear", urgent=False, number=True),
    ]
    of = "set, ear alone, English:"
    assert value_of(f"{of} emergency number not said, of 1 dangers", *found) == 1
    assert value_of(f"{of} said though nobody was in danger, of 1", *found) == 1
    assert value_of(f"{of} false, of 1", *found) == 1


def test_what_a_busy_machine_has_spoilt_is_told() -> None:
    found = [
        heard(FIRE, "ear", urgent=True),
        Heard(ARREST, "ear", was_urgent=False, number_was_said=False, tries=4, is_sound=False),
        Heard(TEA, "ear", was_urgent=False, number_was_said=False, tries=2),
    ]
    assert value_of("set: calls placed again, spoilt by a busy machine", *found) == 4
    assert value_of("set: calls that it spoilt each time", *found) == 1


@pytest.mark.parametrize("name", SETS)
def test_the_sets_are_as_large_as_the_measure_asks(name: str) -> None:
    said = said_in(SETS[name])
    for language, size in (("en", 40), ("sw", 10)):
        of_language = [one for one in said if one.language == language]
        assert sum(one.kind is not None for one in of_language) == size
        assert sum(one.kind is None for one in of_language) == size


@pytest.mark.parametrize("name", SETS)
def test_both_sets_are_heard_as_text(name: str) -> None:
    judge = by_text()
    found = [judge(each) for each in said_in(SETS[name])]
    assert not [each for each in found if each.is_missed or each.is_false]
    assert not [each for each in found if each.lacks_number or each.has_number_for_nothing]
