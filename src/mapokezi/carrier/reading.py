"""The platform's answers, made into types: every spelling that its sources have, to one.

Tolerant: fields that are not known are left aside, missing ones are None, whole numbers may come
as text. What cannot be done without (an id) must be there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from mapokezi.carrier.asking import unreadable

T = TypeVar("T")


def decoded(deed: str, body: bytes) -> Any:
    """The JSON of an answer.

    Raises:
        Unreadable: If it is none, or only half of one.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise unreadable(deed, f"no JSON ({error})") from None


def record(deed: str, value: Any, kind: type[T], spellings: Mapping[str, str] | None = None) -> T:
    """One object as a type.

    Args:
        deed: What was asked for.
        value: The decoded object.
        kind: A msgspec struct.
        spellings: Other names of fields, and what they are called here.

    Raises:
        Unreadable: If a field that must be there is not, or one is of the wrong kind.
    """
    if isinstance(value, Mapping):
        value = _named(value, spellings or {})
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        raise unreadable(deed, str(error)) from None


def inside(value: Any, *names: str) -> Any:
    """What an envelope holds: the object under one of these names, or the value itself."""
    if isinstance(value, Mapping):
        for name in names:
            if isinstance(value.get(name), Mapping):
                return value[name]
    return value


def rows(deed: str, value: Any, *names: str) -> list[Any]:
    """The list that an answer is, or holds under one of these names.

    Raises:
        Unreadable: If there is none.
    """
    if isinstance(value, list):
        return value
    if isinstance(value, Mapping):
        for name in names:
            if isinstance(value.get(name), list):
                return list(value[name])
    raise unreadable(deed, f"no list, neither bare nor under {', '.join(names)}")


def _named(value: Mapping[str, Any], spellings: Mapping[str, str]) -> dict[str, Any]:
    """The fields by our names; the first spelling that has a value wins, ours before all."""
    given = {name: one for name, one in value.items() if one is not None}
    for theirs, ours in spellings.items():
        if ours not in given and theirs in given:
            given[ours] = given[theirs]
    return given
