"""What the tests of backups share: a data folder with everything in it, and where it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tests.sample_records import Examples

from mapokezi.calls import OfficeId
from mapokezi.records.changes import SaveArrival, SaveEnd, SaveMessage, SaveTurn
from mapokezi.records.kept_recording import Copy, KeptRecording
from mapokezi.stores.backup import BackupSource, make_backup
from mapokezi.stores.backup_manifest import Manifest
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.stores.language_packs import keep_recording, pack_folder
from mapokezi.stores.recordings import save_recording
from mapokezi.stores.restore import Restored, RestoreTarget, restore
from mapokezi.units import Milliseconds

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
KEY_ID = "00112233aabbccdd"


@dataclass
class BackupStage:
    """A deployment: database, data folder, an office."""

    settings: DatabaseSettings
    folder: Path
    office: Path
    examples: Examples

    @property
    def data_folder(self) -> Path:
        """The data folder."""
        return self.settings.spill_file.parent

    def sealed(self, number: int) -> Path:
        """Where a call's recording lies in its last form."""
        return self.data_folder / "recordings" / "2026-11" / f"c-{number:06}.flac.sealed"

    async def fill(self, calls: int = 3) -> None:
        """Keep calls with turns, messages and sealed recordings; one more has a plain one."""
        async with open_database(self.settings) as database:
            for number in range(calls):
                await self.keep(database, number)
                kept = self.sealed(number)
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(bytes([number]) * 70_000)
                await self._record(database, number, kept)
            plain = replace(self.examples.ended(calls), recording="recordings/2026-11/plain.wav")
            await database.writer.commit(SaveArrival(self.examples.arrival(calls)))
            await database.writer.commit(SaveEnd(plain))
        (self.data_folder / "recordings" / "2026-11" / "plain.wav").write_bytes(b"RIFF plain")
        (self.data_folder / "audit-secret").write_text("5ec7e7\n")
        (self.data_folder / "recording-key").write_text("a key\n")
        (self.data_folder / "learned-n-1.json").write_text("{}\n")
        pack = pack_folder(self.data_folder, OfficeId("law-office"), "sw")
        keep_recording(pack, "word-saba", "saba", bytes(320))
        (self.data_folder / "spilled-n-1.jsonl").write_text('{"waits": 1}\n')

    async def keep(self, database: Database, number: int) -> None:
        """Keep one call that has ended, with a turn and a message."""
        await database.writer.commit(SaveArrival(self.examples.arrival(number)))
        await database.writer.commit(SaveTurn(self.examples.turn(number)))
        await database.writer.commit(SaveMessage(self.examples.message(number)))
        await database.writer.commit(SaveEnd(self.examples.ended(number)))

    async def _record(self, database: Database, number: int, file: Path) -> None:
        kept = KeptRecording(
            call_id=self.examples.arrival(number).call_id,
            copy=Copy.OURS,
            path=str(file.relative_to(self.data_folder)),
            media_type="audio/flac",
            length_ms=Milliseconds(65_000),
            size_bytes=70_000,
            sha256="0" * 64,
            key_id=KEY_ID,
            kept_at=NOW,
        )
        await database.writer.transact(lambda connection: save_recording(connection, kept))

    @property
    def source(self) -> BackupSource:
        """What is backed up."""
        return BackupSource(self.settings.url, self.data_folder, [self.office], "0.1.0")

    async def back_up(self, *, with_recordings: bool = True, seals: bool = True) -> Manifest:
        """Make a backup."""
        source = replace(self.source, with_recordings=with_recordings, seals=seals)
        return await make_backup(source, self.folder, NOW)

    async def put_back(
        self, url: str, data_folder: Path, *, force: bool = False, offices: Sequence[Path] = ()
    ) -> Restored:
        """Put the backup back, here or elsewhere."""
        target = RestoreTarget(url, data_folder, offices or [self.office], force=force)
        return await restore(target, self.folder)
