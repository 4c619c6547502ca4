"""``mapokezi numbers`` on the emulator: from the shelf to the release, as a newcomer types it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx2
import pytest

from mapokezi.emulator.server import Emulator
from mapokezi.emulator.settings import EmulatorSettings, Number

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

OFFICE = "+254209000000"
LINE_PORT = "18480"


@contextmanager
def emulator_beside() -> Iterator[Emulator]:
    """An emulator on a loop of its own, in a thread: commands run loops themselves."""
    emulator = Emulator(EmulatorSettings(numbers=(Number(OFFICE, "http://127.0.0.1:9/voice"),)))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def run(work: object) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result(20)  # type: ignore[arg-type]

    try:
        run(emulator.__aenter__())
        yield emulator
        run(emulator.__aexit__(None, None, None))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def emulator(shell: Shell) -> Iterator[Emulator]:
    with emulator_beside() as emulator:
        shell.set(MAPOKEZI_EMULATOR_PORT=emulator.base_url.rsplit(":", 1)[1])
        shell.set(MAPOKEZI_LINE_PORT=LINE_PORT)
        yield emulator


def test_a_number_from_the_shelf_to_its_release(shell: Shell, emulator: Emulator) -> None:
    had = json.loads(shell.run("numbers", "available", "--json").out)
    wanted = had[0]["e164"]
    assert f"{wanted} is yours" in shell.run("numbers", "claim", wanted, "--yes").out
    routed = json.loads(shell.run("numbers", "route", wanted, "--json").out)
    assert routed["confirmed"]
    assert routed["voice_callback_url"] == f"http://127.0.0.1:{LINE_PORT}/voice"
    listed = shell.run("numbers", "list").out
    (row,) = (line for line in listed.splitlines() if wanted in line)
    assert f"http://127.0.0.1:{LINE_PORT}/voice/events" in row
    assert shell.run("numbers", "release", wanted, "--yes").code == 0
    left = json.loads(shell.run("numbers", "list", "--json").out)
    assert [number["e164"] for number in left] == [OFFICE]


@pytest.mark.parametrize(
    ("modes", "words", "mend"),
    [
        ({"wallet": "empty"}, ("claim", "inv-0001", "--yes"), "top up the wallet"),
        ({"api-key": "no-scope"}, ("list",), "the scope `numbers.read`"),
        ({"api-key": "expired"}, ("list",), "SAUTIKIT_API_KEY"),
        ({"rest": "500"}, ("list",), "try again in some minutes"),
        ({"rest": "garbled"}, ("list",), "carrier.url"),
    ],
)
def test_each_fault_says_what_to_do(
    shell: Shell, emulator: Emulator, modes: dict[str, str], words: tuple[str, ...], mend: str
) -> None:
    httpx2.patch(f"{emulator.base_url}/emulator/modes", json=modes).raise_for_status()
    assert mend in shell.run("numbers", *words).fault.split("What to do: ")[1]
