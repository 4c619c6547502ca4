"""What lies in ``examples/`` can be used as it is, and the documents name every key of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mapokezi.receptionist.tools import tools_for
from mapokezi.stores.office_files import read_office
from mapokezi.voice.script_file import CallTool, Script

ROOT = Path(__file__).parent.parent
OFFICES = sorted(path.parent for path in (ROOT / "examples").glob("*/office.toml"))
SCRIPTS = sorted((ROOT / "examples" / "scripts").glob("*.toml"))
SOURCES = ROOT / "src" / "mapokezi"


@pytest.mark.parametrize("folder", OFFICES, ids=lambda folder: folder.name)
def test_every_example_office_can_be_read(folder: Path) -> None:
    office = read_office(folder)
    assert office.people
    assert office.facts


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_example_script_can_be_followed(path: Path) -> None:
    script = Script.parse(path.read_text(encoding="utf-8"))
    tools = {
        tool.name: tool.parameters["properties"] for tool in tools_for(read_office(OFFICES[0]))
    }
    called = [step for step in script.steps if isinstance(step, CallTool)]
    assert called
    for step in called:
        assert set(step.arguments) <= set(tools[step.name])


def keys_read_by(path: Path) -> set[str]:
    """The keys that a reader of a file asks for."""
    text = path.read_text(encoding="utf-8")
    asked = re.findall(
        r"\.(?:text|texts|flag|whole_number|number|numbers|table|tables|day)\(\s*\"(\w+)\"", text
    )
    return {*asked, *re.findall(r"other_number\(\w+, \"(\w+)\"", text)}


def test_every_key_of_an_office_s_files_stands_in_the_reference() -> None:
    readers = sorted((SOURCES / "stores").glob("office_*.py"))
    keys = {key for reader in readers for key in keys_read_by(reader)}
    assert {"greeting", "mobile", "asked_as", "dial", "closures", "quiet", "url"} <= keys
    reference = (ROOT / "docs" / "reference" / "office-files.md").read_text(encoding="utf-8")
    missing = [key for key in sorted(keys) if not re.search(rf"`[^`\n]*\b{key}\b", reference)]
    assert missing == []


def test_the_examples_of_the_reference_can_be_read(tmp_path: Path) -> None:
    reference = (ROOT / "docs" / "reference" / "office-files.md").read_text(encoding="utf-8")
    folder = tmp_path / "an-office"
    folder.mkdir()
    for name, block in re.findall(
        r"^## (\S+)\n.*?^```\w+\n(.*?)^```", reference, re.MULTILINE | re.DOTALL
    ):
        (folder / name).write_text(block, encoding="utf-8")
    assert {one.stem for one in folder.iterdir()} == {
        "office",
        "hours",
        "people",
        "callers",
        "messages",
        "facts",
        "prices",
    }
    assert read_office(folder).facts[0].id == "parking"


def test_every_kind_of_step_stands_in_the_how_to() -> None:
    source = (SOURCES / "voice" / "script_file.py").read_text(encoding="utf-8")
    kinds = re.findall(r'"(\w+)": self\._\w+,', source)
    assert len(kinds) == 6
    how_to = (ROOT / "docs" / "how-to" / "write-a-script-voice.md").read_text(encoding="utf-8")
    assert [kind for kind in kinds if f"`{kind} = " not in how_to] == []
