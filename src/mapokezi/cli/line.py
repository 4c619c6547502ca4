"""``mapokezi line``: the process that answers calls."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Annotated

import structlog
import typer
import uvloop

from mapokezi.cli.settings import ConfigOption, load, start_role
from mapokezi.line.precedence import go_first, keep_to_one_thread, keep_what_stays
from mapokezi.telephony.urls import CallbackUrls

log = structlog.get_logger("mapokezi.line")


def line(
    config: ConfigOption = None,
    urls: Annotated[
        bool,
        typer.Option("--urls", help="Print the addresses that the platform is given, and end."),
    ] = False,
) -> None:
    """Answer calls: webhooks, media sockets, voices. Stops gently on SIGTERM."""
    from mapokezi.app.line import run_line
    from mapokezi.app.line_settings import line_settings

    if urls:
        print(_told(line_settings(load(config)).urls))
        return
    settings = start_role(config)
    goes_first = go_first()
    keep_to_one_thread()

    def is_built(_line: object) -> None:
        # Not before: what is set wrong is told in one line, and nothing beside it.
        log.info("line_priority", goes_first=goes_first)
        _tell(line_settings(settings).urls)
        keep_what_stays()

    uvloop.run(run_line(settings, is_built))


def _told(urls: CallbackUrls) -> str:
    return f"voice_callback_url  {urls.voice}\nevents_url          {urls.events}"


def _tell(urls: CallbackUrls) -> None:
    """Show somebody who is looking where the platform is to post.

    A log is no place for a secret part of it.
    """
    if sys.stdout.isatty():
        print(f"Where the phone platform is to post:\n{_told(urls)}", flush=True)
    elif urls.unguessable:
        hidden = replace(urls, unguessable="SECRET").voice
        log.info("voice_url", url=hidden, whole="mapokezi line --urls")
    else:
        log.info("voice_url", url=urls.voice)
