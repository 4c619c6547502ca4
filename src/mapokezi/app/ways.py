"""The ways by which people are told, as the operator has set them up; without their services."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mapokezi.config import Settings, read_secret, read_secrets, variable_of
from mapokezi.errors import ConfigurationError
from mapokezi.receptionist.office import Office
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


@dataclass(frozen=True, slots=True)
class MissingAccount:
    """An account or a secret that is named in the settings or the offices, and is not there.

    Calls are answered all the same: it stops nothing, and is told wherever an operator looks.
    """

    way: str
    """The way's name; empty: it is a webhook's."""
    variable: str
    """Where it is looked for."""
    says: str
    """What is missing and what to do, with the variable's name in front."""


def missing_accounts(
    settings: Settings, offices: Iterable[Office] = ()
) -> tuple[MissingAccount, ...]:
    """What is missing for people and systems to be told.

    Raises:
        ConfigurationError: If a file that is named for an account or a secret cannot be read.
    """
    ways = [
        MissingAccount(
            name,
            way_variable(name),
            f'{way_variable(name)}: the way "{name}" has no account. Set it, or '
            f"{way_variable(name)}_FILE, to an apprise URL",
        )
        for name in settings.way
        if not way_url(name)
    ]
    hooks = [
        MissingAccount(
            "",
            variable,
            f'{variable}: the webhook "{hook.name}" of {office.id} has no secret. Set it, or '
            f"{variable}_FILE, to whsec_ and the base64 of 24 to 64 random bytes",
        )
        for office in offices
        for hook in office.webhooks
        for variable in [webhook_variable(office, hook.name)]
        if not read_secrets(variable)
    ]
    return (*ways, *hooks)


def webhook_variable(office: Office, name: str) -> str:
    """The variable that holds a webhook's secrets."""
    return variable_of("webhook", office.id, name, "secret")


def way_variable(name: str) -> str:
    """The variable that holds an account's URL."""
    return variable_of("way", name, "url")
