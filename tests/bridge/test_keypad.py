"""Keys one by one, and the numbers that they make."""

from __future__ import annotations

import asyncio

import pytest

from mapokezi.bridge.keypad import Keypad

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True


def keypad(number: bool) -> tuple[Keypad, list[str]]:
    keyed: list[str] = []
    pad = Keypad(keyed.append)
    pad.expect_number(number)
    return pad, keyed


def press(pad: Keypad, keys: str) -> None:
    for key in keys:
        pad.press(key)


async def test_a_key_is_given_on_at_once_where_no_number_was_asked_for() -> None:
    pad, keyed = keypad(number=False)
    press(pad, "0#1")
    assert keyed == ["0", "#", "1"]


@pytest.mark.parametrize("number", ["0722000100", "254722000100"])
async def test_a_whole_number_is_given_on_with_its_last_key(number: str) -> None:
    pad, keyed = keypad(number=True)
    press(pad, number[:-1])
    assert keyed == []
    pad.press(number[-1])
    assert keyed == [number]


async def test_a_pause_ends_a_number() -> None:
    pad, keyed = keypad(number=True)
    press(pad, "0722")
    await asyncio.sleep(2.9)
    press(pad, "000")
    await asyncio.sleep(2.9)
    assert keyed == []
    await asyncio.sleep(0.2)
    assert keyed == ["0722000"]


async def test_a_hash_ends_a_number_and_is_no_part_of_it() -> None:
    pad, keyed = keypad(number=True)
    press(pad, "00447911123456#")
    assert keyed == ["00447911123456"]


async def test_a_number_begun_is_finished_though_something_else_is_asked_meanwhile() -> None:
    pad, keyed = keypad(number=True)
    press(pad, "072")
    pad.expect_number(False)
    press(pad, "2000100")
    assert keyed == ["0722000100"]


async def test_a_closed_keypad_gives_nothing_on() -> None:
    pad, keyed = keypad(number=True)
    press(pad, "0722")
    pad.close()
    await asyncio.sleep(5.0)
    assert keyed == []
