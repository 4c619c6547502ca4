"""An upgrade with work pending: all of it finishes, though the source of the work has changed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.postgres import PostgresServer

pytestmark = pytest.mark.timeout(300)

PENDING = 50
ROOT = Path(__file__).parents[2]
_CHILD = Path(__file__).with_name("after_calls_upgraded.py")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.long)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'mapokezi.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as found:
        yield found


def run(what: str, url: str, folder: Path, source: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": f"{source}{os.pathsep}{ROOT}"}
    return subprocess.Popen(
        [sys.executable, str(_CHILD), what, url, str(folder), str(PENDING)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=ROOT,
    )


def told_by(child: subprocess.Popen[str]) -> dict[str, Any]:
    """The line of JSON that a child writes; what it logs stands before it."""
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith("{"):
            found: dict[str, Any] = json.loads(line)
            return found
    raise AssertionError(f"the child ended with {child.wait()}")


def changed_source(folder: Path, version: str) -> Path:
    """The program's source with its work written otherwise, as an upgrade would."""
    source = folder / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    aftercall = source / "mapokezi" / "aftercall"
    durable = (aftercall / "durable.py").read_text(encoding="utf-8")
    changed = durable.replace(
        "async def work(kind: str, *ids: str) -> None:\n",
        "async def work(kind: str, *ids: str) -> None:\n            about = (kind, len(ids))\n"
        "            assert about\n",
    )
    assert changed != durable
    (aftercall / "durable.py").write_text(changed, encoding="utf-8")
    effects = (aftercall / "effects.py").read_text(encoding="utf-8")
    more = effects.replace(
        '        await run("finish", self._finish(due))\n',
        '        if effect.steps:\n            await run("finish", self._finish(due))\n',
    )
    assert more != effects
    (aftercall / "effects.py").write_text(more, encoding="utf-8")
    text = (aftercall / "version.py").read_text(encoding="utf-8")
    text = text.replace('APPLICATION_VERSION = "1"', f'APPLICATION_VERSION = "{version}"')
    (aftercall / "version.py").write_text(text, encoding="utf-8")
    return source


@pytest.mark.parametrize("version", ["1", "2"], ids=["the same form", "another form"])
def test_all_that_was_pending_finishes(tmp_path: Path, url: str, version: str) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    older = run("begin", url, folder, ROOT / "src")
    try:
        begun = told_by(older)
        assert begun == {"stuck": PENDING, "version": "1"}
    finally:
        older.send_signal(signal.SIGKILL)
        older.wait()
        assert older.stdout is not None
        older.stdout.close()
    newer = run("finish", url, folder, changed_source(tmp_path, version))
    with newer:
        came = told_by(newer)
    assert newer.returncode == 0
    assert came["version"] == version
    assert came["sent"] >= PENDING
    times = Counter((folder / "opened").read_text().split())
    assert len(times) == PENDING
    if version == "1":
        assert came["states"] == ["SUCCESS"]
        assert set(times.values()) == {1}, "each goes on behind the step that it had done"
    else:
        assert came["states"] == ["CANCELLED", "SUCCESS"]
        assert set(times.values()) == {2}, "each is begun anew"
