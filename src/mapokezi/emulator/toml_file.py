"""The emulator's own settings file: numbers, modes, people, keys, money, in TOML.

What is wrong in a file is told all at once, each with file, line and key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from mapokezi.emulator.callees import CalleeScript, UnknownWay, callee
from mapokezi.emulator.clock import FASTEST
from mapokezi.emulator.modes import MODES, UnknownMode, read_changes
from mapokezi.emulator.settings import SCOPES, ApiKey, EmulatorSettings, Number
from mapokezi.errors import ConfigurationError
from mapokezi.telephony.numbers import to_e164
from mapokezi.toml_lines import Path as Way
from mapokezi.toml_lines import did_you_mean, line_of, spell_path

_Table = TypeVar("_Table", bound=msgspec.Struct)
_HIGHEST_PORT = 65_535


class _Callee(msgspec.Struct):
    way: str
    after_s: float | None = None
    talk_s: float | None = None
    says: str | None = None
    presses: str | None = None
    presses_after_s: float | None = None
    then_says: str | None = None


class _Number(msgspec.Struct):
    e164: str
    voice_url: str = ""
    events_url: str = ""
    signing_secret: str = ""
    modes: dict[str, Any] = {}


class _Key(msgspec.Struct):
    key: str
    scopes: tuple[str, ...] = tuple(sorted(SCOPES))


class _File(msgspec.Struct):
    host: str | None = None
    port: int | None = None
    clock: float | None = None
    api_key: str | None = None
    balance_minor: int | None = None
    low_balance_minor: int | None = None
    play_hosts: tuple[str, ...] | None = None
    captions: str | None = None
    modes: dict[str, Any] = {}
    number: list[Any] = []
    key: list[Any] = []
    callee: dict[str, Any] = {}


_PLAIN = {
    "host": "host",
    "port": "port",
    "clock": "clock_speed",
    "api_key": "api_key",
    "balance_minor": "balance_minor",
    "low_balance_minor": "low_balance_minor",
    "captions": "captions",
}
"""Keys of the file, and the settings that they are."""


def with_file(settings: EmulatorSettings, path: Path) -> EmulatorSettings:
    """Lay a file's settings over others. Its numbers, if it has any, stand in place of theirs.

    Raises:
        ConfigurationError: The file cannot be read, or says what cannot be; a line an error, each
            with file, line and key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigurationError(f"{path}: {why}") from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = at.group(1) if at else text.count("\n") + 1
        raise ConfigurationError(f"{path}, line {line}: this is not TOML: {error}") from None
    reader = _Reader(path, text)
    changed = reader.laid_over(settings, values)
    if reader.faults:
        raise ConfigurationError("\n".join(reader.faults))
    return changed


