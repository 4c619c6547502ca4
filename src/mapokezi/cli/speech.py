"""``mapokezi speech``: the local ears and voice."""

from __future__ import annotations

import asyncio

from mapokezi.cli.settings import ConfigOption, start_role


def speech(config: ConfigOption = None) -> None:
    """Hear and speak for the line: voice detection, recognition, synthesis, as a Wyoming server."""
    from mapokezi.app import run_speech

    asyncio.run(run_speech(start_role(config)))
