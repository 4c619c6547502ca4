"""Logs that a full queue could not take are told of, and never hold a call up."""

from __future__ import annotations

import logging
import queue

from mapokezi.logs import LinesThatMayDrop


def line(text: str) -> logging.LogRecord:
    return logging.makeLogRecord({"msg": text, "levelno": logging.INFO, "levelname": "INFO"})


def test_dropped_lines_are_counted_and_told_when_there_is_room_again() -> None:
    lines: queue.Queue[logging.LogRecord] = queue.Queue(2)
    handler = LinesThatMayDrop(lines)
    for text in ("one", "two", "three", "four"):
        handler.enqueue(line(text))
    assert handler.dropped == 2
    assert [lines.get_nowait().getMessage() for _ in range(2)] == ["one", "two"]
    handler.enqueue(line("five"))
    told = [lines.get_nowait() for _ in range(2)]
    assert [record.getMessage() for record in told] == ["log lines dropped: 2", "five"]
    assert told[0].levelno == logging.WARNING
    assert handler.dropped == 0
