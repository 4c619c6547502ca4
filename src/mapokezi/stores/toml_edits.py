"""Changing single values of a TOML file, and leaving every other line of it as it was written.

A file of an office belongs to its people: their comments, their order and their layout stay. So
a text is cut into pieces (a heading, a key with its value), and only the piece that is meant is
written anew; a comment goes only with the entry of a list in whose midst it stands. What comes
out is read again and compared with what was meant, and is not given out if it differs.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array

from mapokezi.errors import MapokeziError
from mapokezi.toml_lines import Path, spell_path

_LONGEST_LINE = 100


class TomlNotEditedError(MapokeziError):
    """A file is written in a way that cannot be changed so; its text can be, by hand."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Lines that belong together."""

    path: Path
    first: int
    """Counted from 0, as is ``last``, which is included."""
    last: int
    is_heading: bool


def value_at(values: Any, path: Path) -> Any:
    """Give a value of a parsed file; None if there is none."""
    for step in path:
        if isinstance(step, int):
            if not isinstance(values, list) or step >= len(values):
                return None
        elif not isinstance(values, dict) or step not in values:
            return None
        values = values[step]
    return values


def set_value(text: str, path: Path, value: Any) -> str:
    """Write a value, or a list of them, in the place of the one that stood there, or anew.

    Raises:
        TomlNotEditedError: It cannot be done.
    """

    def meant(values: Any) -> None:
        for step, follows in pairwise(path):
            if isinstance(step, str):
                values.setdefault(step, [] if isinstance(follows, int) else {})
            values = values[step]
        values[path[-1]] = value

    return _checked(text, path, _set(text, path, value), meant)


def remove_value(text: str, path: Path) -> str:
    """Take a key out, with its value.

    Raises:
        TomlNotEditedError: It cannot be done, or is not there.
    """

    def meant(values: Any) -> None:
        del value_at(values, path[:-1])[path[-1]]

    if value_at(tomllib.loads(text), path) is None:
        raise TomlNotEditedError(f"{spell_path(path)} is not there")
    piece = _piece_with(text, path)
    if piece is None:
        raise TomlNotEditedError(f"{spell_path(path)} cannot be taken out of the file by itself")
    if piece.path == path:
        changed = _without_lines(text, piece.first, piece.last)
    else:
        changed = _within(text, piece, path, None)
    return _checked(text, path, changed, meant)


def append_entry(text: str, path: Path, entry: Mapping[str, Any]) -> str:
    """Add an entry to a list of tables, behind those that are there.

    Raises:
        TomlNotEditedError: It cannot be done.
    """

    def meant(values: Any) -> None:
        parent = value_at(values, path[:-1])
        parent.setdefault(path[-1], []).append(dict(entry))

    before = value_at(tomllib.loads(text), path)
    written_as_list = next((one for one in _pieces(text) if one.path == path), None)
    if written_as_list is not None and not before:
        bare = _without_lines(text, written_as_list.first, written_as_list.last)
        changed = _with_heading(bare, path, entry, 0)
    elif written_as_list is not None:
        changed = _within(text, written_as_list, (*path, len(before)), dict(entry))
    else:
        changed = _with_heading(text, path, entry, len(before or ()))
    return _checked(text, path, changed, meant)


def remove_entry(text: str, path: Path, place: int) -> str:
    """Take an entry out of a list of tables, with the comments in its midst.

    Raises:
        TomlNotEditedError: It cannot be done.
    """

    def meant(values: Any) -> None:
        entries = value_at(values, path)
        del entries[place]
        if not entries:
            del value_at(values, path[:-1])[path[-1]]

    here = [one for one in _pieces(text) if one.path[: len(path) + 1] == (*path, place)]
    if here:
        return _checked(text, path, _without_lines(text, here[0].first, here[-1].last), meant)
    piece = _piece_with(text, path)
    if piece is None:
        raise TomlNotEditedError(f"{spell_path((*path, place))} is not there")
    changed = _within(text, piece, (*path, place), None)
    if not value_at(tomllib.loads(changed), path):
        changed = _without_lines(text, piece.first, piece.last)
    return _checked(text, path, changed, meant)


def _checked(text: str, path: Path, changed: str, meant: Any) -> str:
    values = copy.deepcopy(tomllib.loads(text))
    meant(values)
    try:
        came_out = tomllib.loads(changed)
    except tomllib.TOMLDecodeError as error:
        raise TomlNotEditedError(f"{spell_path(path)} cannot be written there: {error}") from None
    if came_out != values:
        raise TomlNotEditedError(f"{spell_path(path)} cannot be changed without changing others")
    return changed


