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


PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors_of(page: Path) -> set[str]:
    """What a page's headings can be linked by: as the code host makes it of their words."""
    text = _FENCED.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ +(.+)$", text, flags=re.MULTILINE)
    shown = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", one.strip().lower()).replace(" ", "-") for one in shown}


def test_links_between_documents_lead_somewhere() -> None:
    targets = [
        (page, file, anchor)
        for page in PAGES
        for file, anchor in re.findall(
            r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", page.read_text(encoding="utf-8")
        )
        if "://" not in file
    ]
    assert any(anchor for *_, anchor in targets)
    broken = []
    for page, file, anchor in targets:
        to = page.parent / file if file else page
        if not to.exists() or (anchor and anchor not in anchors_of(to)):
            broken.append(f"{page}: {file}#{anchor}")
    assert broken == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.stem)
def test_every_page_is_reached_from_the_readme(page: Path) -> None:
    assert f"]({page.relative_to(ROOT)})" in (ROOT / "README.md").read_text(encoding="utf-8")


def commands_told(page: Path) -> list[list[str]]:
    """The words of each command of ours that stands in a page's blocks of code."""
    blocks = _FENCED.findall(page.read_text(encoding="utf-8"))
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [
        found[1].split() for line in lines if (found := re.match(r"(?:\S*/)?mapokezi (.+)", line))
    ]


@pytest.mark.parametrize(
    "page", [page for page in PAGES if commands_told(page)], ids=lambda page: page.stem
)
def test_what_a_page_has_you_type_is_a_command(page: Path) -> None:
    for words in commands_told(page):
        command: object = all_commands()
        rest = [*words]
        while isinstance(command, TyperGroup) and rest:
            assert rest[0] in command.commands, words
            command = command.commands[rest.pop(0)]
        known = {name for one in getattr(command, "params", []) for name in one.opts}
        asked = {word.partition("=")[0] for word in rest if word.startswith("--")}
        assert asked <= known | {"--help"}, words
