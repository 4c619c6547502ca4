"""``mapokezi doctor``: the whole chain, looked at once, each fault with its mend."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from mapokezi.cli.settings import ConfigOption
from mapokezi.config import Settings, read_settings
from mapokezi.errors import ConfigurationError

if TYPE_CHECKING:
    from mapokezi.app.doctor_finding import Finding

_COLOURS = {"green": "green", "red": "bold red", "grey": "dim"}


def doctor(
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            help="Write what the first calls taught of SautiKit into this file, redacted.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Look at the whole chain, from office files to wallet: green, or red with the mend.

    It spends no money, rings nobody and changes nothing. Exit code 1 if anything is red.
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
        found, told = asyncio.run(_examined(settings, tell, with_report=report is not None))
    if as_json:
        print(json.dumps([asdict(finding) for finding in found], indent=2))
    if report is not None and told:
        _write(report, told, as_json=as_json)
    count = sum(finding.is_red for finding in found)
    if not as_json:
        print("\nAll is well." if not count else f"\n{count} to mend.")
    if count:
        raise typer.Exit(1)


async def _examined(
    settings: Settings, tell: Callable[[Finding], None], *, with_report: bool
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
        told = await report_of(deployment, found) if with_report else {}
    finally:
        if deployment.carrier is not None:
            await deployment.carrier.close()
    return found, told


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
