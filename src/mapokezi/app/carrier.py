"""The phone platform's REST API, by the operator's settings."""

from __future__ import annotations

import structlog

from mapokezi.carrier import SautiKit
from mapokezi.config import Settings, read_secrets
from mapokezi.emulator.settings import EmulatorSettings
from mapokezi.errors import ConfigurationError

log = structlog.get_logger("mapokezi.app.carrier")


def carrier_of(settings: Settings) -> SautiKit | None:
    """The phone platform's REST API, or the emulator's if nothing else is set.

    Raises:
        ConfigurationError: If the key or its file cannot be one.
    """
    keys = read_secrets("SAUTIKIT_API_KEY")
    if keys:
        return SautiKit(settings.carrier.url, keys[0])
    if not settings.is_public:
        emulator = f"http://{settings.emulator.host}:{settings.emulator.port}"
        return SautiKit(emulator, EmulatorSettings().api_key)
    log.warning("no_carrier_key", so="calls end by closing their media socket")
    return None


def asks_emulator(settings: Settings) -> bool:
    """Whether it is the emulator that `carrier_of` asks."""
    return not settings.is_public and not read_secrets("SAUTIKIT_API_KEY")


def needed_carrier(settings: Settings) -> SautiKit:
    """The phone platform's REST API, for who can do nothing without.

    Raises:
        ConfigurationError: If there is no key, or it cannot be one.
    """
    if settings.is_public and not read_secrets("SAUTIKIT_API_KEY"):
        raise ConfigurationError(
            "SAUTIKIT_API_KEY is not set: make a key in SautiKit's console and put it there, or "
            "into a file that SAUTIKIT_API_KEY_FILE names"
        )
    found = carrier_of(settings)
    assert found is not None
    return found
