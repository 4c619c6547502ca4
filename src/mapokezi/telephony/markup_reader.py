"""Reads the platform's XML and JSON back into actions, as the emulator must.

It refuses document types and entities, so that no document can swell or reach for a file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from mapokezi.telephony.actions import (
    Action,
    ActionError,
    AiAgent,
    Conference,
    Dial,
    DialRecording,
    GetDigits,
    Handover,
    Play,
    Redirect,
    Reject,
    RejectReason,
    Say,
    Stream,
    Track,
    Unavailable,
)
from mapokezi.telephony.verb_table import VERBS, BadDocument, check_count, check_order

_MAX_DOCUMENT_BYTES = 262_144
"""Fifty actions of the longest kind stay far below this."""
_MAX_DEPTH = 4
"""Response, verb, and a verb or number inside it; one to spare."""


@dataclass(slots=True)
class _Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""
    children: list[_Element] = field(default_factory=list)


def parse_xml(document: bytes | str) -> tuple[Action, ...]:
    """Read ``<Response>…</Response>``.

    Raises:
        BadDocument: not XML, not a Response, a verb or value that is not known, over 50 actions,
            a document type or an entity.
    """
    root = _parse_elements(document.encode() if isinstance(document, str) else document)
    if root.tag != "Response":
        raise BadDocument(f"the document is a <{root.tag}> and not a <Response>")
    actions = tuple(_action_of_element(child) for child in root.children)
    check_count(actions)
    return actions


def parse_json(document: bytes | str) -> tuple[Action, ...]:
    """Read ``{"actions":[…]}`` or the bare list.

    Raises:
        BadDocument: not JSON, not that shape, an unknown verb or value, over 50 actions.
    """
    if len(document) > _MAX_DOCUMENT_BYTES:
        raise BadDocument(f"the document is longer than {_MAX_DOCUMENT_BYTES} bytes")
    try:
        value = json.loads(document)
    except (ValueError, RecursionError) as error:
        raise BadDocument(f"not JSON: {error}") from None
    steps = value.get("actions") if isinstance(value, dict) else value
    if not isinstance(steps, list):
        raise BadDocument('no list of actions: {"actions":[…]} is wanted')
    check_count(steps)
    actions = tuple(map(_action_of_step, steps))
    check_order(actions)
    return actions


def _parse_elements(document: bytes) -> _Element:
    if len(document) > _MAX_DOCUMENT_BYTES:
        raise BadDocument(f"the document is longer than {_MAX_DOCUMENT_BYTES} bytes")
    top = _Element("", {})
    open_elements = [top]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(open_elements) > _MAX_DEPTH:
            raise BadDocument(f"<{tag}> lies too deep")
        element = _Element(tag, attributes)
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def text(data: str) -> None:
        open_elements[-1].text += data

    def refuse(*_: object) -> None:
        raise BadDocument("a document type or an entity is not accepted")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _tag: open_elements.pop()
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise BadDocument(f"not XML: {error}") from None
    except (LookupError, UnicodeError, ValueError) as error:
        raise BadDocument(f"not XML that can be read: {error}") from None
    return top.children[0]


_TAGS = {verb.tag.lower(): kind for kind, verb in VERBS.items() if verb.tag}
_JSONVERBS = {verb.verb.lower(): kind for kind, verb in VERBS.items()}

_NEEDED: dict[type, tuple[str, ...]] = {
    Say: ("text",),
    Play: ("url",),
    Redirect: ("url",),
    Stream: ("url",),
    Conference: ("name",),
    AiAgent: ("agent_id",),
}
_INTEGERS = {
    "loop",
    "timeout_s",
    "num_digits",
    "max_length_s",
    "max_participants",
    "output_sampling_rate_hz",
    "bidirectional_sampling_rate_hz",
    "input_sampling_rate_hz",
    "revision",
}
_FLAGS = {
    "muted",
    "start_on_enter",
    "end_on_exit",
    "beep",
    "connect",
    "play_beep",
    "transcribe",
    "collect_digits",
}


def _action_of_element(element: _Element) -> Action:
    kind = _TAGS.get(element.tag.lower())
    if kind is None:
        raise BadDocument(f"<{element.tag}> is not a verb")
    verb = VERBS[kind]
    names = {xml_name.lower(): name for name, xml_name, _ in verb.attributes if xml_name}
    values = {
        names[key.lower()]: value
        for key, value in element.attributes.items()
        if key.lower() in names
    }
    if verb.text_field:
        values[verb.text_field] = element.text.strip()
    extra: dict[str, Any] = {}
    if kind is Dial:
        extra = _dialled(element)
    elif kind is GetDigits:
        extra["nested"] = tuple(map(_action_of_element, element.children))
    return _build(kind, values, extra, f"<{element.tag}>")


def _dialled(element: _Element) -> dict[str, Any]:
    listed = [*element.attributes.get("phoneNumbers", "").split(","), element.text]
    listed += [child.text for child in element.children if child.tag.lower() == "number"]
    sip = [child.text.strip() for child in element.children if child.tag.lower() == "sip"]
    numbers = tuple(number.strip() for number in listed if number.strip())
    return {"numbers": numbers, "sip": sip[0] if sip else None}


def _action_of_step(step: object) -> Action:
    if not isinstance(step, dict) or len(step) != 1:
        raise BadDocument("each action is an object with exactly one verb")
    ((verb_name, fields),) = step.items()
    kind = _JSONVERBS.get(str(verb_name).lower())
    if kind is None:
        raise BadDocument(f"{verb_name!r} is not a verb")
    if not isinstance(fields, dict):
        raise BadDocument(f"{verb_name}: an object of fields is wanted")
    names = {json_name: name for name, _, json_name in VERBS[kind].attributes if json_name}
    values = {names[key]: value for key, value in fields.items() if key in names}
    extra: dict[str, Any] = {}
    if kind is Dial:
        one, many = fields.get("number"), fields.get("numbers", [])
        if one and many:
            raise BadDocument("dial: number and numbers exclude each other")
        extra = {"numbers": (str(one),) if one else _strings(many), "sip": fields.get("sip")}
    elif kind is GetDigits:
        nested = fields.get("nested", [])
        extra["nested"] = tuple(map(_action_of_step, nested if isinstance(nested, list) else []))
    elif kind is AiAgent:
        extra = _agent_parts(fields)
    return _build(kind, values, extra, verb_name)


def _agent_parts(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What an agent is given beside plain values.

    Raises:
        BadDocument: the variables or the handover are no objects, or break a rule.
    """
    parts: dict[str, Any] = {}
    variables, handover = fields.get("variables"), fields.get("handover")
    if variables is not None:
        if not isinstance(variables, dict):
            raise BadDocument("aiAgent: variables is no object")
        parts["variables"] = {str(name): str(value) for name, value in variables.items()}
    if handover is not None:
        if not isinstance(handover, dict):
            raise BadDocument("aiAgent: handover is no object")
        names = {"callbackUrl": "callback_url", "forward": "forward", "voicemail": "voicemail"}
        told = {names[key]: str(value) for key, value in handover.items() if key in names}
        try:
            parts["handover"] = Handover(**told)
        except ActionError as error:
            raise BadDocument(f"aiAgent: {error}") from None
    return parts


