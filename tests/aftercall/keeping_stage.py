"""What the tests of keeping share: records with a recording that was made, and keys."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import soundfile
from tests.sample_records import Examples

from mapokezi.aftercall.recording_keeping import KeepingParts, KeepingSettings
from mapokezi.aftercall.recording_orders import Kept, Order
from mapokezi.aftercall.recording_work import carry_out
from mapokezi.audio.wav import wav_bytes
from mapokezi.calls import CallId
from mapokezi.records.call_record import CallRecord
from mapokezi.records.changes import SaveArrival, SaveEnd
from mapokezi.records.kept_recording import KeptRecording
from mapokezi.stores.database import Database, DatabaseSettings, WriterSettings, open_database
from mapokezi.stores.dialects import ConnectionSettings
from mapokezi.stores.kept_files import open_kept
from mapokezi.stores.seal_keys import Keyring, SealKey

KEY, OLD_KEY = SealKey(bytes(range(32))), SealKey(bytes(32))
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FOLDER = "recordings/2026-11"


def sound(seconds: float = 3.0, seed: int = 1) -> bytes:
    """A call's stereo sound: the caller left with noise, the receptionist right."""
    at = np.arange(int(16_000 * seconds)) / 16_000
    noise = np.random.default_rng(seed).normal(0, 300, at.size)
    caller = np.sin(2 * np.pi * 220 * at) * 4_000 + noise
    ours = np.sin(2 * np.pi * 330 * at) * 4_000
    return np.stack([caller, ours], 1).astype("<i2").tobytes()


class AtOnce:
    """Does in this process what the child process does, for tests that count on it."""

    def __init__(self) -> None:
        """Nothing was ordered yet."""
        self.orders: list[Order] = []

    async def carry_out(self, order: Order) -> Kept:
        """Carry out an order."""
        self.orders.append(order)
        return carry_out(order)

    async def close(self) -> None:
        """There is nothing to end."""


@dataclass
class KeepingStage:
    """A database, a data folder, and what recordings are kept with."""

    database: Database
    data_folder: Path
    url: str
    """Of the database."""
    child: AtOnce = field(default_factory=AtOnce)
    keys: Keyring = field(default_factory=lambda: Keyring([KEY]))
    settings: KeepingSettings = field(default_factory=KeepingSettings)
    examples: Examples = field(default_factory=Examples)

    @property
    def parts(self) -> KeepingParts:
        """What recordings are kept with."""
        return KeepingParts(
            calls=self.database.calls,
            recordings=self.database.recordings,
            writer=self.database.writer,
            child=self.child,  # type: ignore[arg-type]
            keys=self.keys,
            data_folder=self.data_folder,
            now=lambda: NOW,
            settings=self.settings,
        )

    def plain(self, number: int = 0) -> Path:
        """The sound file that a call names."""
        return self.data_folder / FOLDER / f"c-{number:06}.wav"

    async def recorded(self, number: int = 0, pcm: bytes | None = None) -> CallRecord:
        """Put a call on record that has ended, and its sound file where the line puts it."""
        record = replace(self.examples.ended(number), recording=f"{FOLDER}/c-{number:06}.wav")
        path = self.plain(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wav_bytes(sound() if pcm is None else pcm, 16_000, 2))
        await self.database.writer.commit(SaveArrival(self.examples.arrival(number)))
        await self.database.writer.commit(SaveEnd(record))
        return record

    def heard(self, kept: KeptRecording) -> bytes:
        """The samples of a recording that is kept, as a player decodes them."""
        with open_kept(self.data_folder, kept, self.keys) as file:
            content = file.read(0, file.size_bytes)
        samples, rate = soundfile.read(io.BytesIO(content), dtype="int16", always_2d=True)
        assert rate == 16_000
        return bytes(samples.astype("<i2").tobytes())

    async def kept(self, number: int = 0) -> tuple[KeptRecording, ...]:
        """What the database knows of a call's recordings."""
        return await self.database.recordings.of_call(CallId(f"c-{number:06}"))


@asynccontextmanager
async def keeping_stage(data_folder: Path, url: str = "") -> AsyncIterator[KeepingStage]:
    """Open a stage over a data folder; without a URL, SQLite in it."""
    data_folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240
    settings = DatabaseSettings(
        url=url or f"sqlite:///{data_folder / 'mapokezi.db'}",
        spill_file=data_folder / "spilled-desk.jsonl",
        connection=ConnectionSettings(synchronous="OFF"),
        writer=WriterSettings(linger_s=0.005),
    )
    async with open_database(settings) as database:
        yield KeepingStage(database, data_folder, settings.url)
