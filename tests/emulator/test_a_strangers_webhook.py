"""The emulator by itself, as another team would use it: a command, a plain webhook, and HTTP."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.ports import free_port

WEBHOOK = Path(__file__).parents[2] / "examples" / "plain_webhook.py"
NUMBER = "+254209000000"


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[str]:
    """The webhook and the emulator as processes; gives the emulator's address."""
    hook, port = free_port(), free_port()
    command = [sys.executable, "-m", "mapokezi", "emulator", "--port", str(port)]
    command += ["--number", f"{NUMBER}=http://127.0.0.1:{hook}/voice", "--clock", "10"]
    command += ["--mode", f"{NUMBER}:first-state=answered"]
    with (tmp_path / "log").open("wb") as log:
        programs = [
            subprocess.Popen([sys.executable, str(WEBHOOK), str(hook)], stderr=log, stdout=log),
            subprocess.Popen(command, stderr=log, stdout=log, cwd=tmp_path),
        ]
        try:
            url = f"http://127.0.0.1:{port}"
            until(lambda: httpx2.get(f"{url}/healthz").status_code == 200)
            yield url
        finally:
            for program in programs:
                program.terminate()
            for program in programs:
                program.wait(10)


def until(holds: Callable[[], Any], within_s: float = 30.0) -> Any:
    ends_at = time.monotonic() + within_s
    while True:
        try:
            found = holds()
        except httpx2.ConnectError:
            found = None
        if found:
            return found
        assert time.monotonic() < ends_at, "it did not come about"
        time.sleep(0.05)


def test_a_call_and_what_came_of_it(platform: str) -> None:
    order = {"presses": "4", "presses_after_s": 0.5, "stays_s": 8}
    placed = httpx2.post(f"{platform}/emulator/calls", json=order).json()
    url = f"{platform}/emulator/calls/{placed['call_id']}"
    told = until(lambda: (it := httpx2.get(url).json()) and it["heard"] and it)
    said = [event["text"] for event in told["events"] if event["type"] == "said"]
    assert said == ["Press a key, please.", "You pressed 4."]
    assert told["call"]["hung_up_by"] == "platform"
    assert told["modes"]["first-state"] == "answered"
    wav = httpx2.get(platform + next(iter(told["heard"].values()))).content
    assert wav[:4] == b"RIFF"
    key = {"Authorization": "Bearer tskey_live_emulator"}
    row = httpx2.get(f"{platform}/v1/calls/{placed['session_id']}", headers=key).json()["call"]
    assert (row["status"], row["local_e164"]) == ("completed", NUMBER)


def test_the_page_shows_these_very_lines() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "emulator.md"
    (shown,) = re.findall(
        r"```python\n(\"\"\"A voice URL.*?)```", page.read_text("utf-8"), re.DOTALL
    )
    assert shown == WEBHOOK.read_text(encoding="utf-8")


def test_it_is_twenty_lines() -> None:
    lines = WEBHOOK.read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if line.strip() and not line.startswith('"""')]
    assert len(code) <= 20
    assert "mapokezi" not in "".join(lines)
