"""The reference is whole: every setting, command, route and metric stands in it."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
import typer.main
from typer.core import TyperGroup

from mapokezi.cli import app
from mapokezi.config import ModelConfig, Settings, WayConfig
from mapokezi.records.model_prices import UNITS

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"


def text_of(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def setting_keys() -> list[str]:
    return [
        f"{section.name}.{key.name}"
        for section in msgspec.structs.fields(Settings)
        if section.name not in {"model", "price", "way"}
        for key in msgspec.structs.fields(section.type)
    ]


@pytest.mark.parametrize("key", [key.name for key in msgspec.structs.fields(ModelConfig)])
def test_every_key_of_a_model_profile_stands_in_the_reference(key: str) -> None:
    rows = [
        line for line in text_of("settings.md").splitlines() if f"| `model.NAME.{key}` |" in line
    ]
    assert len(rows) == 1


@pytest.mark.parametrize("key", [key.name for key in msgspec.structs.fields(WayConfig)])
def test_every_key_of_a_way_stands_in_the_reference(key: str) -> None:
    rows = [line for line in text_of("settings.md").splitlines() if f"| `way.NAME.{key}` |" in line]
    assert len(rows) == 1


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_that_has_a_price_stands_in_the_reference(unit: str) -> None:
    assert f"`{unit}`" in text_of("settings.md")


@pytest.mark.parametrize("key", setting_keys())
def test_every_setting_stands_in_the_reference_with_its_default(key: str) -> None:
    section, name = key.split(".")
    default = getattr(getattr(Settings(), section), name)
    rows = [line for line in text_of("settings.md").splitlines() if f"| `{key}` |" in line]
    assert len(rows) == 1
    shown = ", ".join(default) if isinstance(default, tuple) else str(default)
    if isinstance(default, bool):
        shown = shown.lower()
    assert f"`{shown}`" in rows[0] or shown == ""


def command_names(group: TyperGroup, prefix: str = "mapokezi") -> list[str]:
    names = []
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            names += command_names(command, f"{prefix} {name}")
        else:
            names.append(f"{prefix} {name}")
    return names


def all_commands() -> TyperGroup:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return group


@pytest.mark.parametrize("command", command_names(all_commands()))
def test_every_command_stands_in_the_reference(command: str) -> None:
    assert f"## `{command}" in text_of("commands.md")


def options_of(group: TyperGroup, prefix: str = "mapokezi") -> list[tuple[str, str]]:
    found = []
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            found += options_of(command, f"{prefix} {name}")
            continue
        for parameter in command.params:
            found += [
                (f"{prefix} {name}", option)
                for option in parameter.opts
                if option.startswith("--") and option not in {"--help", "--config"}
            ]
    return found


@pytest.mark.parametrize(("command", "option"), options_of(all_commands()))
def test_every_option_stands_under_its_command(command: str, option: str) -> None:
    sections = re.split(r"^## ", text_of("commands.md"), flags=re.MULTILINE)
    section = next(part for part in sections if part.startswith(f"`{command}"))
    assert f"`{option}" in section


def quoted_strings(folder: str, pattern: str) -> list[str]:
    found: set[str] = set()
    for path in sorted((ROOT / "src" / "mapokezi" / folder).rglob("*.py")):
        found |= set(re.findall(pattern, path.read_text(encoding="utf-8")))
    return sorted(found)


@pytest.mark.parametrize("metric", quoted_strings("", r'"(mapokezi_[a-z_]+)"'))
def test_every_metric_stands_in_the_reference(metric: str) -> None:
    assert f"`{metric}`" in text_of("metrics.md")


@pytest.mark.parametrize(
    "route",
    [
        *quoted_strings("line", r'Route\(\s*"([^"]+)"'),
        *quoted_strings("desk", r'Route\(\s*"([^"]+)"'),
        *quoted_strings("emulator", r'Route\(\s*"([^"]+)"'),
    ],
)
def test_every_route_stands_in_the_reference(route: str) -> None:
    assert f"`{route}`" in text_of("routes.md")


def test_links_between_documents_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    targets = [
        (page, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if "://" not in target
    ]
    assert targets
    broken = [
        f"{page}: {target}" for page, target in targets if not (page.parent / target).exists()
    ]
    assert broken == []
