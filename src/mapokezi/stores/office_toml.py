"""Reading a TOML file of an office key by key, so that all of its errors are told at once.

A `TomlTable` is asked for one key after another; what is wrong with a value is noted in the
shared list of errors with its file, line and key, and reading goes on with a value that does no
harm. `TomlTable.finish` then notes the keys that nobody asked for.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import phonenumbers
import tomlkit
from tomlkit.exceptions import TOMLKitError

from mapokezi.toml_lines import Path, did_you_mean, line_of, spell_path
from mapokezi.units import E164


@dataclass(frozen=True, slots=True)
class OfficeFileError:
    """One thing that is wrong in an office's folder, and how to mend it."""

    file: str
    """The file's name within the folder; the folder's own if a file is missing."""
    line: int
    """Counted from 1; 0 if it is about the file as a whole."""
    key: str
    """Where in the file: ``people[2].mobile`` (the second person), a fact's id, or empty."""
    what: str
    """What is wrong."""
    mend: str
    """What to write instead."""

    def __str__(self) -> str:
        """One line: ``people.toml, line 9, people[2].mobile: ...``."""
        where = self.file + (f", line {self.line}" if self.line else "")
        where += f", {self.key}" if self.key else ""
        return f"{where}: {self.what}. {self.mend}{'' if self.mend.endswith('?') else '.'}"


@dataclass(slots=True)
class TomlText:
    """A TOML file's text and the errors found in it so far."""

    file: str
    text: str
    errors: list[OfficeFileError] = field(default_factory=list)

    def parse(self) -> TomlTable:
        """Give the file's outermost table; an empty one, with an error noted, if it is not TOML."""
        try:
            values: dict[str, Any] = tomlkit.parse(self.text).unwrap()
        except TOMLKitError as error:
            what = re.sub(r" at line \d+ col \d+$", "", str(error)) or type(error).__name__
            line = _line_of_fault(self.text) or int(getattr(error, "line", 0))
            self.errors.append(
                OfficeFileError(
                    self.file,
                    line,
                    "",
                    f"this is not TOML ({what})",
                    'Write each value as key = "text", and close every quotation mark and bracket',
                )
            )
            return TomlTable(self, (), {}, broken=True)
        return TomlTable(self, (), values)

    def wrong(self, path: Path, what: str, mend: str) -> None:
        """Note an error at a value, or at the table that lacks it."""
        line = line_of(self.text, path)
        self.errors.append(OfficeFileError(self.file, line, spell_path(path), what, mend))


