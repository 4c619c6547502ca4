"""Actions as the platform's XML and JSON, both ways (contract sections 3.3, 4 and 5).

XML is the default: it is the form proven in production; JSON has carried ``stream`` only since
2026-08-23. The two differ in names (``maxDigits`` and ``numDigits``) and in types, so each has its
own table. What we write is pure ASCII, other characters as references, so that no reader's idea
of the charset matters.

Reading is for the emulator. It refuses document types and entities, so that no document can swell
or reach for a file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from mapokezi.errors import MapokeziError
from mapokezi.telephony.actions import (
    MAX_ACTIONS,
    Action,
    ActionError,
    Conference,
    Dial,
    DialRecording,
    GetDigits,
    Hangup,
    Play,
    Record,
    Redirect,
    Reject,
    RejectReason,
    Say,
    Stream,
    Track,
)

XML_CONTENT_TYPE = "text/xml; charset=utf-8"
"""What the integrator in production sends; the seed page's ``application/xml`` is read as well."""
JSON_CONTENT_TYPE = "application/json"

EMPTY_XML = "<Response></Response>"
"""The answer to a lifecycle post: do nothing (contract section 3.2)."""

_MAX_DOCUMENT_BYTES = 262_144
"""Fifty actions of the longest kind stay far below this."""
_MAX_DEPTH = 4
"""Response, verb, and a verb or number inside it; one to spare."""


class BadDocument(MapokeziError):
    """A document that the platform would refuse; its text says which part and why."""


# --- writing ---------------------------------------------------------------------------------


def render_xml(actions: Sequence[Action]) -> str:
    """Write actions as ``<Response>…</Response>``, pure ASCII.

    Raises:
        BadDocument: more than 50 actions.
    """
    _check_count(actions)
    return f"<Response>{''.join(map(_xml_of, actions))}</Response>"


def render_json(actions: Sequence[Action]) -> str:
    """Write actions as ``{"actions":[{verb:{…}},…]}``, pure ASCII.

    Raises:
        BadDocument: more than 50 actions.
    """
    _check_count(actions)
    steps = [_json_of(action) for action in actions]
    return json.dumps({"actions": steps}, separators=(",", ":"))


def _check_count(actions: Sequence[Action]) -> None:
    if len(actions) > MAX_ACTIONS:
        raise BadDocument(f"{len(actions)} actions, and the platform takes {MAX_ACTIONS}")


@dataclass(frozen=True, slots=True)
class _Verb:
    """How one verb is written: its tag, and each attribute in both forms, in order."""

    tag: str
    verb: str
    attributes: tuple[tuple[str, str, str], ...] = ()
    """Field of the dataclass, name in XML, name in JSON; an empty name: not in that form."""
    text_field: str = ""
    """The field that is the element's text in XML; its JSON name stands in ``attributes``."""


_VERBS: dict[type, _Verb] = {
    Say: _Verb(
        "Say",
        "say",
        (
            ("text", "", "text"),
            ("voice", "voice", "voice"),
            ("language", "language", "language"),
            ("loop", "loop", "loop"),
        ),
        "text",
    ),
    Play: _Verb("Play", "play", (("url", "", "url"), ("loop", "loop", "loop")), "url"),
    GetDigits: _Verb(
        "GetDigits",
        "getDigits",
        (
            ("num_digits", "maxDigits", "numDigits"),
            ("timeout_s", "timeout", "timeout"),
            ("finish_on_key", "finishOnKey", "finishOnKey"),
        ),
    ),
    Dial: _Verb(
        "Dial",
        "dial",
        (
            ("caller_id", "callerId", "callerId"),
            ("timeout_s", "timeout", "timeout"),
            ("record", "record", "record"),
        ),
    ),
    Conference: _Verb(
        "Conference",
        "conference",
        (
            ("name", "", "name"),
            ("muted", "muted", "muted"),
            ("start_on_enter", "startOnEnter", "startOnEnter"),
            ("end_on_exit", "endOnExit", "endOnExit"),
            ("beep", "beep", "beep"),
            ("record", "record", "record"),
            ("max_participants", "maxParticipants", "maxParticipants"),
            ("wait_url", "waitUrl", "waitUrl"),
            ("status_events_callback_url", "statusEventsCallbackUrl", "statusEventsCallbackUrl"),
            ("status_events", "statusEvents", "statusEvents"),
        ),
        "name",
    ),
    Record: _Verb(
        "Record",
        "record",
        (
            ("action", "action", "action"),
            ("method", "method", "method"),
            ("timeout_s", "timeout", "timeout"),
            ("max_length_s", "maxLength", "maxLength"),
            ("finish_on_key", "finishOnKey", "finishOnKey"),
            ("play_beep", "playBeep", ""),
            ("trim_silence", "trim", ""),
        ),
    ),
    Redirect: _Verb(
        "Redirect", "redirect", (("method", "method", "method"), ("url", "", "url")), "url"
    ),
    Reject: _Verb("Reject", "reject", (("reason", "reason", "reason"),)),
    Hangup: _Verb("Hangup", "hangup"),
    Stream: _Verb(
        "Stream",
        "stream",
        (
            ("name", "name", "name"),
            ("url", "url", "url"),
            ("track", "track", "track"),
            ("connect", "connect", "connect"),
            ("output_sampling_rate_hz", "outputSamplingRate", "outputSamplingRate"),
            (
                "bidirectional_sampling_rate_hz",
                "bidirectionalSamplingRate",
                "bidirectionalSamplingRate",
            ),
            ("status_callback", "statusCallback", "statusCallback"),
            ("status_events", "statusEvents", "statusEvents"),
            ("header_metadata", "headerMetadata", "headerMetadata"),
            ("open_metadata", "openMetadata", "openMetadata"),
        ),
    ),
}