def _pieces(text: str) -> list[_Piece]:
    """Cut a text into headings and values; comments and empty lines are in none.

    Raises:
        TomlNotEditedError: It is no TOML.
    """
    lines = text.split("\n")
    found: list[_Piece] = []
    counted: dict[Path, int] = {}
    here: Path = ()
    number = 0
    while number < len(lines):
        bare = lines[number].strip()
        if not bare or bare.startswith("#"):
            number += 1
            continue
        if bare.startswith("["):
            names = tuple(_names(tomllib.loads(bare)))
            here = _resolved(names, bare.startswith("[["), counted)
            found.append(_Piece(here, number, number, is_heading=True))
            number += 1
            continue
        last, key = _value_from(lines, number)
        found.append(_Piece((*here, *key), number, last, is_heading=False))
        number = last + 1
    return found


def _names(values: Any) -> Iterator[str]:
    """The names of a heading that was parsed alone."""
    while values:
        if isinstance(values, list):
            values = values[0]
        else:
            name = next(iter(values))
            yield name
            values = values[name]


def _resolved(names: tuple[str, ...], is_entry: bool, counted: dict[Path, int]) -> Path:
    """The whole path of a heading: below a list it is about the entry that came last."""
    path: Path = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in counted:
            path = (*path, counted[path] - 1)
    path = (*path, names[-1])
    if is_entry:
        counted[path] = counted.get(path, 0) + 1
        path = (*path, counted[path] - 1)
    elif path in counted:
        path = (*path, counted[path] - 1)
    return path


def _value_from(lines: list[str], first: int) -> tuple[int, Path]:
    """Find the last line of a key's value: the first with which it can be read."""
    for last in range(first, len(lines)):
        try:
            values = tomllib.loads("\n".join(lines[first : last + 1]))
        except tomllib.TOMLDecodeError:
            continue
        steps: list[str] = []
        while isinstance(values, dict) and len(steps) < _dots(lines[first]) + 1:
            steps.append(next(iter(values)))
            values = values[steps[-1]]
        return last, tuple(steps)
    raise TomlNotEditedError(f"line {first + 1} is no TOML")


def _dots(line: str) -> int:
    """How many dots a key has that is written as ``fallback.say``."""
    key = line.partition("=")[0]
    return 0 if '"' in key or "'" in key else key.count(".")


def _piece_with(text: str, path: Path) -> _Piece | None:
    """The piece in which a value is written: its own, or of an inline table around it."""
    fitting = [
        one
        for one in _pieces(text)
        if not one.is_heading and path[: len(one.path)] == one.path and one.path
    ]
    return max(fitting, key=lambda one: len(one.path), default=None)


def _set(text: str, path: Path, value: Any) -> str:
    piece = _piece_with(text, path)
    if piece is not None:
        return _within(text, piece, path, value)
    table = path[:-1]
    pieces = _pieces(text)
    line = f"{_key(path[-1])} = {_written(value, _key(path[-1]))}"
    headings = [one for one in pieces if one.is_heading]
    if table == () or any(one.path == table for one in headings):
        return _inserted(text, _end_of_table(text, table, pieces), line)
    dotted = [one for one in pieces if one.path[: len(table)] == table and not one.is_heading]
    if dotted and isinstance(table[-1], str):
        line = f"{_key(table[-1])}.{line}"
        return _inserted(text, dotted[-1].last + 1, line)
    if len(table) != 1:
        raise TomlNotEditedError(f"{spell_path(path)} has no place in the file yet")
    return f"{_ended(text)}\n[{_key(table[0])}]\n{line}\n".lstrip("\n")


def _end_of_table(text: str, table: Path, pieces: list[_Piece]) -> int:
    """The line before which a new key of a table is written: behind its last one."""
    end: int | None = None
    is_here = table == ()
    for piece in pieces:
        if piece.is_heading:
            is_here = piece.path == table
            end = piece.last + 1 if is_here else end
        elif is_here:
            end = piece.last + 1
    if end is not None:
        return end
    lines = text.split("\n")
    first = pieces[0].first if pieces else len(lines)
    while first > 0 and lines[first - 1].startswith("#"):
        first -= 1
    return first


