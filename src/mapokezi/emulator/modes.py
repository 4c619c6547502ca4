"""The modes by name: read, listed, and laid over one another for a platform, a number, a call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, fields, replace
from enum import Enum
from typing import Any

from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.mode_values.account import RestFault
from mapokezi.errors import MapokeziError


class UnknownMode(MapokeziError):  # noqa: N818  named as one says it
    """There is no such mode, or it has no such value; the text says which there are."""


@dataclass(frozen=True, slots=True)
class Mode:
    """One mode, as it is listed."""

    name: str
    says: str
    default: str
    group: str
    values: tuple[str, ...]
    """Its named values; empty: a number from 0 to ``most``."""
    most: float
    field: str
    """Of `Behaviour`."""
    kind: type

    def read(self, value: object) -> Any:
        """A value as `Behaviour` has it.

        Raises:
            UnknownMode: If the mode cannot have it.
        """
        if self.values:
            word = str(value).strip().lower().replace("_", "-")
            if word not in self.values:
                ways = ", ".join(self.values)
                raise UnknownMode(f"{self.name}={value}: it can be {ways}")
            return self.kind(word)
        try:
            number = self.kind(str(value))
        except ValueError:
            raise UnknownMode(f"{self.name}={value}: a number is wanted") from None
        if not 0 <= number <= self.most:
            raise UnknownMode(f"{self.name}={value}: a number from 0 to {self.most:g} is wanted")
        return number


_SAYS = {
    "post_format": "How posts are encoded.",
    "post_names": "How the fields of a post are spelled.",
    "post_nesting": "Under which key the fields lie.",
    "post_numbers": "How numbers are written in a post.",
    "post_parties": "Who stands as caller in a post.",
    "post_session_id": "Whether a post names the session.",
    "first_state": "The state in the first post.",
    "first_post": "How often the first post is sent.",
    "later_posts": "How lifecycle and status posts arrive.",
    "signature": "How posts are signed.",
    "voice_retries": "Further tries of a voice URL that failed.",
    "webhook_timeout_s": "How long an answer is waited for.",
    "event_envelope": "The body of an event.",
    "event_headers": "The header that names its kind.",
    "event_posts": "How events arrive.",
    "event_retries": "When an event is posted again.",
    "after_close": "What follows when your program closes its stream.",
    "stream_fault": "What is wrong with the stream.",
    "stream_fault_s": "When a stream is cut or freezes, after opening.",
    "stream_start": "When the handshake begins.",
    "handshake_timeout_s": "How long the handshake is waited for.",
    "both_tracks": "What both tracks are.",
    "channel": "The rate of the call's channel.",
    "metadata": "The stream's first text.",
    "keys": "How pressed keys reach the stream.",
    "hold": "What holds the call during a stream.",
    "marks": "Whether marks come back.",
    "pongs": "Whether pings are answered.",
    "playout_lock": "Whether a message can be missed.",
    "stream_end": "What comes before the close.",
    "same_name": "A second stream of the same name.",
    "after_timeout": "After a handshake timed out.",
    "unheld_s": "How long a call lasts that nothing holds.",
    "after_dial": "What follows a dial in vain.",
    "dial_outcome": "Whether the outcome of a dial is told.",
    "conference": "How rooms behave.",
    "number": "Where the number stands.",
    "wallet": "What the wallet holds.",
    "rounding": "How a call's time is counted.",
    "inbound_per_min": "Price of the caller's leg, minor units a minute.",
    "outbound_per_min": "Price of a dialled leg, minor units a minute.",
    "cdr": "When the cost is known.",
    "recording": "When a recording can be had.",
    "available": "The shape of the list of numbers for sale.",
    "routing": "By which requests a number is routed.",
    "rest": "What is wrong with the REST API.",
    "rest_times": "How many requests fail so; 0: all.",
    "api_key": "What the API key is good for.",
}
_MOST = {
    "voice_retries": 10,
    "webhook_timeout_s": 120,
    "stream_fault_s": 3600,
    "handshake_timeout_s": 120,
    "unheld_s": 60,
    "inbound_per_min": 100_000,
    "outbound_per_min": 100_000,
    "rest_times": 1000,
}


_GROUPS = {
    "post_format": "Posts",
    "event_envelope": "Events",
    "after_close": "The stream",
    "after_dial": "Further legs",
    "number": "The account",
    "available": "The REST API",
}
"""Groups of modes, as they stand in `Behaviour`, each by its first."""


def _group_of(name: str) -> str:
    names = [one.name for one in fields(Behaviour)]
    before = names[: names.index(name) + 1]
    return next(_GROUPS[one] for one in reversed(before) if one in _GROUPS)


def _mode_of(one: Field[Any]) -> Mode:
    kind = type(one.default)
    words = tuple(member.value for member in kind) if issubclass(kind, Enum) else ()
    name = one.name.replace("_", "-")
    return Mode(
        name,
        _SAYS[one.name],
        str(one.default),
        _group_of(one.name),
        words,
        _MOST.get(one.name, 0.0),
        one.name,
        kind,
    )


MODES: dict[str, Mode] = {mode.name: mode for mode in map(_mode_of, fields(Behaviour))}
"""Every mode by its name."""


def find_mode(name: str) -> Mode:
    """A mode by its name; underscores will do for hyphens.

    Raises:
        UnknownMode: There is none.
    """
    mode = MODES.get(name.strip().lower().replace("_", "-"))
    if mode is None:
        raise UnknownMode(f"{name}: there is no such mode; there are {', '.join(MODES)}")
    return mode


def read_changes(given: Mapping[str, object]) -> dict[str, Any]:
    """Modes by name, as fields of `Behaviour`.

    Raises:
        UnknownMode: A name or a value is none.
    """
    return {
        mode.field: mode.read(value)
        for mode, value in ((find_mode(name), value) for name, value in given.items())
    }


def shown(behaviour: Behaviour) -> dict[str, str | int | float]:
    """Every mode's value by the mode's name."""
    return {
        name.replace("_", "-"): value.value if isinstance(value, Enum) else value
        for name, value in asdict(behaviour).items()
    }


class ModeBoard:
    """What is set: for the platform, over it for each number, over that for the next call."""

    def __init__(
        self, platform: Behaviour, numbers: Mapping[str, Mapping[str, Any]] | None = None
    ) -> None:
        """Begin with the settings.

        Args:
            platform: For every number and call.
            numbers: Fields of `Behaviour` that differ, by number.
        """
        self.platform = platform
        self._given = platform
        self._numbers = {number: dict(changes) for number, changes in (numbers or {}).items()}
        self._given_numbers = {number: dict(more) for number, more in self._numbers.items()}
        self._next_call: dict[str, dict[str, Any]] = {}
        self._faults: Counter[str] = Counter()

    def of_number(self, number: str) -> Behaviour:
        """What holds for a number."""
        return replace(self.platform, **self._numbers.get(number, {}))

    def of_new_call(self, number: str, changes: Mapping[str, Any]) -> Behaviour:
        """What holds for a call that begins now, with changes of its own."""
        planned = self._next_call.pop(number, {})
        return replace(self.of_number(number), **{**planned, **changes})

    def set_platform(self, changes: Mapping[str, Any]) -> None:
        """Change modes for everything that has none of its own."""
        self.platform = replace(self.platform, **changes)
        self._faults.clear()

    def set_number(self, number: str, changes: Mapping[str, Any]) -> None:
        """Change modes of one number; its calls that are up keep theirs."""
        self._numbers.setdefault(number, {}).update(changes)
        self._faults.clear()

    def set_next_call(self, number: str, changes: Mapping[str, Any]) -> None:
        """Change modes of the number's next call alone."""
        self._next_call.setdefault(number, {}).update(changes)

    def next_call(self, number: str) -> dict[str, Any]:
        """What is set for the number's next call alone."""
        return dict(self._next_call.get(number, {}))

    def reset(self) -> None:
        """Go back to what the emulator was started with."""
        self.platform = self._given
        self._numbers = {number: dict(more) for number, more in self._given_numbers.items()}
        self._next_call.clear()
        self._faults.clear()

    def rest_fault(self, behaviour: Behaviour, who: str) -> RestFault:
        """The fault that a request meets, and count it.

        Args:
            behaviour: What holds for the request.
            who: Whose requests ``rest-times`` counts together.
        """
        fault, times = behaviour.rest, behaviour.rest_times
        if fault is RestFault.NONE or (times and self._faults[who] >= times):
            return RestFault.NONE
        self._faults[who] += 1
        return fault