def _xml_of(action: Action) -> str:
    verb = _VERBS[type(action)]
    head = verb.tag
    for name, xml_name, _ in verb.attributes:
        value = getattr(action, name)
        if xml_name and value is not None:
            written = "trim-silence" if value is True and xml_name == "trim" else _word(value)
            if xml_name == "trim" and value is False:
                continue
            head += f' {xml_name}="{_escape(written, quoted=True)}"'
    inside = _xml_inside(action, verb)
    return f"<{head}>{inside}</{verb.tag}>" if inside else f"<{head}/>"


def _xml_inside(action: Action, verb: _Verb) -> str:
    match action:
        case GetDigits():
            return "".join(map(_xml_of, action.nested))
        case Dial(sip=str(sip)):
            return f"<Sip>{_escape(sip)}</Sip>"
        case Dial(numbers=(number,)):
            # The seed page's own form; several numbers need an element each.
            return _escape(number)
        case Dial():
            return "".join(f"<Number>{_escape(number)}</Number>" for number in action.numbers)
        case _ if verb.text_field:
            return _escape(getattr(action, verb.text_field))
    return ""


def _word(value: object) -> str:
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
    verb = _VERBS[type(action)]
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
    for name, _, json_name in verb.attributes:
        value = getattr(action, name)
        if json_name and value is not None:
            fields[json_name] = value
    return {verb.verb: fields}


# --- reading ---------------------------------------------------------------------------------


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
    _check_count(actions)
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
    _check_count(steps)
    return tuple(map(_action_of_step, steps))


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


_TAGS = {verb.tag.lower(): kind for kind, verb in _VERBS.items()}
_JSON_VERBS = {verb.verb.lower(): kind for kind, verb in _VERBS.items()}

_INTEGERS = {
    "loop",
    "timeout_s",
    "num_digits",
    "max_length_s",
    "max_participants",
    "output_sampling_rate_hz",
    "bidirectional_sampling_rate_hz",
}
_FLAGS = {"muted", "start_on_enter", "end_on_exit", "beep", "connect", "play_beep"}


def _action_of_element(element: _Element) -> Action:
    kind = _TAGS.get(element.tag.lower())
    if kind is None:
        raise BadDocument(f"<{element.tag}> is not a verb")
    verb = _VERBS[kind]
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
    listed = element.attributes.get("phoneNumbers", "").split(",") + [element.text]
    listed += [child.text for child in element.children if child.tag.lower() == "number"]
    sip = [child.text.strip() for child in element.children if child.tag.lower() == "sip"]
    numbers = tuple(number.strip() for number in listed if number.strip())
    return {"numbers": numbers, "sip": sip[0] if sip else None}


def _action_of_step(step: object) -> Action:
    if not isinstance(step, dict) or len(step) != 1:
        raise BadDocument("each action is an object with exactly one verb")
    ((verb_name, fields),) = step.items()
    kind = _JSON_VERBS.get(str(verb_name).lower())
    if kind is None:
        raise BadDocument(f"{verb_name!r} is not a verb")
    if not isinstance(fields, dict):
        raise BadDocument(f"{verb_name}: an object of fields is wanted")
    names = {json_name: name for name, _, json_name in _VERBS[kind].attributes if json_name}
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
    return _build(kind, values, extra, verb_name)


def _strings(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, Iterable) else ()


def _build(
    kind: type, values: Mapping[str, Any], extra: Mapping[str, Any], where: str
) -> Action:
    read: dict[str, Any] = dict(extra)
    for name, value in values.items():
        try:
            read[name] = _reader_of(kind, name)(value)
        except (ValueError, TypeError):
            raise BadDocument(f"{where}: {name} cannot be {value!r}") from None
    for needed in ("text", "url", "name"):
        if needed in kind.__dataclass_fields__ and not _optional(kind, needed):
            if not read.get(needed):
                raise BadDocument(f"{where}: {needed} is missing")
    try:
        action: Action = kind(**read)
    except ActionError as error:
        raise BadDocument(f"{where}: {error}") from None
    return action


def _optional(kind: type, name: str) -> bool:
    return kind is Stream and name == "name"


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
