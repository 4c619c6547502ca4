"""The import rules hold, and each of them is able to fail: a planted breach is found."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "mapokezi"
CORE = ("audio", "telephony", "voice", "conversation", "receptionist", "records")

BREACHES = {
    "layers": ("audio/formats.py", "import mapokezi.bridge"),
    "core": ("telephony/numbers.py", "import socket"),
    "stranger": ("emulator/__init__.py", "import mapokezi.stores"),
    "protocols": ("voice/protocols/planted.py", "import mapokezi.voice.protocols.scripted"),
    "sql": ("bridge/clock.py", "import sqlalchemy"),
    "line": ("app/line_work.py", "import mapokezi.aftercall"),
    "durable": ("stores/tasks.py", "import dbos"),
}


def lint(source: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    chosen = [word for name in contracts for word in ("--contract", name)]
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", *chosen],
        cwd=source.parent.parent,
        env={**os.environ, "PYTHONPATH": str(source.parent)},
        capture_output=True,
        text=True,
        check=False,
    )


def planted(folder: Path, file: str, line: str) -> Path:
    source = folder / "src" / "mapokezi"
    shutil.copytree(SOURCE, source, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    target = source / file
    text = target.read_text(encoding="utf-8") if target.exists() else '"""Planted."""\n'
    target.write_text(text + f"\n{line}\n", encoding="utf-8")
    return source


def test_every_contract_is_tried() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    assert {contract["id"] for contract in contracts} == set(BREACHES)


def test_the_tree_keeps_all_rules() -> None:
    result = lint(SOURCE)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("contract", sorted(BREACHES))
def test_a_breach_is_found(tmp_path: Path, contract: str) -> None:
    file, line = BREACHES[contract]
    result = lint(planted(tmp_path, file, line), contract)
    assert result.returncode != 0, result.stdout
    assert "BROKEN" in result.stdout


def core_files() -> list[Path]:
    files = [path for folder in CORE for path in sorted((SOURCE / folder).rglob("*.py"))]
    return [*files, SOURCE / "calls.py", SOURCE / "units.py", SOURCE / "errors.py"]


def clock_reads(text: str) -> list[str]:
    """Calls by which code reads a clock, draws a number or opens a file."""
    forbidden = {"open", "now", "today", "utcnow", "uuid4", "input", "print"}
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.id if isinstance(function, ast.Name) else None
            if isinstance(function, ast.Attribute):
                owner = function.value
                is_clock = isinstance(owner, ast.Name) and owner.id in {"datetime", "date", "uuid"}
                name = function.attr if is_clock else None
            if name in forbidden:
                found.append(f"line {node.lineno}: {name}()")
    return found


@pytest.mark.parametrize("path", core_files(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_the_core_reads_no_clock_and_opens_no_file(path: Path) -> None:
    assert clock_reads(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line", ["datetime.now()", "date.today()", "uuid.uuid4()", "open('x')", "print(1)"]
)
def test_a_clock_read_would_be_found(line: str) -> None:
    assert clock_reads(line)
