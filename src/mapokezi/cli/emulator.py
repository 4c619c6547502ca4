"""``mapokezi emulator``: the phone platform on this machine."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from mapokezi.cli.settings import ConfigOption, start_role
from mapokezi.config import Settings
from mapokezi.emulator.callees import WAYS, CalleeScript
from mapokezi.emulator.clock import FASTEST
from mapokezi.emulator.modes import MODES, UnknownMode, read_changes
from mapokezi.emulator.settings import EmulatorSettings, Number
from mapokezi.errors import ConfigurationError

_FileOption = Annotated[
    Path | None,
    typer.Option("--file", help="The emulator's own settings in TOML: numbers, modes, people."),
]
_NumberOption = Annotated[
    list[str] | None,
    typer.Option(
        "--number",
        help="A number and where its calls are posted: NUMBER=http://127.0.0.1:3000/voice. "
        "With one, no office is read. May be given several times.",
    ),
]
_ModeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--mode",
        help="How it behaves: NAME=VALUE, or NUMBER:NAME=VALUE for one number. "
        "May be given several times; --list-modes lists them.",
    ),
]
_CalleeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--callee",
        help=f"How a number behaves when dialled: NUMBER=WAY; the ways are {', '.join(WAYS)}. "
        "People of the offices answer unless told otherwise. May be given several times.",
    ),
]
_ClockOption = Annotated[
    float | None,
    typer.Option("--clock", help="How much faster it rings and retries: 10, 100."),
]
_CaptionsOption = Annotated[
    str,
    typer.Option(
        "--captions",
        help="Where the browser phone hears what is said, as server-sent events: "
        "http://127.0.0.1:3000/events or unix:///run/it.sock. The offices' line by default.",
    ),
]
_HostOption = Annotated[
    str, typer.Option("--host", help="The address it listens on, if not the settings'.")
]
_PortOption = Annotated[
    int, typer.Option("--port", help="Its port, if not the settings'.", min=0, max=65_535)
]
_ListModesOption = Annotated[
    bool, typer.Option("--list-modes", help="List all modes and their values, and end.")
]


def emulator(  # noqa: PLR0913, PLR0917  one option a way of behaving
    config: ConfigOption = None,
    file: _FileOption = None,
    number: _NumberOption = None,
    mode: _ModeOption = None,
    callee: _CalleeOption = None,
    clock: _ClockOption = None,
    captions: _CaptionsOption = "",
    host: _HostOption = "",
    port: _PortOption = 0,
    list_modes: _ListModesOption = False,
) -> None:
    """Be SautiKit on this machine: numbers ring a webhook, callers use /phone.

    Without --number and --file the offices' numbers ring the line.
    """
    if list_modes:
        _print_modes()
        return
    from mapokezi.app.emulator import run_emulator

    emulated = _as_filed(start_role(config), file, read_numbers(number or []))
    emulated = replace(emulated, callees={**emulated.callees, **read_callees(callee or [])})
    emulated = with_modes(emulated, mode or [])
    where: dict[str, Any] = {
        "clock_speed": clock, "host": host, "port": port, "captions": captions
    }  # fmt: skip
    emulated = replace(emulated, **{name: it for name, it in where.items() if it})
    check_captions(emulated.captions)
    if not 0 < emulated.clock_speed <= FASTEST:
        raise ConfigurationError(f"--clock: more than 0, at most {FASTEST:g}")
    asyncio.run(_until_told(run_emulator(emulated)))


def _as_filed(
    settings: Settings, file: Path | None, numbers: tuple[Number, ...]
) -> EmulatorSettings:
    """As the settings and the emulator's own file have it; the offices', if no number is told."""
    from mapokezi.app.emulator import emulator_settings, stand_alone_settings
    from mapokezi.emulator.toml_file import with_file

    stands_alone = stand_alone_settings(settings)
    emulated = with_file(stands_alone, file) if file else stands_alone
    if numbers:
        emulated = replace(emulated, numbers=numbers)
    if emulated.numbers:
        return emulated
    offices = replace(emulator_settings(settings, {}), keep_legs=True)
    return with_file(offices, file) if file else offices


def read_callees(given: list[str]) -> dict[str, CalleeScript]:
    """Read ``NUMBER=WAY`` pairs.

    Raises:
        ConfigurationError: If one is not of that form.
    """
    callees = {}
    for pair in given:
        number, _, way = pair.partition("=")
        if way not in WAYS or not number.startswith("+"):
            ways = ", ".join(WAYS)
            raise ConfigurationError(
                f"--callee {pair}: write +254722000001=busy; the ways are {ways}"
            )
        callees[number] = WAYS[way]
    return callees


def check_captions(source: str) -> None:
    """See that captions can be asked for there.

    Raises:
        ConfigurationError: It is no such address.
    """
    if source and not source.startswith(("http://", "https://", "unix:///")):
        raise ConfigurationError(
            f"captions {source}: write http://127.0.0.1:3000/events or unix:///run/it.sock"
        )


def read_numbers(given: list[str]) -> tuple[Number, ...]:
    """Read ``NUMBER=URL`` pairs.

    Raises:
        ConfigurationError: If one is not of that form.
    """
    numbers = []
    for pair in given:
        number, _, url = pair.partition("=")
        if not number.startswith("+") or not url.startswith(("http://", "https://")):
            raise ConfigurationError(
                f"--number {pair}: write +254209000000=http://127.0.0.1:3000/voice"
            )
        numbers.append(Number(number, url))
    return tuple(numbers)


def with_modes(settings: EmulatorSettings, given: list[str]) -> EmulatorSettings:
    """Lay ``NAME=VALUE`` and ``NUMBER:NAME=VALUE`` over other settings.

    Raises:
        ConfigurationError: If there is no such mode or value.
    """
    platform: dict[str, object] = {}
    numbers: dict[str, dict[str, object]] = {}
    for pair in given:
        name, _, value = pair.partition("=")
        number, has_number, own = name.partition(":")
        if has_number:
            numbers.setdefault(number, {})[own] = value
        else:
            platform[name] = value
    try:
        modes: dict[str, Mapping[str, Any]] = dict(settings.number_modes)
        for number, some in numbers.items():
            modes[number] = {**modes.get(number, {}), **read_changes(some)}
        behaviour = replace(settings.behaviour, **read_changes(platform))
    except UnknownMode as error:
        raise ConfigurationError(f"--mode {error}") from None
    return replace(settings, behaviour=behaviour, number_modes=modes)


def _print_modes() -> None:
    """A mode a line: its values, the default first, and what it is about."""
    for mode in MODES.values():
        others = [value for value in mode.values if value != mode.default]
        values = "|".join([mode.default, *others])
        if not mode.values:
            values += f" (0 to {mode.most:g})"
        print(f"{mode.name}={values}\n    {mode.says}")


async def _until_told(work: object) -> None:
    task = asyncio.ensure_future(work)  # type: ignore[call-overload]
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task
