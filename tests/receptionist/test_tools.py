"""The tools as a model is told of them."""

from __future__ import annotations

import json

from mapokezi.receptionist.office import Office
from mapokezi.receptionist.tools import tools_for

_SIMPLE = {"type", "properties", "description", "items", "required"}


def test_the_tools_have_plain_schemas(law_office: Office) -> None:
    tools = tools_for(law_office)
    assert [tool.name for tool in tools] == [
        "look_up",
        "take_message",
        "want_person",
        "hand_over",
        "report_urgency",
        "earlier_message",
        "stop_recording",
        "end_call",
    ]
    for tool in tools:
        assert tool.parameters["type"] == "object"
        assert set(tool.parameters) <= _SIMPLE
        for schema in tool.parameters["properties"].values():
            assert set(schema) <= _SIMPLE
        assert set(tool.parameters.get("required", [])) <= set(tool.parameters["properties"])
        json.dumps(tool.parameters)


def test_what_waits_for_the_disk_is_slow(law_office: Office) -> None:
    slow = {tool.name for tool in tools_for(law_office) if tool.is_slow}
    assert slow == {
        "take_message",
        "want_person",
        "hand_over",
        "report_urgency",
        "earlier_message",
    }


def test_the_people_stand_in_them(law_office: Office) -> None:
    text = json.dumps([tool.parameters for tool in tools_for(law_office)])
    for person in law_office.people:
        assert person.id in text
        assert person.mobile is None or person.mobile not in text
