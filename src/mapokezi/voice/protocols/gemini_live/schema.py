"""From JSON Schema to the subset of OpenAPI's that Gemini knows.

Types are in capitals, and keywords that the API does not know are left out: an unknown name is
answered with an error. ``parameters`` is used and not ``parametersJsonSchema``, with which live
models were seen to call tools with empty arguments (python-genai issue 1147).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_KEPT = ("description", "nullable", "minimum", "maximum", "minItems", "maxItems")
_FORMATS = frozenset({"date-time", "enum", "int32", "int64", "float", "double"})


def declared(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give a tool's parameters; None for one without any, which an empty object would break."""
    parameters = _converted(schema)
    return parameters if parameters.get("properties") else None


def _converted(schema: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {key: schema[key] for key in _KEPT if schema.get(key) is not None}
    kind, is_nullable = _type_of(schema)
    if kind:
        made["type"] = kind
    if is_nullable:
        made["nullable"] = True
    if schema.get("format") in _FORMATS:
        made["format"] = schema["format"]
    choices = schema.get("enum") or ([schema["const"]] if "const" in schema else None)
    if choices and all(isinstance(choice, str) for choice in choices):
        made["type"] = "STRING"
        made["enum"] = list(choices)
    if isinstance(schema.get("items"), Mapping):
        made["items"] = _converted(schema["items"])
    either = schema.get("anyOf") or schema.get("oneOf")
    if either:
        made["anyOf"] = [_converted(one) for one in either]
    properties = schema.get("properties")
    if isinstance(properties, Mapping) and properties:
        made["properties"] = {name: _converted(one) for name, one in properties.items()}
        required = [name for name in schema.get("required", ()) if name in properties]
        if required:
            made["required"] = required
    return made


def _type_of(schema: Mapping[str, Any]) -> tuple[str, bool]:
    kind = schema.get("type")
    if isinstance(kind, str):
        return kind.upper(), False
    if isinstance(kind, list | tuple):
        others = [one for one in kind if one != "null"]
        return (str(others[0]).upper() if others else ""), len(others) < len(kind)
    return "", False
