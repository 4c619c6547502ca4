"""What the service does not take from a client: the rules of the fake Gemini Live server.

Composed from the contract's page of November 2026.
"""

from __future__ import annotations

from typing import Any


class Refused(Exception):  # noqa: N818
    """The client has sent what the service closes the connection for."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


def in_camel_case(value: Any) -> Any:
    """Read both spellings of names, as proto-JSON does; names of the client's own stay."""
    if isinstance(value, list):
        return [in_camel_case(one) for one in value]
    if not isinstance(value, dict):
        return value
    read = {}
    for key, one in value.items():
        first, *rest = key.split("_")
        name = first + "".join(word.capitalize() for word in rest)
        is_own = name in {"args", "response", "properties", "labels"}
        read[name] = one if is_own else in_camel_case(one)
    return read


def check_configuration(setup: dict[str, Any], model: str, *, is_vertex: bool) -> None:
    """Refuse a setup with what the model or the API does not know."""
    generation = setup.get("generationConfig", {})
    thinking = generation.get("thinkingConfig", {}).get("thinkingLevel")
    if generation.get("responseModalities") != ["AUDIO"]:
        raise Refused(1007, "Request contains an invalid argument: modalities")
    if "extended-thinking" in model:
        if thinking not in {"LOW", "MEDIUM", "HIGH"}:
            raise Refused(1007, "thinking_level is required")
    elif "thinkingConfig" in generation:
        raise Refused(1007, "thinking_level is not supported by this model")
    if "proactivity" in setup or "enableAffectiveDialog" in generation:
        raise Refused(1007, "Unknown name")
    if is_vertex and {"historyConfig", "labels"} & setup.keys():
        raise Refused(1007, "Unknown name")
    for tool in setup.get("tools", []):
        for declaration in tool["functionDeclarations"]:
            if "parametersJsonSchema" in declaration:
                raise Refused(1007, "parameters_json_schema: tools would get empty arguments")
            _check_schema(declaration.get("parameters", {"type": "STRING"}))


def _check_schema(schema: dict[str, Any]) -> None:
    unknown = schema.keys() & {"const", "$ref", "$defs", "additionalProperties", "oneOf", "$schema"}
    if unknown or not schema.get("type", "STRING").isupper():
        raise Refused(1007, f"Invalid JSON payload received. Unknown name {sorted(unknown)}")
    if schema.get("type") == "OBJECT" and not schema.get("properties"):
        raise Refused(1007, "properties: should be non-empty for OBJECT type")
    for inner in schema.get("properties", {}).values():
        _check_schema(inner)
    if "items" in schema:
        _check_schema(schema["items"])


def check_tool_response(response: dict[str, Any], *, is_vertex: bool) -> None:
    """Refuse an answer that names no tool or, but for Vertex, no call."""
    for one in response.get("functionResponses", []):
        if not one.get("name") or not isinstance(one.get("response"), dict):
            raise Refused(1007, "function response without name or response")
        if not is_vertex and not one.get("id"):
            raise Refused(1007, "function response without id")
