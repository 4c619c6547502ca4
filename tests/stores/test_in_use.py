"""Who uses a data folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mapokezi.errors import ConfigurationError
from mapokezi.stores.errors import DatabaseInUseError
from mapokezi.stores.in_use import in_use, in_use_alone

HOLDS = """
import sys
from pathlib import Path
from mapokezi.stores.in_use import in_use
with in_use(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_many_use_it_and_one_has_it_alone(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    refused_alone = pytest.raises(DatabaseInUseError, match="stop `mapokezi serve` first")
    with in_use(folder), in_use(folder), refused_alone:
        in_use_alone(folder).__enter__()
    with in_use_alone(folder):
        for other in (in_use, in_use_alone):
            with pytest.raises(DatabaseInUseError) as refused:
                other(folder).__enter__()
            assert isinstance(refused.value, ConfigurationError)  # `serve` tells it, and ends


def test_who_is_killed_uses_it_no_more(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(DatabaseInUseError):
            in_use_alone(tmp_path).__enter__()
        other.kill()
        other.wait()
        with in_use_alone(tmp_path):
            pass


def test_a_disk_that_takes_no_file_stops_no_call(tmp_path: Path) -> None:
    in_the_way = tmp_path / "var"
    in_the_way.write_text("no folder")
    with in_use(in_the_way):
        pass
