"""Puts on the audit trail that a command has shown what callers left."""

from __future__ import annotations

import asyncio
import sys

from mapokezi.config import Settings
from mapokezi.errors import MapokeziError
from mapokezi.records.audit import AuditEntry, Deed


def note_reading(settings: Settings, deed: Deed, subject: str = "") -> None:
    """Note what is about to be shown. Where that cannot be written, it is told, and shown.

    Args:
        settings: Where the records are.
        deed: What is done.
        subject: The call's id; empty: many.
    """
    from mapokezi.app.keeping import whoever
    from mapokezi.bridge import clock
    from mapokezi.stores.audit_trail import note_at_once

    entry = AuditEntry(clock.new_id("aud"), clock.wall(), whoever(), deed, subject)
    try:
        asyncio.run(note_at_once(settings.database_url, entry))
    except MapokeziError as error:
        print(f"not noted on the audit trail: {error}", file=sys.stderr)
