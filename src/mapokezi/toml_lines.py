"""Where in a TOML file a value stands, for errors that name file, line and key."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import tomlkit
from tomlkit.container import Container
from tomlkit.items import AoT, Array, InlineTable, Item, Table

Path = tuple[str | int, ...]
"""The way to a value within its file: names of keys, and places in lists counted from 0."""

_MARK = "line-is-sought-here"


def line_of(text: str, path: Path) -> int:
    """Find the line of a value in a TOML text, counted from 1; 0 if it has none of its own.

    tomlkit keeps no line numbers but writes a document back byte for byte: so the value is marked
    with a comment, the document is written out, and the mark is looked for. The line of a value
    that is missing is that of the table it should be in.
    """
    if not path:
        return 0
    document = tomlkit.parse(text)
    node: Any = document
    for depth, step in enumerate(path):
        if isinstance(node, Array):
            return _line_in_array(text, path[:depth], node, step)
        child = _child(node, step)
        if child is None:
            return line_of(text, path[:depth])
        node = child
    if isinstance(node, AoT):
        return line_of(text, (*path, 0)) if len(node) else 0
    return _marked_line(document, node) or line_of(text, path[:-1])


def spell_path(path: Path) -> str:
    """Write a path for people, places counted from 1: ``people[2].mobile``."""
    spelled = ""
    for step in path:
        if isinstance(step, int):
            spelled += f"[{step + 1}]"
        else:
            spelled += f".{step}" if spelled else step
    return spelled


def did_you_mean(word: str, known: list[str]) -> str:
    """Write a suggestion: the nearest of the known words, or all of them."""
    near = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    if near:
        return f'Did you mean "{near[0]}"?'
    return "Known here: " + ", ".join(sorted(known)) if known else "Delete it"


def _child(node: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return node[step] if isinstance(node, AoT) and step < len(node) else None
    container = node.value if isinstance(node, Table | InlineTable) else node
    if not isinstance(container, Container) or step not in container:
        return None
    return container.item(step)


def _marked_line(document: tomlkit.TOMLDocument, node: Any) -> int:
    if not isinstance(node, Item):
        return 0
    own_lines = 0 if isinstance(node, Table) else node.as_string().count("\n")
    node.comment(_MARK)
    for number, line in enumerate(document.as_string().split("\n"), start=1):
        if _MARK in line:
            return number - own_lines
    return 0


def _line_in_array(text: str, path: Path, array: Array, place: str | int) -> int:
    first = line_of(text, path)
    if not isinstance(place, int) or place >= len(array):
        return first
    entry = array[place]
    written = entry.as_string() if isinstance(entry, Item) else str(entry)
    extent = array.as_string().count("\n") + 1
    for number, line in enumerate(text.split("\n")[first - 1 : first - 1 + extent], start=first):
        if written in line:
            return number
    return first
