"""Where a service is that works on what callers say: on this machine, or in which country."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where something is."""

    hosts: tuple[str, ...] = ()
    """Its addresses; empty: this machine."""
    country: str = ""
    """ISO 3166 code, as the operator has told; empty: not told."""

    @property
    def is_here(self) -> bool:
        """Whether nothing leaves this machine and its private network."""
        return all(map(is_near, self.hosts))

    def is_outside(self, country: str) -> bool:
        """Say whether it is to be told as in another country: what is not known, is.

        Args:
            country: ISO 3166 code.
        """
        return not self.is_here and self.country.upper() != country.upper()


class Given(StrEnum):
    """What a service is given of callers."""

    VOICE = "voice"
    """Their voice, as sound."""
    WORDS = "words"
    """What they say, in writing."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A service that works on what callers say."""

    name: str
    """A model profile's, or ``speech``."""
    kind: str
    """What it is: a protocol's name, ``summary``, ``speech``."""
    given: Given
    where: Whereabouts


def whereabouts_of(addresses: Iterable[str], country: str = "") -> Whereabouts:
    """Tell where services are by their addresses.

    Args:
        addresses: URLs, or the names of hosts; ``unix://`` is this machine.
        country: as the operator has told.
    """
    hosts = (_host_of(address) for address in addresses)
    return Whereabouts(tuple(dict.fromkeys(host for host in hosts if host)), country)


def is_near(host: str) -> bool:
    """Whether a host is this machine, or one of a private network."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_private


def _host_of(address: str) -> str:
    if "://" not in address:
        return address
    parts = urlsplit(address)
    return "" if parts.scheme == "unix" else (parts.hostname or "")
