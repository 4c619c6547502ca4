"""Actions as the platform's XML and JSON (contract sections 3.3, 4 and 5).

XML is the default: it is the form proven in production; JSON has carried ``stream`` only since
2026-08-23. The two differ in names (``maxDigits`` and ``numDigits``) and in types: `verb_table`
has both. What we write is pure ASCII, other characters as references, so that no reader's idea
of the charset matters. Reading (`parse_xml`, `parse_json`) is in `markup_reader`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from mapokezi.telephony.actions import (
    Action,
    AiAgent,
    Dial,
    DialRecording,
    GetDigits,
    Handover,
)
from mapokezi.telephony.markup_reader import parse_json, parse_xml
from mapokezi.telephony.verb_table import VERBS, BadDocument, Verb, check_count, check_order

__all__ = [
    "EMPTY_XML",
    "JSON_CONTENT_TYPE",
    "XML_CONTENT_TYPE",
    "BadDocument",
    "parse_json",
    "parse_xml",
    "render_json",
    "render_xml",
]

XML_CONTENT_TYPE = "text/xml; charset=utf-8"
"""What the integrator in production sends; the seed page's ``application/xml`` is read as well."""
JSON_CONTENT_TYPE = "application/json"

EMPTY_XML = "<Response></Response>"
"""The answer to a lifecycle post: do nothing (contract section 3.2)."""


def render_xml(actions: Sequence[Action]) -> str:
    """Write actions as ``<Response>…</Response>``, pure ASCII.

    Raises:
        BadDocument: more than 50 actions, or one that has no form in XML.
    """
    check_count(actions)
    return f"<Response>{''.join(map(_xml_of, actions))}</Response>"


def render_json(actions: Sequence[Action]) -> str:
    """Write actions as ``{"actions":[{verb:{…}},…]}``, pure ASCII.

    Raises:
        BadDocument: more than 50 actions, or one behind the platform's own agent.
    """
    check_count(actions)
    check_order(actions)
    steps = [_json_of(action) for action in actions]
    return json.dumps({"actions": steps}, separators=(",", ":"))


def _xml_of(action: Action) -> str:
    verb = VERBS[type(action)]
    if not verb.tag:
        raise BadDocument(f"{verb.verb} has no form in XML")
    head = verb.tag
    for name, xml_name, _ in verb.attributes:
        value = getattr(action, name)
        if xml_name and value is not None:
            head += f' {xml_name}="{_escape(_word(value, xml_name), quoted=True)}"'
    inside = _xml_inside(action, verb)
    return f"<{head}>{inside}</{verb.tag}>" if inside else f"<{head}/>"


def _xml_inside(action: Action, verb: Verb) -> str:
    match action:
        case GetDigits():
            return "".join(map(_xml_of, action.nested))
        case Dial(sip=str(sip)):
            return f"<Sip>{_escape(sip)}</Sip>"
        case Dial(numbers=(number,), caller_id=None, timeout_s=None, record=None):
            return _escape(number)  # the seed page's own form; what has attributes has an element
        case Dial():
            return "".join(f"<Number>{_escape(number)}</Number>" for number in action.numbers)
        case _ if verb.text_field:
            return _escape(getattr(action, verb.text_field))
    return ""


def _word(value: object, name: str) -> str:
    if name == "trim":
        return "trim-silence" if value else "do-not-trim"
    if value is DialRecording.FROM_ANSWER:
        return "true"  # the form seen in XML; JSON names the moment
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _escape(text: str, *, quoted: bool = False) -> str:
    kept = "".join(c for c in text if c in "\t\n\r" or 0x20 <= ord(c) <= 0xD7FF or _is_high(c))
    escaped = kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if quoted:
        escaped = escaped.replace('"', "&quot;")
    return escaped.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _is_high(character: str) -> bool:
    """Whether XML 1.0 allows a character above the surrogates."""
    return 0xE000 <= ord(character) <= 0xFFFD or ord(character) >= 0x10000


def _json_of(action: Action) -> dict[str, dict[str, Any]]:
    verb = VERBS[type(action)]
    fields: dict[str, Any] = {}
    match action:
        case GetDigits(nested=nested) if nested:
            fields["nested"] = [_json_of(inner) for inner in nested]
        case Dial(sip=str(sip)):
            fields["sip"] = sip
        case Dial(numbers=(number,)):
            fields["number"] = number
        case Dial(numbers=numbers):
            fields["numbers"] = list(numbers)
        case AiAgent():
            return {verb.verb: _agent_fields(action, verb)}
    for name, _, json_name in verb.attributes:
        value = getattr(action, name)
        if json_name and value is not None:
            fields[json_name] = value
    return {verb.verb: fields}


def _agent_fields(agent: AiAgent, verb: Verb) -> dict[str, Any]:
    fields: dict[str, Any] = {
        json_name: value
        for name, _, json_name in verb.attributes
        if (value := getattr(agent, name)) is not None
    }
    if agent.variables is not None:
        fields["variables"] = dict(agent.variables)
    if agent.handover is not None:
        fields["handover"] = _handover_fields(agent.handover)
    return fields


def _handover_fields(handover: Handover) -> dict[str, str]:
    named = {
        "callbackUrl": handover.callback_url,
        "forward": handover.forward,
        "voicemail": handover.voicemail,
    }
    return {name: value for name, value in named.items() if value}
