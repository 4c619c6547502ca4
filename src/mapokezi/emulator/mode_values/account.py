"""Conference rooms, numbers, the wallet, recordings, bills, and the REST API that tells of them."""

from __future__ import annotations

from enum import StrEnum


class ConferenceMode(StrEnum):
    """How conference rooms behave; nobody is known to have used one with a stream."""

    WORKS = "works"
    NO_EVENTS = "no-events"
    """Members are joined, and nobody is told."""
    REFUSED = "refused"
    """The verb is passed over."""


class NumberState(StrEnum):
    """Where a number stands."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    """Callers hear the platform's message, nothing is posted, nothing can be originated."""


class WalletMode(StrEnum):
    """What the prepaid wallet holds."""

    AS_IT_IS = "as-it-is"
    """Its balance, which calls and numbers are charged to."""
    EMPTY = "empty"
    """Nothing: no outbound leg is dialled, 402."""
    LOW = "low"
    """Less than its threshold, and enough for some calls."""


class RecordingMode(StrEnum):
    """When a recording can be had."""

    AT_ONCE = "at-once"
    PENDING = "pending"
    """202 for 30 s, then 302."""
    LATE = "late"
    """404 for 5 s, then 302: the race after a hang-up."""
    MISSING = "missing"
    """404."""
    GONE = "gone"
    """410, deleted before it was captured."""


class CdrMode(StrEnum):
    """When a call's cost is known."""

    PROMPT = "prompt"
    """0.3 s after the end."""
    LATE = "late"
    """4 s after it."""
    NEVER = "never"


class Rounding(StrEnum):
    """What a begun unit of a call is counted as."""

    SECOND = "second"
    """The seed and the page on Kenya."""
    MINUTE = "minute"
    """Started minutes in full: the page on calls."""


class RestFault(StrEnum):
    """What is wrong with the REST API."""

    NONE = "none"
    RATE_LIMITED = "429"
    FAILS = "500"
    DOWN = "503"
    SLOW = "slow"
    """Answers after four seconds."""
    DROPPED = "dropped"
    """The connection is closed without an answer."""
    GARBLED = "garbled"
    """200 with half a body."""


class KeyState(StrEnum):
    """What the API key is good for."""

    GOOD = "good"
    INVALID = "invalid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NO_SCOPE = "no-scope"
    SUSPENDED = "suspended"
    """The account is suspended."""


class Listing(StrEnum):
    """The shape of the list of numbers for sale."""

    WRAPPED = "wrapped"
    """``{"available": [...]}``, as the integrator receives it."""
    BARE = "bare"
    """The list alone: the pages."""


class RoutingPath(StrEnum):
    """By which requests a number's routing can be changed."""

    ANY = "any"
    PUT = "put"
    """``PUT /v1/numbers/{id}/routing`` alone: the integrator's client."""
    PATCH = "patch"
    """``PATCH /v1/numbers/{id}/routing`` alone: the pages."""
    SEED = "seed"
    """``PATCH /v1/numbers/{id}`` alone: the seed page."""
