"""``mapokezi call``: ring the office from this machine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from mapokezi.cli.settings import ConfigOption, load
from mapokezi.config import Settings
from mapokezi.errors import MapokeziError

if TYPE_CHECKING:
    from mapokezi.emulator.caller_ear import Hear
    from mapokezi.emulator.callers import Caller, Manners
    from mapokezi.emulator.measuring import Timings
    from mapokezi.emulator.phone_call import CallHeard, CallPlan, LineConditions, SpokenLine

_err = Console(stderr=True, highlight=False, soft_wrap=True)


_SayOption = Annotated[
    list[str] | None,
    typer.Option("--say", help="What the caller says, turn by turn. May be given several times."),
]
_WavOption = Annotated[
    list[Path] | None,
    typer.Option("--wav", help="A sound file instead of words, turn by turn (any WAV, mono)."),
]
_KeysOption = Annotated[
    str, typer.Option("--keys", help="Keys pressed after the last turn: 0-9, * and #.")
]
_BargeInOption = Annotated[
    float | None,
    typer.Option("--barge-in", help="Cut in so many seconds after the receptionist begins."),
]
_SilentOption = Annotated[bool, typer.Option("--silent", help="Say nothing at all.")]
_HangUpOption = Annotated[
    float | None, typer.Option("--hang-up-after", help="Hang up after so many seconds.")
]
_MicrophoneOption = Annotated[
    bool, typer.Option("--microphone", help="Talk yourself, with this machine's microphone.")
]
_FromOption = Annotated[str, typer.Option("--from", help="The caller's number.")]
_ToOption = Annotated[
    str, typer.Option("--to", help="The number to ring; by default the first office's.")
]
_NoiseOption = Annotated[
    float | None, typer.Option("--noise", help="Noise on the line, in dBFS: -45 is a bad line.")
]
_EchoOption = Annotated[
    str, typer.Option("--echo", help="Line echo: how far down and how late, as 20:100 (dB:ms).")
]
_JsonOption = Annotated[bool, typer.Option("--json", help="Print everything as JSON, at the end.")]
_RecordingOption = Annotated[
    Path | None,
    typer.Option("--recording", help="Write what was said (left) and heard (right) to a WAV."),
]
_ModeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--mode",
        help="How the emulator behaves in this call: NAME=VALUE. May be given several times.",
    ),
]
_UrlOption = Annotated[
    str, typer.Option("--url", help="The emulator's telephone; by default as configured.")
]


def call(  # noqa: PLR0913, PLR0917  one option a way of calling
    config: ConfigOption = None,
    say: _SayOption = None,
    wav: _WavOption = None,
    keys: _KeysOption = "",
    barge_in: _BargeInOption = None,
    silent: _SilentOption = False,
    hang_up_after: _HangUpOption = None,
    microphone: _MicrophoneOption = False,
    caller: _FromOption = "+254722000100",
    dialled: _ToOption = "",
    noise: _NoiseOption = None,
    echo: _EchoOption = "",
    as_json: _JsonOption = False,
    recording: _RecordingOption = None,
    mode: _ModeOption = None,
    url: _UrlOption = "",
) -> None:
    """Ring the office: say lines, take turns by listening, and print what was heard.

    The receptionist and the emulator must be up: `make run`, or `mapokezi serve` and
    `mapokezi emulator`.
    """
    from mapokezi.emulator.phone_call import CallPlan

    settings, line = load(config), _line(noise, echo)
    dialled = dialled or _first_number(settings)
    if microphone:
        someone, hear = _at_the_microphone(), None
    else:
        manners = _manners(barge_in, hang_up_after, silent=silent)
        someone, hear = _caller(say or [], wav or [], keys, manners), _ear()
    where, modes = url or phone_url(settings), _modes(mode or [])
    plan = CallPlan(someone, caller, dialled, where, line, hear=hear, modes=modes)
    heard = _placed(plan, None if as_json else print_line)
    if recording is not None:
        heard.write_recording(recording)
    if as_json:
        print(json.dumps(heard.as_dict(), indent=2))
    else:
        print_end(heard, recording)


def _first_number(settings: Settings) -> str:
    """The number of the first office."""
    from mapokezi.app.offices import read_offices

    return next(iter(read_offices(settings).values())).numbers[0]


def _placed(plan: CallPlan, told: Callable[[SpokenLine], None] | None) -> CallHeard:
    """Place a call; gives what was heard of it."""
    from mapokezi.emulator.phone_call import place_call
    from mapokezi.emulator.phone_socket import PhoneLineLost

    _err.print(f"[dim]ringing {plan.to_number} ...[/dim]")
    try:
        return asyncio.run(place_call(plan, told))
    except PhoneLineLost as error:
        raise MapokeziError(f"{error}; `mapokezi demo` starts one") from None


def phone_url(settings: Settings) -> str:
    """Where the emulator's telephones are."""
    return f"ws://{settings.emulator.host}:{settings.emulator.port}/phone"


