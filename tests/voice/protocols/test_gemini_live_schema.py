"""Tools' parameters in the words of Gemini, and deadlines."""

from __future__ import annotations

from mapokezi.voice.protocols.gemini_live.deadlines import Deadline, Deadlines
from mapokezi.voice.protocols.gemini_live.schema import declared


def test_types_are_in_capitals_and_strange_keywords_gone() -> None:
    assert declared(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "kind": {"const": "visit", "title": "Kind"},
                "day": {"type": ["string", "null"], "format": "date", "default": ""},
                "at": {"type": "string", "format": "date-time", "description": "When."},
                "unsure": {"type": "array", "items": {"type": "string", "minLength": 1}},
                "count": {"type": "integer", "minimum": 1, "enum": [1, 2]},
                "who": {"anyOf": [{"type": "string"}, {"type": "number"}]},
            },
            "required": ["day", "never"],
        }
    ) == {
        "type": "OBJECT",
        "properties": {
            "kind": {"type": "STRING", "enum": ["visit"]},
            "day": {"type": "STRING", "nullable": True},
            "at": {"type": "STRING", "format": "date-time", "description": "When."},
            "unsure": {"type": "ARRAY", "items": {"type": "STRING"}},
            "count": {"type": "INTEGER", "minimum": 1},
            "who": {"anyOf": [{"type": "STRING"}, {"type": "NUMBER"}]},
        },
        "required": ["day"],
    }


def test_a_tool_without_parameters_declares_none() -> None:
    assert declared({"type": "object", "properties": {}}) is None
    assert declared({}) is None


def test_deadlines_are_given_in_their_order() -> None:
    deadlines = Deadlines()
    assert deadlines.next() is None
    deadlines.set(Deadline.MOVE, 3.0)
    deadlines.set(Deadline.WORDS, 2.0)
    deadlines.set(Deadline.KEYS, 1.0)
    deadlines.set(Deadline.MOVE, 1.5)
    deadlines.clear(Deadline.KEYS, Deadline.NUDGE)
    assert deadlines.next() == 1.5
    assert deadlines.take_due(1.0) == []
    assert deadlines.take_due(2.0) == [Deadline.MOVE, Deadline.WORDS]
    assert deadlines.next() is None
