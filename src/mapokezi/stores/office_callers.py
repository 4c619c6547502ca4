"""Callers whom the office treats apart: ``callers.toml``."""

from __future__ import annotations

import msgspec

from mapokezi.receptionist.office import Office
from mapokezi.stores.office_toml import TomlText


def read_callers(source: TomlText, office: Office) -> Office:
    """Read ``callers.toml`` into an office whose numbers and people are known."""
    table = source.parse()
    vips, blocked = table.numbers("vips"), table.numbers("blocked")
    ours = {*office.numbers, *(one.mobile for one in office.people if one.mobile)}
    for place, number in enumerate(blocked):
        if number in ours:
            what = f"{number} is a number of the office's own, or of its people"
            table.wrong("blocked", what, "Take it out of the list", place)
        elif number in vips:
            what = f"{number} is one of the vips, too"
            table.wrong("blocked", what, "Take it out of one of the two", place)
    table.finish()
    return msgspec.structs.replace(office, vips=vips, blocked=blocked)
