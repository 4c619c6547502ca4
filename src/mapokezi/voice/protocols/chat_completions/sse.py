"""Server-sent events, read as they come, cut anywhere.

The format is the HTML standard's (section 9.2, "Server-sent events"): lines end with CR, LF or
both; a blank line ends an event; lines that begin with a colon are comments; several ``data``
lines of one event are joined. Servers of chat models use little of it, and break it now and then:
llama.cpp tells an error as a field ``error``, and some leave the last blank line out.
"""

from __future__ import annotations

from dataclasses import dataclass

_LONGEST_BYTES = 1 << 20
"""Of one event. A chunk has some hundred bytes; this is a far side that sends something else."""


class NotEvents(ValueError):  # noqa: N818  named as one says it
    """What comes is no stream of events."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event that has data."""

    data: bytes
    is_error: bool = False
    """It was told as an error, by its field or its name."""


class EventReader:
    """Cuts a stream of bytes into events."""

    def __init__(self) -> None:
        """Begin before the first byte."""
        self._line = bytearray()
        self._data: list[bytes] = []
        self._is_error = False
        self._after_cr = False
        self._is_first = True

    def feed(self, received: bytes) -> list[Event]:
        """Take bytes; give the events that are complete with them.

        Raises:
            NotEvents: An event has no end.
        """
        if not received:
            return []
        if self._after_cr:
            received = received.removeprefix(b"\n")  # the other half of a CRLF
        self._after_cr = received.endswith(b"\r")
        events: list[Event] = []
        lines = received.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        for line in lines[:-1]:
            self._line += line
            self._end_line(events)
        self._line += lines[-1]
        if len(self._line) + sum(map(len, self._data)) > _LONGEST_BYTES:
            raise NotEvents("an event without an end")
        return events

    def flush(self) -> list[Event]:
        """The stream is over: give the last event, if its blank line is missing."""
        events: list[Event] = []
        if self._line:
            self._end_line(events)
        self._end_event(events)
        return events

    def _end_line(self, events: list[Event]) -> None:
        line = bytes(self._line)
        self._line.clear()
        if self._is_first:
            self._is_first = False
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line:
            self._end_event(events)
            return
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
        elif name == b"error":
            self._data.append(value)
            self._is_error = True
        elif name == b"event":
            self._is_error = value == b"error"

    def _end_event(self, events: list[Event]) -> None:
        if data := b"\n".join(self._data):
            events.append(Event(data, self._is_error))
        self._data.clear()
        self._is_error = False
