"""How what came of the sentences is counted."""

from __future__ import annotations

from bench.asking_for_a_person import SETS, Said, Told, by_text, figures_of, said_in

ASKS, OTHER = Said("A person!", asks=True), Said("A pen!", asks=False)
BRIAN = Said("Brian!", asks=True, wants="brian-otieno")


def told(said: Said, by: str, to: str | None) -> Told:
    return Told(said, by, passed_on=to is not None, to=to)


def value_of(what: str, *found: Told) -> str | float | None:
    (value,) = [each.value for each in figures_of("set", list(found)) if each.what == what]
    return value


def test_missed_by_all_is_what_none_of_the_ways_has_heard() -> None:
    found = [told(ASKS, way, None) for way in ("tool", "rules", "key")]
    what = "set: missed by all three together"
    assert value_of(what, *found, told(ASKS, "text", "")) == 1
    assert value_of(what, *found[:2], told(ASKS, "key", "")) == 0
    ways = [told(BRIAN, way, "") for way in ("tool", "rules", "key")]
    assert value_of(what, *found, *ways) == 1


def test_who_is_passed_on_unasked_is_counted() -> None:
    what = "set: passed on though nobody was asked for"
    asked = [told(ASKS, way, "") for way in ("tool", "rules", "key")]
    assert value_of(what, *asked, told(OTHER, "rules", "")) == 1
    assert value_of(what, *asked, told(OTHER, "rules", None)) == 0


def test_somebody_else_is_not_missed_but_another() -> None:
    found = [told(BRIAN, way, "kevin-barasa") for way in ("tool", "rules", "key")]
    assert value_of("set, rules alone: missed", *found) == "0 of 1 English, 0 of 0 Swahili"
    assert value_of("set, rules alone: to another than was meant", *found) == 1


def test_each_set_has_forty_of_each() -> None:
    for path in SETS.values():
        if path.is_file():
            said = said_in(path)
            assert [sum(each.asks is asks for each in said) for asks in (True, False)] == [40, 40]
            assert {each.language for each in said if each.asks} == {"en", "sw"}


def test_the_known_set_is_heard_as_text() -> None:
    judge = by_text()
    found = [judge(each) for each in said_in(SETS["known"])]
    assert not [each for each in found if each.is_missed or each.is_false or each.is_to_another]
