"""``mapokezi speech``: the local ears and voice."""

from __future__ import annotations

import asyncio
from pathlib import Path

from mapokezi.cli.settings import ConfigOption, start_role
from mapokezi.errors import ConfigurationError


def speech(config: ConfigOption = None) -> None:
    """Hear and speak for the line: voice detection, recognition, synthesis, as a Wyoming server."""
    # Not by way of mapokezi.app: callers wait for this process to come back, and what the line
    # needs takes two seconds to import.
    from mapokezi.speech.server import serve_speech
    from mapokezi.speech.settings import Address, SpeechSettings

    settings = start_role(config)
    address = Address.read(settings.speech_address)
    if not address.path:
        raise ConfigurationError(
            "speech.address: our own speech process listens on a Unix socket; "
            f"{settings.speech_address} is another server's"
        )
    asyncio.run(serve_speech(SpeechSettings(Path(address.path), workers=settings.speech.workers)))
