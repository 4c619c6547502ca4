"""The settings, read from their file and the environment; what is wrong is told with its place."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import tomlkit
import tomlkit.exceptions

from mapokezi.config.line import ModelConfig
from mapokezi.config.people import OfficeConfig, WayConfig
from mapokezi.config.settings import Settings
from mapokezi.errors import ConfigurationError

_MODEL_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RESERVED_NAMES = frozenset({"local", "script"})
"""What the voices that are built in are called in records."""
_LISTS = frozenset({"folders", "models", "lost_keys", "private"})
"""Keys whose value in the environment is a list, parted by commas."""


def read_settings(
    path: Path | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Read the settings.

    Args:
        path: The TOML file; without one ``mapokezi.toml`` in the working folder, if it is there.
        environment: The environment; the process's own by default.

    Raises:
        ConfigurationError: Names the file, the line and the key, or the variable, that is wrong.
    """
    environment = os.environ if environment is None else environment
    chosen = path or (Path("mapokezi.toml") if Path("mapokezi.toml").is_file() else None)
    values: dict[str, dict[str, Any]] = {}
    lines: dict[str, int] = {}
    if chosen is not None:
        values, lines = _read_file(chosen)
    _apply_environment(values, environment)
    models = {
        name: _model(name, table, chosen, lines) for name, table in values.pop("model", {}).items()
    }
    ways = {name: _way(name, table, chosen, lines) for name, table in values.pop("way", {}).items()}
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigurationError(_explain(error, chosen, lines, environment)) from None
    settings = msgspec.structs.replace(settings, model=models, way=ways)
    folders = settings.office.folders
    if chosen is not None:
        folders = tuple(str(chosen.parent / folder) for folder in folders)
    return msgspec.structs.replace(settings, office=OfficeConfig(folders=folders))


def _model(name: str, table: Any, path: Path | None, lines: Mapping[str, int]) -> ModelConfig:
    where = f"model.{name}"
    place = f"{path}, line {lines[where]}: {where}" if where in lines else f"{path}: {where}"
    if not _MODEL_NAME.fullmatch(name) or name in _RESERVED_NAMES:
        raise ConfigurationError(
            f"{place}: a profile's name has small letters, digits and hyphens, and is none of "
            + ", ".join(sorted(_RESERVED_NAMES))
        )
    try:
        return msgspec.convert(table, ModelConfig, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigurationError(_explain(error, path, lines, {}, within=where)) from None


def _way(name: str, table: Any, path: Path | None, lines: Mapping[str, int]) -> WayConfig:
    where = f"way.{name}"
    place = f"{path}, line {lines[where]}: {where}" if where in lines else f"{path}: {where}"
    if not _MODEL_NAME.fullmatch(name) or name == "webhook":
        raise ConfigurationError(
            f"{place}: a way's name has small letters, digits and hyphens, and is not webhook"
        )
    try:
        return msgspec.convert(table, WayConfig, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigurationError(_explain(error, path, lines, {}, within=where)) from None


def _read_file(path: Path) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        values = tomlkit.parse(text).unwrap()
    except tomlkit.exceptions.ParseError as error:
        raise ConfigurationError(f"{path}, line {error.line}: {error}") from None
    for section, keys in values.items():
        if not isinstance(keys, dict):
            raise ConfigurationError(f"{path}: {section} stands outside any [section]")
    return values, _line_numbers(text)


def _line_numbers(text: str) -> dict[str, int]:
    """On which line each ``section.key`` of a settings file stands."""
    found: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([\w.\"'-]+)\s*\]", line):
            section = re.sub("[\"']", "", header[1])
            found[section] = number
        elif key := re.match(r"\s*([\w-]+)\s*=", line):
            found[f"{section}.{key[1]}"] = number
    return found


def _apply_environment(values: dict[str, dict[str, Any]], environment: Mapping[str, str]) -> None:
    for section in msgspec.structs.fields(Settings):
        if section.name in {"model", "price", "way"}:
            continue  # their tables are named by the operator; only secrets of them are variables
        for key in msgspec.structs.fields(section.type):
            name = f"MAPOKEZI_{section.name}_{key.name}".upper()
            if name in environment:
                raw = environment[name]
                values.setdefault(section.name, {})[key.name] = (
                    [part.strip() for part in raw.split(",")] if key.name in _LISTS else raw
                )


def _explain(
    error: msgspec.ValidationError,
    path: Path | None,
    lines: Mapping[str, int],
    environment: Mapping[str, str],
    within: str = "",
) -> str:
    """Say where the wrong value stands; msgspec tells ``... - at `$.line.port```."""
    text = str(error)
    where = re.search(r"at `\$\.?([\w.]*)", text)
    key = ".".join(part for part in (within, where[1] if where else "") if part)
    if unknown := re.search(r"unknown field `(\w+)`", text):
        key = f"{key}.{unknown[1]}".strip(".")
    message = text.split(" - at ", maxsplit=1)[0]
    variable = f"MAPOKEZI_{key.replace('.', '_')}".upper()
    if variable in environment:
        return f"{variable}: {message}"
    if key in lines:
        return f"{path}, line {lines[key]}: {key}: {message}"
    return f"{path or 'the settings'}: {key}: {message}"