@dataclass(slots=True)
class TomlTable:
    """One table of a TOML file while it is being read."""

    source: TomlText
    path: Path
    values: dict[str, Any]
    broken: bool = False
    """Whether the file could not be parsed: then nothing is reported as missing."""
    asked: list[str] = field(default_factory=list)

    def wrong(self, key: str, what: str, mend: str, place: int | None = None) -> None:
        """Note an error at ``key`` of this table, or at one place of the list under it."""
        here = (*self.path, key) if place is None else (*self.path, key, place)
        self.source.wrong(here, what, mend)

    def text(self, key: str, default: str | None = None) -> str:
        """Read words. Without a ``default`` the key must be there and not be blank."""
        value = self._take(key, str, "words in quotation marks", needed=default is None)
        if value is None:
            return default or ""
        if default is None and not value.strip():
            self.wrong(key, "is empty", "Write the words between the quotation marks")
        return " ".join(str(value).split())

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of words; a missing one is empty."""
        value = self._take(key, list, 'a list, ["one", "two"]')
        good: list[str] = []
        for place, entry in enumerate(value or ()):
            if not isinstance(entry, str) or not entry.strip():
                self.wrong(key, "holds an entry that is not words", 'Write "words"', place)
            elif entry in good:
                self.wrong(key, f'holds "{entry}" twice', "Delete one of the two", place)
            else:
                good.append(entry)
        return tuple(good)

    def flag(self, key: str, default: bool) -> bool:
        """Read ``true`` or ``false``."""
        value = self._take(key, bool, "true or false")
        return default if value is None else bool(value)

    def whole_number(self, key: str, default: int, lowest: int, highest: int) -> int:
        """Read a whole number within bounds."""
        value = self._take(key, int, "a whole number without quotation marks")
        if value is None:
            return default
        if not lowest <= value <= highest:
            self.wrong(key, f"is {value}", f"Write a number from {lowest} to {highest}")
            return default
        return int(value)

    def day(self, key: str) -> date | None:
        """Read a date; the key must be there."""
        value = self._take(key, date, "a date without quotation marks, 2026-12-24", needed=True)
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else None

    def number(self, key: str) -> E164 | None:
        """Read a telephone number in its full form; None if it is missing or wrong."""
        value = self._take(key, str, 'a telephone number in quotation marks, "+254..."')
        return None if value is None else self._checked_number(key, value, None)

    def numbers(self, key: str) -> tuple[E164, ...]:
        """Read a list of telephone numbers."""
        read = (self._checked_number(key, text, at) for at, text in enumerate(self.texts(key)))
        return tuple(number for number in read if number is not None)

    def table(self, key: str) -> TomlTable:
        """Read a table within this one; a missing one is empty."""
        value = self._take(key, dict, f"a table, [{key}]")
        return TomlTable(self.source, (*self.path, key), value or {}, broken=value is None)

    def tables(self, key: str) -> list[TomlTable]:
        """Read a list of tables; a missing one is empty."""
        value = self._take(key, list, f"a list of tables, each under [[{key}]]") or []
        found = []
        for place, entry in enumerate(value):
            if isinstance(entry, dict):
                found.append(TomlTable(self.source, (*self.path, key, place), entry))
            else:
                mend = f"Write each under a heading of its own, [[{key}]]"
                self.wrong(key, "holds an entry that is not a table", mend, place)
        return found

    def finish(self) -> None:
        """Note every key that was never asked for."""
        for key in self.values:
            if key not in self.asked:
                self.wrong(key, "is not a key that is known here", did_you_mean(key, self.asked))

    def _take(self, key: str, kind: type, shape: str, needed: bool = False) -> Any:
        self.asked.append(key)
        value = self.values.get(key)
        if value is None:
            if needed and not self.broken:
                self.source.wrong(
                    self.path, f'the key "{key}" is missing', f"Add {key} = {_sample(kind)}"
                )
            return None
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.wrong(key, f"is {_kind_of(value)}", f"Write {shape}")
            return None
        return value

    def _checked_number(self, key: str, text: str, place: int | None) -> E164 | None:
        compact = re.sub(r"[\s().-]", "", text)
        if re.fullmatch(r"\+[1-9]\d{6,14}", compact):
            if phonenumbers.is_possible_number(phonenumbers.parse(compact)):
                return E164(compact)
            self.wrong(
                key, f'"{text}" has too few or too many digits', "Count its digits again", place
            )
            return None
        self.wrong(key, f'"{text}" is not a number in its full form', _full_form(compact), place)
        return None


def _line_of_fault(text: str) -> int:
    """Find where a text stops to be TOML; 0 if that cannot be told.

    tomlkit names the line behind a key or a table that stands twice.
    """
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)$", str(error))
        return int(found[1]) if found else 0
    return 0


def _kind_of(value: Any) -> str:
    kinds = {str: "words", bool: "true or false", int: "a number", float: "a number"}
    kinds |= {list: "a list", dict: "a table"}
    return kinds.get(type(value), "a date or a time")


def _sample(kind: type) -> str:
    return {str: '"..."', date: "2026-12-24", list: "[...]"}.get(kind, "...")


def _full_form(compact: str) -> str:
    shape = 'Write + and the country\'s code first: "+254722000000"'
    if re.search(r"[^\d+]", compact):  # phonenumbers would take letters for the keys they stand on
        return shape
    try:
        number = phonenumbers.parse(compact, "KE")
    except phonenumbers.NumberParseException:
        return shape
    full = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f'If it is a Kenyan number, write "{full}"'