def _with_heading(text: str, path: Path, entry: Mapping[str, Any], place: int) -> str:
    """Write an entry under a heading of its own, behind the last one."""
    names = ".".join(_key(step) for step in path if isinstance(step, str))
    lines = [f"[[{names}]]", *(f"{_key(key)} = {_written(entry[key], key)}" for key in entry)]
    around = (*path, place - 1) if place else path[:-1]
    pieces = [one for one in _pieces(text) if one.path[: len(around)] == around]
    if not around or not pieces:
        return "\n".join([_ended(text), *lines, ""]).lstrip("\n")
    behind = text.split("\n")[pieces[-1].last + 1 :]
    block = ["", *lines]
    if behind and behind[0].strip():
        block.append("")
    return _inserted(text, pieces[-1].last + 1, "\n".join(block))


def _within(text: str, piece: _Piece, path: Path, value: Any) -> str:
    """Change a value inside of a piece; None: take it out."""
    lines = text.split("\n")
    try:
        document = tomlkit.parse("\n".join(lines[piece.first : piece.last + 1]) + "\n")
        node: Any = document
        steps = [*_relative(document, piece.path), *path[len(piece.path) :]]
        for step in steps[:-1]:
            node = node[step]
        last = steps[-1]
        if value is None:
            del node[last]
        elif isinstance(node, list) and last == len(node):
            table = tomlkit.inline_table()
            table.update(value)
            node.append(table)
        elif isinstance(value, list) and isinstance(node[last], Array) and node[last]:
            _write_over(node, last, value)
        else:
            node[last] = value
        written = document.as_string().rstrip("\n")
    except (TOMLKitError, LookupError, TypeError, ValueError) as error:
        raise TomlNotEditedError(f"{spell_path(path)} cannot be changed: {error}") from None
    lines[piece.first : piece.last + 1] = written.split("\n")
    return "\n".join(lines)


def _relative(document: Any, path: Path) -> list[str | int]:
    """The steps to a piece's own value, of the piece read alone."""
    steps: list[str | int] = []
    for step in reversed(path):
        steps.insert(0, step)
        if value_at(document.unwrap(), tuple(steps)) is not None:
            return steps
    raise TomlNotEditedError(f"{spell_path(path)} cannot be found")


def _write_over(node: Any, key: str | int, values: list[Any]) -> None:
    """Change only those entries of a list that differ, so that comments beside others stay."""
    array = node[key]
    before = array.unwrap()
    if "\n" not in array.as_string():  # nothing beside its entries: written anew, spaces and all
        node[key] = tomlkit.parse(f"it = {_written(values)}")["it"]
        return
    matcher = SequenceMatcher(None, [repr(one) for one in before], [repr(one) for one in values])
    for tag, first, last, new_first, new_last in reversed(matcher.get_opcodes()):
        if tag == "equal":
            continue
        for place in reversed(range(first, last)):
            del array[place]
        for place, value in enumerate(values[new_first:new_last]):
            array.insert(first + place, value)
    if array.unwrap() != values:
        node[key] = tomlkit.item(values)


def _written(value: Any, key: str | int = "") -> str:
    if isinstance(value, list) and value and not isinstance(value[0], dict):
        entries = [tomlkit.item(one).as_string() for one in value]
        line = f"[{', '.join(entries)}]"
        if len(line) + len(str(key)) + 3 <= _LONGEST_LINE:
            return line
        return "[\n" + "".join(f"  {one},\n" for one in entries) + "]"
    if isinstance(value, list):
        tables = (
            ", ".join(f"{_key(key)} = {_written(inner)}" for key, inner in one.items())
            for one in value
        )
        return "[" + ", ".join(f"{{ {one} }}" for one in tables) + "]"
    return str(tomlkit.item(value).as_string())


def _key(step: str | int) -> str:
    return str(tomlkit.key(str(step)).as_string())


def _ended(text: str) -> str:
    """A text that more can be written behind."""
    return text.rstrip("\n") + "\n" if text.strip() else ""


def _inserted(text: str, line: int, block: str) -> str:
    lines = text.split("\n")
    return _ended_once("\n".join([*lines[:line], block, *lines[line:]]))


def _without_lines(text: str, first: int, last: int) -> str:
    lines = text.split("\n")
    before, behind = lines[:first], lines[last + 1 :]
    while before and behind and not before[-1].strip() and not behind[0].strip():
        before.pop()
    return _ended_once("\n".join([*before, *behind]))


def _ended_once(text: str) -> str:
    return text.rstrip("\n") + "\n" if text.strip() else ""