def print_line(line: SpokenLine) -> None:
    """Print a line of the conversation as it comes."""
    at = f"[dim]{line.start_ms / 1000:7.1f}[/dim]"
    if line.speaker == "platform":
        _err.print(f"{at}  [dim]{line.text.replace('_', ' ')}[/dim]")
    else:
        colour = "green" if line.speaker == "receptionist" else "cyan"
        _err.print(f"{at}  [{colour}]{line.speaker:>12}[/{colour}]  {escape(line.text)}")


def print_end(heard: CallHeard, recording: Path | None) -> None:
    """Print what came of a call, and how long things took."""
    out = Console(highlight=False, soft_wrap=True)
    out.print(
        f"{'answered' if heard.answered else 'not answered'}, "
        f"{heard.length_ms / 1000:.1f} s, hung up by the {heard.hung_up_by or 'line'}"
    )
    for event in heard.events:
        if event["type"] == "refused":
            out.print(f"  the phone platform says: {escape(str(event.get('why', '')))}")
    for line in timing_lines(heard.timings()) if heard.answered else ():
        out.print(f"  {line}")
    if recording is not None:
        out.print(f"  recording: {recording}")


def timing_lines(timings: Timings) -> list[str]:
    """Write for people how long things took in a call."""
    lines = []
    if timings.first_word_ms:
        lines.append(f"first word after {timings.first_word_ms[0]} ms")
    for what, values in (
        ("from the caller's last word to the answer", timings.gaps_ms),
        ("from the caller's cutting in to silence", timings.yields_ms),
    ):
        if values:
            ranked = sorted(values)
            middle, most = ranked[(len(ranked) - 1) // 2], ranked[-1]
            lines.append(f"{what}: {middle} ms in the middle, {most} ms at most, of {len(values)}")
    lines.append(
        f"turns of the caller: {timings.turns}, cut short {timings.cut_short}, "
        f"unanswered {timings.unanswered}"
    )
    lines.append(
        f"longest wait for the receptionist {timings.longest_wait_ms / 1000:.1f} s, "
        f"longest silence of both {timings.longest_silence_ms / 1000:.1f} s"
    )
    shares = {
        "caller": timings.caller_ms,
        "receptionist": timings.receptionist_ms,
        "both": timings.both_ms,
        "nobody": timings.silent_ms,
    }
    lines.append("heard: " + ", ".join(f"{who} {ms / 1000:.1f} s" for who, ms in shares.items()))
    return lines


def _manners(barge_in: float | None, hang_up_after: float | None, *, silent: bool) -> Manners:
    from mapokezi.emulator.callers import Manners

    return Manners(
        barge_in_ms=None if barge_in is None else round(barge_in * 1000),
        silent=silent,
        hang_up_after_s=hang_up_after,
        patience_s=60.0 if silent else 15.0,
    )


def _caller(say: list[str], wav: list[Path], keys: str, manners: Manners) -> Caller:
    from mapokezi.emulator.caller_voice import VoiceShift, prepare_lines
    from mapokezi.emulator.callers import CallerLine, ScriptedCaller
    from mapokezi.emulator.sound_files import read_phone_sound

    if wrong := set(keys) - set("0123456789*#"):
        raise MapokeziError(f"--keys: there is no key {min(wrong)!r}; there are 0-9, * and #")
    if not (say or wav or manners.silent or keys or manners.hang_up_after_s):
        raise MapokeziError("nothing to say: give --say, --wav, --silent or --microphone")
    with _err.status("making the caller's words"):
        sounds = prepare_lines(say, VoiceShift())
    lines = [CallerLine(text, sounds[text]) for text in say]
    lines += [CallerLine(f"({path.name})", read_phone_sound(path)) for path in wav]
    if keys:
        lines.append(CallerLine(f"(keys {keys})", digits=keys))
    return ScriptedCaller(lines, manners)


def _at_the_microphone() -> Caller:
    from mapokezi.emulator.microphone import MicrophoneCaller

    return MicrophoneCaller()


def _ear() -> Hear:
    from mapokezi.emulator.caller_ear import moonshine_ear

    with _err.status("waking the caller's ear"):
        return moonshine_ear()


def _modes(given: list[str]) -> dict[str, str]:
    from mapokezi.emulator.modes import UnknownMode, read_changes

    modes = {name: value for name, _, value in (pair.partition("=") for pair in given)}
    try:
        read_changes(modes)
    except UnknownMode as error:
        raise MapokeziError(f"--mode {error}") from None
    return modes


def _line(noise: float | None, echo: str) -> LineConditions:
    from mapokezi.emulator.phone_call import LineConditions

    if noise is not None and not -90 <= noise <= 0:
        raise MapokeziError(f"--noise {noise:g}: write a level from -90 (none) to 0 (deafening)")
    down, _, late = echo.partition(":")
    try:
        return LineConditions(
            noise_dbfs=noise,
            echo_db=float(down) if echo else None,
            echo_ms=float(late or 100) if echo else None,
        )
    except ValueError:
        raise MapokeziError(f"--echo {echo}: write it as 20:100") from None
