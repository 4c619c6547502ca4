"""What the documents are made of: the office, and what the server's settings do with its calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mapokezi.receptionist.data_laws import LAWS, DataLaw
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.opening_notices import country_told
from mapokezi.voice.whereabouts import Listener, Whereabouts


@dataclass(frozen=True, slots=True)
class WayFacts:
    """A way by which people are told, as the operator has set it up."""

    name: str
    kind: str
    """``sms``, ``email``, ``whatsapp``, ``chat``."""
    service: str
    """By the account's own scheme: ``mailtos``, ``africas_talking``; empty: it has no account."""
    where: Whereabouts


@dataclass(frozen=True, slots=True)
class PlatformFacts:
    """The phone platform."""

    host: str
    where: Whereabouts
    fetches_recordings: bool
    """Whether its own recordings are fetched as second copies."""


@dataclass(frozen=True, slots=True)
class SafetyFacts:
    """What protects what is kept, as far as settings tell."""

    seals: bool
    cipher: str
    key_beside: bool
    """Whether the key lies in the data folder, with what it seals."""
    database_at: str
    """``this machine``, or a host."""
    callbacks_signed: bool
    replayable_signature: bool
    is_public: bool
    desk_host: str
    desk_is_near: bool
    personal_in_log: bool
    removes_daily: bool
    audit_days: int


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the server's settings tell."""

    listeners: tuple[Listener, ...]
    """Every service that may work on what callers say."""
    ways: tuple[WayFacts, ...]
    platform: PlatformFacts
    safety: SafetyFacts


@dataclass(frozen=True, slots=True)
class ProcessingFacts:
    """All that the documents rest on."""

    office: Office
    server: Deployment
    on: date
    """The day on which they are made."""

    @property
    def country(self) -> str:
        """ISO 3166 code of the country whose law is followed."""
        return country_told(self.office)

    @property
    def law(self) -> DataLaw | None:
        """Its law, if it is known here."""
        return LAWS.get(self.country)

    @property
    def country_name(self) -> str:
        """The country in words."""
        return self.law.named["en"] if self.law is not None else self.country

    @property
    def models(self) -> tuple[Listener, ...]:
        """The models that lead calls."""
        return tuple(one for one in self.server.listeners if one.kind not in ("speech", "summary"))

    @property
    def hearers_elsewhere(self) -> tuple[Listener, ...]:
        """Whoever works on a call while it lasts, and is not on this machine or its network."""
        listeners = self.server.listeners
        return tuple(one for one in listeners if one.kind != "summary" and not one.where.is_here)

    @property
    def summary(self) -> Listener | None:
        """The model that writes calls down in short."""
        return next((one for one in self.server.listeners if one.kind == "summary"), None)

    @property
    def ways_used(self) -> tuple[WayFacts, ...]:
        """The ways by which this office's people, or its callers, are really told."""
        named = {way.way for person in self.office.people for way in person.ways}
        named.add(self.office.telling.text_callers)
        return tuple(one for one in self.server.ways if one.name in named)

    def abroad(self) -> tuple[tuple[str, Whereabouts], ...]:
        """Give what is told as outside the country, by what it is."""
        found: list[tuple[str, Whereabouts]] = [
            (name_of(one), one.where) for one in self.server.listeners
        ]
        found += [(f"the way `{one.name}`", one.where) for one in self.ways_used]
        found.append(("the phone platform", self.server.platform.where))
        return tuple((name, where) for name, where in found if where.is_outside(self.country))


def name_of(listener: Listener) -> str:
    """Give a listener's name as it stands in a document."""
    if listener.kind == "speech":
        return "the speech engine"
    what = "for summaries" if listener.kind == "summary" else f"of protocol {listener.kind}"
    return f"the model profile `{listener.name}` {what}"


def place_of(where: Whereabouts) -> str:
    """Say where something is."""
    if where.is_here:
        return "this machine or its private network"
    hosts = ", ".join(where.hosts)
    country = where.country.upper() or "**country not told in the settings**"
    return f"{hosts} ({country})"
