"""What may get into the tables and the log of the durable work: our own ids, and nothing else.

Names, numbers and words of callers stay in our own tables, where export and erasure find them.
"""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from mapokezi.errors import MapokeziError

_ID = re.compile(r"[\w.:~-]{0,200}")
_MOST_LOGGED = 300


class NotAnId(MapokeziError):  # noqa: N818  in the words of the trade
    """Something other than an id was about to be written where only ids may stand."""


class WorkFailed(MapokeziError):  # noqa: N818  in the words of the trade
    """Work that ended by a fault; all that is kept of it is the fault's name."""


def checked(value: object) -> object:
    """Give a value as it may be kept.

    Raises:
        NotAnId: it is, or holds, a text that is no id. The text is not repeated.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        if _ID.fullmatch(value) is None:
            raise NotAnId(f"a text of {len(value)} characters is no id")
        return value
    if isinstance(value, BaseException):
        return {"fault": checked(type(value).__name__)}
    if isinstance(value, tuple | list):
        return [checked(one) for one in value]
    if isinstance(value, dict):
        return {checked(key): checked(one) for key, one in value.items()}
    raise NotAnId(f"a {type(value).__name__} is no id")


def write(value: object) -> str:
    """Write a value for the tables of the durable work.

    Raises:
        NotAnId: it holds more than ids.
    """
    return json.dumps(checked(value), separators=(",", ":"))


def read(text: str) -> Any:
    """Read what `write` wrote; a fault comes back as `WorkFailed`, to be raised."""
    found = json.loads(text)
    if isinstance(found, dict) and found.keys() == {"fault"}:
        return WorkFailed(found["fault"])
    return found


class PlainLines(logging.Filter):
    """Lets lines of the durable work into our log without what a fault's own text may hold."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Cut a line down to its first words, and a fault to its name."""
        line = record.getMessage().splitlines()
        text = (line[0] if line else "")[:_MOST_LOGGED]
        if record.exc_info and record.exc_info[0] is not None:
            text = f"{text.rstrip(':')}: {record.exc_info[0].__name__}"
        record.msg, record.args, record.exc_info, record.exc_text = text, (), None, None
        return True
