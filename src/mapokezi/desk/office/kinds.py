"""The kinds of values that an office's files hold: how each is typed in a form, and read aloud.

A kind writes a value into the names and texts that a form sends, reads it back from them, and says
it in words. It does not judge: what was typed goes to the reader of the files as it is, who says
what is wrong with it. A missing key is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Protocol

Fields = Mapping[str, str]
"""What a form sends: a text for each name."""
Options = tuple[tuple[str, str], ...]
"""What may be chosen: the value, and how it is shown."""
_NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Known:
    """What may be chosen from, of this office and this server."""

    people: Mapping[str, str] = field(default_factory=dict)
    """Names by ids."""
    models: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()

    def options(self, of: str | Options) -> Options:
        """Give what may be chosen: ``people``, ``models``, ``ways``, or a list of its own."""
        if of == "people":
            return tuple(self.people.items())
        if of == "models":
            return tuple((one, one) for one in self.models)
        if of == "ways":
            return tuple((one, one) for one in self.ways)
        return of if isinstance(of, tuple) else ()


class Kind(Protocol):
    """One kind of value."""

    control: ClassVar[str]
    """Which control of the template it is typed in."""

    def write(self, name: str, raw: Any) -> dict[str, str]:
        """Give what a form sends that holds the value; a missing one as what it means."""
        ...

    def read(self, name: str, sent: Fields) -> Any:
        """Give the value that was sent; None: the key is to be missing."""
        ...

    def words(self, raw: Any, known: Known) -> str:
        """Say the value."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """Words in one line, or in more (``area``)."""

    usual: str = ""
    """Shown if the key is missing."""
    blank: str | None = None
    """Written if nothing is typed; None: the key goes."""
    type: str = "text"
    """Of the control: ``tel``, ``url``, ``email``."""
    control: ClassVar[str] = "text"

    def write(self, name: str, raw: Any) -> dict[str, str]:
        """See `Kind`."""
        return {name: self.usual if raw is None else str(raw)}

    def read(self, name: str, sent: Fields) -> Any:
        """See `Kind`."""
        return " ".join(sent.get(name, "").split()) or self.blank

    def words(self, raw: Any, known: Known) -> str:
        """See `Kind`."""
        return str(self.usual if raw is None else raw) or _NOTHING


@dataclass(frozen=True, slots=True)
class Area(Text):
    """Words that need more than a line to be typed; they are one line all the same."""

    control: ClassVar[str] = "area"


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    usual: int | None = None
    control: ClassVar[str] = "whole"

    def write(self, name: str, raw: Any) -> dict[str, str]:
        """See `Kind`."""
        shown = self.usual if raw is None else raw
        return {name: "" if shown is None else str(shown)}

    def read(self, name: str, sent: Fields) -> Any:
        """See `Kind`."""
        text = sent.get(name, "").strip()
        try:
            return int(text) if text else None
        except ValueError:
            return text  # the reader says what is wrong with it

    def words(self, raw: Any, known: Known) -> str:
        """See `Kind`."""
        shown = self.usual if raw is None else raw
        return "as usual" if shown is None else str(shown)


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    usual: bool
    control: ClassVar[str] = "flag"

    def write(self, name: str, raw: Any) -> dict[str, str]:
        """See `Kind`."""
        return {name: "yes"} if (self.usual if raw is None else raw) else {}

    def read(self, name: str, sent: Fields) -> Any:
        """See `Kind`."""
        return sent.get(name) == "yes"

    def words(self, raw: Any, known: Known) -> str:
        """See `Kind`."""
        return "yes" if (self.usual if raw is None else raw) else "no"


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of words, one a line."""

    type: str = "text"
    control: ClassVar[str] = "lines"

    def write(self, name: str, raw: Any) -> dict[str, str]:
        """See `Kind`."""
        return {name: "\n".join(map(str, raw)) if isinstance(raw, list) else str(raw or "")}

    def read(self, name: str, sent: Fields) -> Any:
        """See `Kind`."""
        lines = (" ".join(one.split()) for one in sent.get(name, "").splitlines())
        return [one for one in lines if one] or None

    def words(self, raw: Any, known: Known) -> str:
        """See `Kind`."""
        return "; ".join(map(str, raw)) if isinstance(raw, list) and raw else _NOTHING


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of a day, in one line: ``08:00-13:00, 14:00-17:00``."""

    nothing: str = "closed"
    """How it is said that there are none."""
    control: ClassVar[str] = "spans"

    def write(self, name: str, raw: Any) -> dict[str, str]:
        """See `Kind`."""
        return {name: ", ".join(map(str, raw)) if isinstance(raw, list) else str(raw or "")}

    def read(self, name: str, sent: Fields) -> Any:
        """See `Kind`."""
        spans = (" ".join(one.split()) for one in sent.get(name, "").split(","))
        return [one for one in spans if one] or None

    def words(self, raw: Any, known: Known) -> str:
        """See `Kind`."""
        if not isinstance(raw, list) or not raw:
            return self.nothing
        return ", ".join(str(one).replace("-", "–") for one in raw)


@dataclass(frozen=True, slots=True)
class Day:
    """A date."""

    control: ClassVar[str] = "day"

    def write(self, name: str, raw: Any) -> dict[str, str]:
        """See `Kind`."""
        return {name: raw.isoformat() if isinstance(raw, date) else str(raw or "")}

    def read(self, name: str, sent: Fields) -> Any:
        """See `Kind`."""
        text = sent.get(name, "").strip()
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            return text

    def words(self, raw: Any, known: Known) -> str:
        """See `Kind`."""
        if not isinstance(raw, date):
            return str(raw or _NOTHING)
        return f"{raw:%a} {raw.day} {raw:%b %Y}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    of: str | Options
    """See `Known.options`."""
    usual: str = ""
    """What a missing key means, if that is one of them."""
    nothing: str = ""
    """How a missing key is shown, if that is none of them."""
    control: ClassVar[str] = "choice"

    def write(self, name: str, raw: Any) -> dict[str, str]:
        """See `Kind`."""
        return {name: self.usual if raw is None else str(raw)}

    def read(self, name: str, sent: Fields) -> Any:
        """See `Kind`."""
        return sent.get(name, "").strip() or None

    def words(self, raw: Any, known: Known) -> str:
        """See `Kind`."""
        shown = self.usual if raw is None else str(raw)
        return dict(known.options(self.of)).get(shown, shown) or self.nothing or _NOTHING


@dataclass(frozen=True, slots=True)
class Several:
    """Any of several, in no order: a box for each."""

    of: Options
    nothing: str = _NOTHING
    """How none of them is said."""
    control: ClassVar[str] = "several"

    def write(self, name: str, raw: Any) -> dict[str, str]:
        """See `Kind`."""
        return {f"{name}-{one}": one for one in (raw if isinstance(raw, list) else ())}

    def read(self, name: str, sent: Fields) -> Any:
        """See `Kind`."""
        return [one for one, _ in self.of if f"{name}-{one}" in sent] or None

    def words(self, raw: Any, known: Known) -> str:
        """See `Kind`."""
        shown = dict(self.of)
        return ", ".join(shown.get(one, str(one)) for one in raw or ()) or self.nothing


@dataclass(frozen=True, slots=True)
class Ordered:
    """Some of several, in an order: a choice for each place."""

    of: str | Options
    nothing: str = _NOTHING
    """How none of them is said."""
    usual: tuple[str, ...] = ()
    """What a missing key means."""
    is_set: bool = False
    """Whether an empty list means something else than a missing one; a box says which it is."""
    unset: str = ""
    """How a missing one is said, then."""
    control: ClassVar[str] = "ordered"

    def write(self, name: str, raw: Any) -> dict[str, str]:
        """See `Kind`."""
        shown = self.usual if raw is None else raw
        entries = shown if isinstance(shown, list | tuple) else [shown]
        sent = {f"{name}-{place}": str(one) for place, one in enumerate(entries, start=1)}
        return {**sent, f"{name}-set": "yes"} if self.is_set and raw is not None else sent

    def read(self, name: str, sent: Fields) -> Any:
        """See `Kind`."""
        places = sorted(
            int(one.rpartition("-")[2])
            for one in sent
            if one.startswith(f"{name}-") and one.rpartition("-")[2].isdecimal()
        )
        chosen = [sent[f"{name}-{one}"] for one in places if sent.get(f"{name}-{one}")]
        if self.is_set:
            return chosen if f"{name}-set" in sent else None
        return chosen or None

    def words(self, raw: Any, known: Known) -> str:
        """See `Kind`."""
        if raw is None and self.is_set:
            return self.unset
        shown = dict(known.options(self.of))
        chosen = self.usual if raw is None else raw
        return ", ".join(shown.get(one, str(one)) for one in chosen) or self.nothing
