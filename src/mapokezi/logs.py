"""Logs: one JSON object a line (or coloured text on a terminal), written by a thread of their own.

The event loop only puts a line into a queue, so a blocked terminal or a full pipe cannot stop a
call. What callers say, their names and numbers stand only under keys that begin with ``pii_``;
with ``show_pii`` off those values are replaced before the line is written.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import logging.handlers
import queue
import sys
from collections.abc import MutableMapping, Sequence
from typing import Any

import structlog

_HELD_LINES = 10_000
"""About two minutes of the busiest line; past that lines are dropped and counted."""


class LinesThatMayDrop(logging.handlers.QueueHandler):
    """Puts lines into a bounded queue; while it is full it drops them, and says so afterwards."""

    dropped = 0
    """Lines that were dropped and not told of yet."""

    def enqueue(self, record: logging.LogRecord) -> None:
        """Put a line, and before it how many were dropped since the last; never blocks."""
        try:
            if self.dropped:
                self.queue.put_nowait(_word_of_dropped(self.dropped))
                self.dropped = 0
            self.queue.put_nowait(record)
        except queue.Full:
            self.dropped += 1

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Leave the line as it is: it stays in this process."""
        return record


def _word_of_dropped(count: int) -> logging.LogRecord:
    return logging.makeLogRecord(
        {
            "name": "mapokezi.logs",
            "levelno": logging.WARNING,
            "levelname": "WARNING",
            "msg": "log lines dropped: %d",
            "args": (count,),
        }
    )


_at_end = contextlib.ExitStack()


@atexit.register
def finish() -> None:
    """Write out what still waits, and log no more: what a command says last comes last."""
    _at_end.close()


def _hide_pii(
    _logger: object, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for key in event:
        if key.startswith("pii"):
            event[key] = "(personal)"
    return event


def set_up(*, level: str = "info", show_pii: bool = False, as_json: bool | None = None) -> None:
    """Send all logs, structlog's and the standard library's, through one queue to stderr.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``.
        show_pii: Whether personal data is written out.
        as_json: One JSON object a line; by default so unless stderr is a terminal.
    """
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    if not show_pii:
        shared.append(_hide_pii)
    out = logging.StreamHandler(sys.stderr)
    json_lines = as_json if as_json is not None else not sys.stderr.isatty()
    out.setFormatter(_written(shared, as_json=json_lines))
    _send_through_queue(out, level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _written(
    shared: Sequence[structlog.types.Processor], *, as_json: bool
) -> structlog.stdlib.ProcessorFormatter:
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=True, pad_event_to=28)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )


def _send_through_queue(out: logging.Handler, level: str) -> None:
    lines: queue.Queue[logging.LogRecord] = queue.Queue(_HELD_LINES)
    listener = logging.handlers.QueueListener(lines, out)
    root = logging.getLogger()
    root.handlers = [LinesThatMayDrop(lines)]
    root.setLevel(level.upper())
    logging.getLogger("uvicorn.access").disabled = True
    for chatty in ("httpx2", "httpcore2", "alembic", "aiosqlite"):
        logging.getLogger(chatty).setLevel("WARNING")
    listener.start()
    _at_end.callback(listener.stop)