class _Reader:
    """Reads one file's values, and notes all that is wrong with them."""

    def __init__(self, path: Path, text: str) -> None:
        self._path, self._text = path, text
        self.faults: list[str] = []

    def wrong(self, way: Way, what: str) -> None:
        """Note that a value cannot be."""
        line = line_of(self._text, way)
        where = f"{self._path}, line {line}" if line else f"{self._path}"
        self.faults.append(f"{where}, {spell_path(way)}: {what}")

    def laid_over(self, settings: EmulatorSettings, values: dict[str, Any]) -> EmulatorSettings:
        """The settings with the file's over them; not to be used if there are faults."""
        file = self._table(_File, values, ())
        if file is None:
            return settings
        self._check(file)
        plain = {there: getattr(file, here) for here, there in _PLAIN.items()}
        changed = replace(settings, **{name: it for name, it in plain.items() if it is not None})
        if file.play_hosts is not None:
            changed = replace(changed, play_hosts=frozenset(file.play_hosts))
        changed = replace(
            changed,
            behaviour=replace(changed.behaviour, **self._modes(file.modes, ("modes",))),
            callees={**changed.callees, **dict(self._callees(file.callee))},
            more_keys=(*changed.more_keys, *self._keys(file.key)),
        )
        return self._with_numbers(changed, file.number)

    def _check(self, file: _File) -> None:
        if file.clock is not None and not 0 < file.clock <= FASTEST:
            self.wrong(("clock",), f"more than 0, at most {FASTEST:g}")
        if file.port is not None and not 0 <= file.port <= _HIGHEST_PORT:
            self.wrong(("port",), f"0 (any) to {_HIGHEST_PORT}")

    def _table(self, kind: type[_Table], given: object, way: Way) -> _Table | None:
        """A table as what it should be; None if it cannot be that."""
        if not isinstance(given, dict):
            self.wrong(way, "a table is wanted")
            return None
        fields = {field.name: field for field in msgspec.structs.fields(kind)}
        good: dict[str, Any] = {}
        for key, value in given.items():
            if key not in fields:
                self.wrong((*way, key), f"there is no such key. {did_you_mean(key, [*fields])}")
                continue
            try:
                good[key] = msgspec.convert(value, fields[key].type)
            except msgspec.ValidationError as error:
                self.wrong((*way, key), str(error).partition(" - at ")[0])
        missing = [name for name, field in fields.items() if field.required and name not in given]
        for name in missing:
            self.wrong((*way, name), "it is missing")
        needed = {name for name, field in fields.items() if field.required}
        return kind(**good) if needed <= good.keys() else None

    def _modes(self, given: Mapping[str, Any], way: Way) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        for name, value in given.items():
            if name.replace("_", "-") not in MODES:
                told = did_you_mean(name, [*MODES])
                self.wrong((*way, name), f"there is no such mode. {told}")
                continue
            try:
                changes |= read_changes({name: value})
            except UnknownMode as error:
                self.wrong((*way, name), str(error))
        return changes

    def _callees(self, given: Mapping[str, Any]) -> Iterable[tuple[str, CalleeScript]]:
        for number, table in given.items():
            way: Way = ("callee", number)
            read = self._table(_Callee, table, way)
            if read is None:
                continue
            told = msgspec.structs.asdict(read)
            changes = {name: it for name, it in told.items() if it is not None and name != "way"}
            for name, it in changes.items():
                if isinstance(it, float) and it < 0:
                    self.wrong((*way, name), "a number of seconds is wanted")
            try:
                yield to_e164(number) or number, callee(read.way, **changes)
            except UnknownWay as error:
                self.wrong((*way, "way"), str(error))

    def _keys(self, given: list[Any]) -> Iterable[ApiKey]:
        for place, table in enumerate(given):
            read = self._table(_Key, table, ("key", place))
            if read is None:
                continue
            for scope in read.scopes:
                if scope not in SCOPES:
                    told = did_you_mean(scope, sorted(SCOPES))
                    self.wrong(("key", place, "scopes"), f"{scope} is no scope. {told}")
            yield ApiKey(read.key, frozenset(read.scopes))

    def _with_numbers(self, settings: EmulatorSettings, given: list[Any]) -> EmulatorSettings:
        """The file's numbers in place of others; one without a voice URL only sets modes."""
        routed: list[Number] = []
        modes: dict[str, Mapping[str, Any]] = {}
        for place, table in enumerate(given):
            way: Way = ("number", place)
            read = self._table(_Number, table, way)
            if read is None:
                continue
            e164 = to_e164(read.e164)
            if e164 is None:
                self.wrong((*way, "e164"), f"{read.e164} is no telephone number: +254209000000")
                continue
            for name in ("voice_url", "events_url"):
                url = getattr(read, name)
                if url and not url.startswith(("http://", "https://")):
                    self.wrong((*way, name), "an address is wanted: http://127.0.0.1:3000/voice")
            if read.voice_url:
                secret = read.signing_secret
                routed.append(Number(e164, read.voice_url, read.events_url, secret))
            if changes := self._modes(read.modes, (*way, "modes")):
                modes[e164] = changes
        return replace(
            settings,
            numbers=tuple(routed) or settings.numbers,
            number_modes={**settings.number_modes, **modes},
        )
