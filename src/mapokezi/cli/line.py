"""``mapokezi line``: the process that answers calls."""

from __future__ import annotations

import uvloop

from mapokezi.cli.settings import ConfigOption, start_role


def line(config: ConfigOption = None) -> None:
    """Answer calls: webhooks, media sockets, voices. Stops gently on SIGTERM."""
    from mapokezi.app.line import run_line

    uvloop.run(run_line(start_role(config)))
