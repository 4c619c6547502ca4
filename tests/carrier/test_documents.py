"""The examples of the client's page do what they say, on the emulator."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from tests.carrier.conftest import OwnTime

import mapokezi.carrier
from mapokezi.carrier import CarrierError, SautiKit
from mapokezi.emulator.callees import WAYS
from mapokezi.emulator.server import Emulator
from mapokezi.emulator.settings import EmulatorSettings, Number

pytestmark = pytest.mark.anyio

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "sautikit-client.md"
OFFICE = "+254209000000"
FACES = ("numbers", "calls", "conferences", "wallet", "webhooks")


def examples() -> list[CodeType]:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    return [
        compile(block, f"{PAGE.name}, example {nth}", "exec", flags=flags)
        for nth, block in enumerate(blocks, start=1)
    ]


def office() -> EmulatorSettings:
    return EmulatorSettings(
        numbers=(Number(OFFICE, "http://127.0.0.1:9/voice"),),
        callees={"+254722000000": WAYS["answer"]},
    )


async def run(code: CodeType, names: dict[str, Any]) -> None:
    """Run an example; one that starts a loop of its own, beside ours."""
    if "run" in code.co_names:
        await asyncio.to_thread(exec, code, names)
        return
    waits = eval(code, names)
    if inspect.isawaitable(waits):
        await waits


async def test_every_example_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], time: OwnTime
) -> None:
    first, *others = examples()
    assert len(others) >= 14
    async with Emulator(office()) as emulator:
        monkeypatch.setattr(mapokezi.carrier, "SAUTIKIT_URL", emulator.base_url)
        key = emulator.settings.api_key
        monkeypatch.setenv("SAUTIKIT_API_KEY", key)
        await run(first, {"__name__": "example"})
        async with SautiKit(emulator.base_url, key, clock=time.clock) as sautikit:
            names: dict[str, Any] = {"sautikit": sautikit, "SautiKit": SautiKit}
            for code in others:
                await run(code, names)
    said = capsys.readouterr().out
    assert f"{OFFICE} active http://127.0.0.1:9/voice" in said
    assert "KES 116.00 inv-" in said
    assert "\nactive\n" in said
    assert "PUT /routing voice_callback_url True" in said
    assert "KES 9884.00 enough" in said, "a number was claimed"
    assert "KES 116.00 KES 3.00 KES 0.00" in said
    assert "there is none" in said
    assert "the room is not open: conferences.not_found" in said
    assert re.search(r"HD_[0-9a-f]{12} ringing", said)
    assert "claimed or not?" not in said


def test_every_call_and_every_error_stands_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    sautikit = SautiKit("http://127.0.0.1:9", "k")
    calls = [
        f"{face}.{name}("
        for face in FACES
        for name, _ in inspect.getmembers(getattr(sautikit, face), inspect.ismethod)
        if not name.startswith("_")
    ]
    assert len(calls) >= 15
    errors = [
        f"`{name}`"
        for name, found in vars(mapokezi.carrier).items()
        if isinstance(found, type) and issubclass(found, CarrierError)
    ]
    assert len(errors) == 16
    assert [one for one in [*calls, *errors, "pricing("] if one not in text] == []