def _strings(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, Iterable) else ()


def _build(kind: type, values: Mapping[str, Any], extra: Mapping[str, Any], where: str) -> Action:
    read: dict[str, Any] = dict(extra)
    for name, value in values.items():
        try:
            read[name] = _reader_of(kind, name)(value)
        except (ValueError, TypeError):
            raise BadDocument(f"{where}: {name} cannot be {value!r}") from None
    for needed in _NEEDED.get(kind, ()):
        if not read.get(needed):
            raise BadDocument(f"{where}: {needed} is missing")
    try:
        action: Action = kind(**read)
    except ActionError as error:
        raise BadDocument(f"{where}: {error}") from None
    return action


def _reader_of(kind: type, name: str) -> Callable[[Any], Any]:
    if name in _INTEGERS:
        return int
    if name in _FLAGS or (kind is Conference and name == "record"):
        return _flag
    if name == "trim_silence":
        return lambda value: value == "trim-silence"
    readers: dict[tuple[type, str], Callable[[Any], Any]] = {
        (Stream, "track"): Track,
        (Reject, "reason"): RejectReason,
        (Dial, "record"): _dial_recording,
        (AiAgent, "on_unavailable"): Unavailable,
    }
    return readers.get((kind, name), str)


def _dial_recording(value: object) -> DialRecording | None:
    """XML says true or false, JSON names the moment: the contract has both."""
    if value in (False, "false"):
        return None
    if value in (True, "true"):
        return DialRecording.FROM_ANSWER
    return DialRecording(str(value))


def _flag(value: object) -> bool:
    if value in (True, "true", "1", 1):
        return True
    if value in (False, "false", "0", 0):
        return False
    raise ValueError(value)
