"""``mapokezi doctor``: the whole chain, looked at once, each fault with its mend."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from mapokezi.cli.agreeing import YesOption, is_wanted
from mapokezi.cli.settings import ConfigOption
from mapokezi.config import Settings, read_settings
from mapokezi.errors import ConfigurationError

if TYPE_CHECKING:
    from mapokezi.app.doctor_finding import Deployment, Finding
    from mapokezi.records.executors import Executor

_WHAT_THEN = {
    "conference": "Your colleague's telephone rings, and they press 1. Talk, then put down.",
    "dial": "Your colleague's telephone rings. Talk for some seconds, then put down.",
}
"""By the way that is tried: what a caller cannot know."""
_COLOURS = {"green": "green", "red": "bold red", "grey": "dim"}


_JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
_ReportOption = Annotated[
    Path | None,
    typer.Option(
        "--report",
        help="Write what the first calls taught of SautiKit into this file, redacted.",
        show_default=False,
    ),
]
_SpendOption = Annotated[
    str | None,
    typer.Option(
        "--spend",
        metavar="NUMBER",
        help="At the end have a telephone of yours rung, in a real call. Says what it costs "
        "and asks first.",
        show_default=False,
    ),
]
_LiveHandoffOption = Annotated[
    str | None,
    typer.Option(
        "--live-handoff",
        metavar="NUMBER",
        help="At the end prove a hand-off: a telephone of yours is rung, you ask for a person "
        "and are passed on. If you hear each other, that way is switched on. Says what it "
        "costs and asks first.",
        show_default=False,
    ),
]
_ByOption = Annotated[
    str,
    typer.Option("--by", metavar="EXECUTOR", help="Which way is proven: conference or dial."),
]


def doctor(
    config: ConfigOption = None,
    as_json: _JsonOption = False,
    report: _ReportOption = None,
    spend: _SpendOption = None,
    live_handoff: _LiveHandoffOption = None,
    by: _ByOption = "conference",
    yes: YesOption = False,
) -> None:
    """Look at the whole chain, from office files to wallet: green, or red with the mend.

    Without `--spend` and `--live-handoff` it spends no money, rings nobody and changes nothing.
    Exit code 1 if anything is red.
    """
    from mapokezi.app.doctor_finding import red

    tell = _silent if as_json else _printed
    try:
        settings = read_settings(config)
    except ConfigurationError as error:
        found = [red("settings", str(error), "correct the file or the variable that it names")]
        tell(found[0])
        told: dict[str, Any] = {}
    else:
        real = _real_call(spend, live_handoff, by, yes=yes)
        found, told = asyncio.run(_examined(settings, tell, real, with_report=report is not None))
    if as_json:
        print(json.dumps([asdict(finding) for finding in found], indent=2))
    if report is not None and told:
        _write(report, told, as_json=as_json)
    count = sum(finding.is_red for finding in found)
    if not as_json:
        print("\nAll is well." if not count else f"\n{count} to mend.")
    if count:
        raise typer.Exit(1)


@dataclass(frozen=True)
class _RealCall:
    """That a telephone is to be rung."""

    to: str
    yes: bool
    """Whether without asking."""
    proves: Executor | None = None
    """Which way of passing a caller on is proven by it; None: the call alone."""


def _real_call(
    spend: str | None, live_handoff: str | None, by: str, *, yes: bool
) -> _RealCall | None:
    from mapokezi.records.executors import Executor

    if live_handoff is None:
        return _RealCall(spend, yes) if spend is not None else None
    if spend is not None:
        raise typer.BadParameter("give one of --spend and --live-handoff")
    if by not in (Executor.CONFERENCE, Executor.DIAL):
        raise typer.BadParameter(f"--by {by}: give conference or dial")
    return _RealCall(live_handoff, yes, Executor(by))


async def _examined(
    settings: Settings,
    tell: Callable[[Finding], None],
    real: _RealCall | None,
    *,
    with_report: bool,
) -> tuple[list[Finding], dict[str, Any]]:
    from mapokezi.app.doctor import examine
    from mapokezi.app.doctor_finding import Deployment
    from mapokezi.app.doctor_report import report_of

    deployment = Deployment(settings)
    found = []
    try:
        async for finding in examine(deployment):
            tell(finding)
            found.append(finding)
        if real is not None:
            async for finding in _called(deployment, found, real):
                tell(finding)
                found.append(finding)
        told = await report_of(deployment, found) if with_report else {}
    finally:
        if deployment.carrier is not None:
            await deployment.carrier.close()
    return found, told


async def _called(
    deployment: Deployment, found: Sequence[Finding], real: _RealCall
) -> AsyncIterator[Finding]:
    """Make the real call, if there is nothing to be mended before and the operator agrees."""
    from mapokezi.app.doctor_call import quoted, ring
    from mapokezi.app.doctor_finding import Finding, grey
    from mapokezi.app.doctor_handoff import cost_of_trial, prove

    if any(finding.is_red for finding in found):
        yield grey("real call", "not made: mend what is red first")
        return
    quote = await quoted(deployment, real.to)
    if isinstance(quote, Finding):
        yield quote
        return
    told = quote if real.proves is None else cost_of_trial(quote, real.proves)
    print(f"\nThe real call {told}.", file=sys.stderr)
    if not is_wanted("Make it?", real.yes):
        yield grey("real call", "not made: you did not want it")
        return
    if real.proves is None:
        print(f"{quote.to} rings. Answer it, and say something when greeted.", file=sys.stderr)
        async for finding in ring(deployment, quote):
            yield finding
        return
    print(f"{quote.to} rings. Answer it, and ask for a person, or press 0.", file=sys.stderr)
    print(_WHAT_THEN[real.proves.value], file=sys.stderr)
    heard = partial(is_wanted, "Did you hear each other?", real.yes)
    async for finding in prove(deployment, quote, real.proves, heard):
        yield finding


def _printed(finding: Finding) -> None:
    out = Console(highlight=False, soft_wrap=True)
    colour = _COLOURS[finding.health.value]
    out.print(
        f"[{colour}]{finding.health.value:<5}[/]  {escape(finding.check)}: {escape(finding.says)}"
    )
    if finding.mend:
        out.print(f"       [bold]to mend:[/] {escape(finding.mend)}")


def _silent(_finding: Finding) -> None:
    pass


def _write(path: Path, told: dict[str, Any], *, as_json: bool) -> None:
    try:
        path.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"--report {path}: cannot be written: {error.strerror}") from None
    if not as_json:
        print(f"\nWhat was learned stands in {path}. Read it before you send it to anybody.")
