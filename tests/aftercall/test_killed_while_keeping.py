"""Killed at any deed on the disk, keeping loses nothing, and is done by doing it again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(300)
def test_a_kill_anywhere_loses_nothing(tmp_path: Path) -> None:
    script = Path(__file__).with_name("killed_while_keeping.py")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        timeout=280,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    places = int(done.stdout.splitlines()[-1])  # behind what was logged
    # The sealed file, its name, its folder, reading it back, the plain one's end: six at least.
    assert places >= 6
