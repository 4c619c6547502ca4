"""The emulator's own settings file: numbers, modes, people, keys, money, in TOML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from mapokezi.emulator.callees import CalleeScript, UnknownWay, callee
from mapokezi.emulator.clock import FASTEST
from mapokezi.emulator.modes import UnknownMode, read_changes
from mapokezi.emulator.settings import SCOPES, ApiKey, EmulatorSettings, Number
from mapokezi.errors import ConfigurationError
from mapokezi.telephony.numbers import to_e164

_Modes = dict[str, str | int | float]


class _Callee(msgspec.Struct, forbid_unknown_fields=True):
    way: str
    after_s: float | None = None
    talk_s: float | None = None
    says: str | None = None
    presses: str | None = None
    presses_after_s: float | None = None


class _Number(msgspec.Struct, forbid_unknown_fields=True):
    e164: str
    voice_url: str = ""
    events_url: str = ""
    signing_secret: str = ""
    modes: _Modes = {}


class _Key(msgspec.Struct, forbid_unknown_fields=True):
    key: str
    scopes: tuple[str, ...] = tuple(sorted(SCOPES))


class _File(msgspec.Struct, forbid_unknown_fields=True):
    host: str | None = None
    port: int | None = None
    clock: float | None = None
    api_key: str | None = None
    balance_minor: int | None = None
    low_balance_minor: int | None = None
    play_hosts: tuple[str, ...] | None = None
    captions: str | None = None
    modes: _Modes = {}
    number: tuple[_Number, ...] = ()
    key: tuple[_Key, ...] = ()
    callee: dict[str, _Callee] = {}


def with_file(settings: EmulatorSettings, path: Path) -> EmulatorSettings:
    """Lay a file's settings over others. Its numbers, if it has any, stand in place of theirs.

    Raises:
        ConfigurationError: The file cannot be read, or says what cannot be; the text says where.
    """
    try:
        file = msgspec.toml.decode(path.read_bytes(), type=_File)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
    except msgspec.MsgspecError as error:
        raise ConfigurationError(f"{path}: {error}") from None
    try:
        return _laid_over(settings, file)
    except (UnknownMode, UnknownWay) as error:
        raise ConfigurationError(f"{path}: {error}") from None


def _laid_over(settings: EmulatorSettings, file: _File) -> EmulatorSettings:
    plain: dict[str, Any] = {
        "host": file.host,
        "port": file.port,
        "clock_speed": file.clock,
        "api_key": file.api_key,
        "balance_minor": file.balance_minor,
        "low_balance_minor": file.low_balance_minor,
        "captions": file.captions,
        "play_hosts": None if file.play_hosts is None else frozenset(file.play_hosts),
    }
    changed = replace(settings, **{name: it for name, it in plain.items() if it is not None})
    changed = replace(
        changed,
        behaviour=replace(changed.behaviour, **read_changes(file.modes)),
        callees={**changed.callees, **dict(map(_read_callee, file.callee.items()))},
        more_keys=(*changed.more_keys, *(ApiKey(k.key, frozenset(k.scopes)) for k in file.key)),
    )
    if file.clock is not None and not 0 < file.clock <= FASTEST:
        raise UnknownMode(f"clock: more than 0, at most {FASTEST:g}")
    return with_numbers(changed, file.number)


def _read_callee(one: tuple[str, _Callee]) -> tuple[str, CalleeScript]:
    number, given = one
    changes = {name: it for name, it in msgspec.structs.asdict(given).items() if it is not None}
    way = str(changes.pop("way"))
    return to_e164(number) or number, callee(way, **changes)


def with_numbers(settings: EmulatorSettings, numbers: tuple[_Number, ...]) -> EmulatorSettings:
    """Take a file's numbers in place of others; one without a voice URL only sets modes."""
    routed = tuple(
        Number(to_e164(one.e164) or one.e164, one.voice_url, one.events_url, one.signing_secret)
        for one in numbers
        if one.voice_url
    )
    modes: dict[str, Mapping[str, Any]] = {
        to_e164(one.e164) or one.e164: read_changes(one.modes) for one in numbers if one.modes
    }
    return replace(
        settings,
        numbers=routed or settings.numbers,
        number_modes={**settings.number_modes, **modes},
    )
