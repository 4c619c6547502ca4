"""What counts of a caller's name and number is the message on record against the truth."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import UTC, datetime

import pytest
from bench.names import CALLS, DATA, line_of, verdict, visitor_of

from mapokezi.calls import CallId, OfficeId
from mapokezi.emulator.caller_parts import Visitor
from mapokezi.records.message_record import MessageId, MessageRecord

MARY = Visitor("Mary Wairimu", "+254722345678")


def message(name: str, number: str = MARY.number, *unsure: str) -> MessageRecord:
    return MessageRecord(
        MessageId("m"),
        CallId("c"),
        OfficeId("o"),
        name,
        number,
        "a lease",
        datetime(2026, 11, 22, tzinfo=UTC),
        unsure=unsure,
    )


@pytest.mark.parametrize(
    ("slot", "left", "is_"),
    [
        ("name", [message("Mary Wairimu")], "right"),
        ("name", [message("mary  WAIRIMU")], "right"),
        ("name", [message("Mary Wairimo")], "wrong, unmarked"),
        ("name", [message("Mary Wairimo", MARY.number, "name")], "wrong, marked"),
        ("name", [message("Mary Wairimo", MARY.number, "number")], "wrong, unmarked"),
        ("name", [message("")], "missing"),
        ("name", [], "missing"),
        ("number", [message("Mary")], "right"),
        ("number", [message("Mary", "+254722345679")], "wrong, unmarked"),
        ("number", [message("Mary", "0722", "number")], "wrong, marked"),
        ("name", [message("Mary Wairimu"), message("Mary Wairimo")], "wrong, unmarked"),
        ("name", [message("Mary Wairimu"), message("Mary", MARY.number, "name")], "right"),
    ],
)
def test_a_verdict_is_by_the_stored_message(slot: str, left: list[MessageRecord], is_: str) -> None:
    assert verdict(MARY, slot, left) == is_


def test_the_calls_are_those_fixed_beforehand() -> None:
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    visitors = [visitor_of(data, call) for call in range(CALLS)]
    assert CALLS == 20
    assert set(Counter(each.name for each in visitors).values()) == {2}
    assert set(Counter(each.number for each in visitors).values()) == {2}
    assert len({(each.name, each.number) for each in visitors}) == 20
    assert {line_of(data, call).seed for call in range(CALLS)} == {11, 23, 37, 41, 59}
