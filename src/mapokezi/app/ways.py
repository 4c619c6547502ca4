"""The ways by which people are told, as the operator has set them up; without their services."""

from __future__ import annotations

from mapokezi.config import Settings, read_secret, variable_of
from mapokezi.errors import ConfigurationError
from mapokezi.records.notices import ADDRESS_MARK, WayKind
from mapokezi.stores.office_files import KnownWays


def known_ways(settings: Settings) -> KnownWays:
    """What an office's files may name.

    Of an account that cannot be read here it is not known whether it needs an address: the line
    reads the offices, too, and has no need of the accounts.
    """
    return KnownWays(
        kinds={name: WayKind(way.kind) for name, way in settings.way.items()},
        addressless=frozenset(name for name in settings.way if not _needs_address(name)),
    )


def _needs_address(name: str) -> bool:
    try:
        return ADDRESS_MARK in way_url(name)
    except ConfigurationError:
        return False


def way_url(name: str) -> str:
    """An account's URL, with its secret; empty if there is none.

    Raises:
        ConfigurationError: If the file that holds it cannot be read.
    """
    return read_secret(way_variable(name))


def needed_way_url(name: str) -> str:
    """An account's URL.

    Raises:
        ConfigurationError: If there is none; it names the variable.
    """
    url = way_url(name)
    if not url:
        variable = way_variable(name)
        raise ConfigurationError(
            f'{variable}: the way "{name}" has no account. Set it, or {variable}_FILE, to an '
            "apprise URL"
        )
    return url


def way_variable(name: str) -> str:
    """The variable that holds an account's URL."""
    return variable_of("way", name, "url")
