"""Which recordings are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from mapokezi.calls import CallId
from mapokezi.records.kept_recording import Copy, KeptRecording
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.stores.recordings import forget_recordings, save_recording
from mapokezi.units import Milliseconds

pytestmark = pytest.mark.anyio
AT = datetime(2026, 11, 22, tzinfo=UTC)


def recording(number: int = 0, key_id: str = "aa", copy: Copy = Copy.OURS) -> KeptRecording:
    return KeptRecording(
        call_id=CallId(f"c-{number}"),
        copy=copy,
        path=f"recordings/2026-11/c-{number}.flac.sealed",
        media_type="audio/flac",
        length_ms=Milliseconds(1_000),
        size_bytes=10,
        sha256="0" * 64,
        key_id=key_id,
        kept_at=AT + timedelta(minutes=number),
    )


async def test_a_recording_is_kept_once_and_the_latest_word_counts(
    settings: DatabaseSettings,
) -> None:
    async with open_database(settings) as database:
        first, copy = recording(), recording(copy=Copy.PLATFORM)
        later = replace(first, key_id="bb", length_ms=None)
        for one in (copy, first, first, later):
            await database.writer.transact(partial(save_recording, kept=one))
        assert await database.recordings.of_call(CallId("c-0")) == (later, copy)
        assert await database.recordings.of_call(CallId("c-1")) == ()
        await database.writer.transact(lambda c: forget_recordings(c, CallId("c-0")))
        assert await database.recordings.of_call(CallId("c-0")) == ()


async def test_they_are_counted_and_found_by_their_key(settings: DatabaseSettings) -> None:
    async with open_database(settings) as database:
        found = [recording(0, "aa"), recording(1, "bb"), recording(2, ""), recording(3, "aa")]
        for one in found:
            await database.writer.transact(partial(save_recording, kept=one))
        assert await database.recordings.count_by_key() == {"aa": 2, "bb": 1, "": 1}
        assert await database.recordings.sealed_otherwise("aa", 9) == (found[1], found[2])
        assert await database.recordings.sealed_otherwise("bb", 1) == (found[0],)
