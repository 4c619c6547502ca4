"""What is kept of calls, put together: keys, recordings, retention, rights, the audit trail."""

from __future__ import annotations

import contextlib
import getpass
import os
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from mapokezi.aftercall.effects import Effect
from mapokezi.aftercall.erasing import ErasingParts
from mapokezi.aftercall.keeping_effects import KeepingEffects, RetentionRound
from mapokezi.aftercall.plain_sound import Form
from mapokezi.aftercall.recording_child import RecordingChild
from mapokezi.aftercall.recording_keeping import KeepingParts, KeepingSettings
from mapokezi.aftercall.retaining import RetentionParts
from mapokezi.aftercall.rounds import Round
from mapokezi.app.offices import standing_offices
from mapokezi.bridge import clock
from mapokezi.calls import OfficeId
from mapokezi.config import Settings, read_secrets
from mapokezi.errors import ConfigurationError
from mapokezi.receptionist.office import Office
from mapokezi.records.audit import AuditEntry, Deed
from mapokezi.records.changes import NoteDeed
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.stores.recordings import RecordingStore
from mapokezi.stores.seal_keys import Keyring, SealKey
from mapokezi.stores.sealed_files import Cipher

KEYS_VARIABLE = "MAPOKEZI_RECORDING_KEYS"
_KEY_FILE = "recording-key"
_SECRET_FILE = "audit-secret"  # noqa: S105 - a file's name
_CIPHERS = {
    "aes-256-gcm": Cipher.AES_256_GCM,
    "chacha20-poly1305": Cipher.CHACHA20_POLY1305,
}


def keyring_of(settings: Settings, *, draw: bool = True) -> Keyring:
    """Read the keys of recordings.

    Those of the environment come first. On a machine that callers do not reach from outside a key
    is drawn at the first start and kept in the data folder: enough to try everything, and no
    protection from whoever has that folder.

    Args:
        settings: The operator's settings.
        draw: Whether one may be drawn.

    Raises:
        ConfigurationError: A key is none, or a file cannot be read.
    """
    keys = [SealKey.read(text) for text in read_secrets(KEYS_VARIABLE)]
    file = settings.data_folder / _KEY_FILE
    if file.is_file():
        keys.append(SealKey.read(_read(file, KEYS_VARIABLE)))
    elif draw and not keys and settings.recordings.sealed and not settings.is_public:
        _write_new(file, SealKey.draw().written())
        keys.append(SealKey.read(_read(file, KEYS_VARIABLE)))
    return Keyring(keys, settings.recordings.lost_keys)


async def check_keys(
    settings: Settings,
    offices: Mapping[OfficeId, Office],
    keys: Keyring,
    recordings: RecordingStore,
) -> None:
    """See that what is going to be recorded can be sealed, and what is sealed be opened.

    Raises:
        ConfigurationError: A key is missing.
    """
    if settings.recordings.sealed and any(one.record_calls for one in offices.values()):
        _ = keys.first
    keys.check(await recordings.count_by_key())


def keeping_parts(
    settings: Settings, records: Database, keys: Keyring, child: RecordingChild
) -> KeepingParts:
    """What recordings are kept with."""
    return KeepingParts(
        calls=records.calls,
        recordings=records.recordings,
        writer=records.writer,
        child=child,
        keys=keys,
        data_folder=settings.data_folder,
        now=clock.wall,
        settings=KeepingSettings(
            form=Form(settings.recordings.format),
            sealed=settings.recordings.sealed,
            cipher=_CIPHERS[settings.recordings.cipher],
        ),
    )


def retention_parts(
    settings: Settings, records: Database, offices: Mapping[OfficeId, Office]
) -> RetentionParts:
    """What retention works with."""
    if settings.retention.audit_days < 1:
        raise ConfigurationError("retention.audit_days: the trail is kept for a day at least")
    return RetentionParts(
        store=records.retention,
        trail=records.audit_trail,
        keeper=records.writer,
        offices=offices,
        data_folder=settings.data_folder,
        now=clock.wall,
        new_id=clock.new_id,
        audit_days=settings.retention.audit_days,
    )


def erasing_parts(settings: Settings, records: Database) -> ErasingParts:
    """What a caller is erased with."""
    return ErasingParts(
        store=records.erasures,
        data_folder=settings.data_folder,
        database_url=settings.database_url,
        secret=audit_secret(settings),
        now=clock.wall,
        new_id=clock.new_id,
    )


def audit_secret(settings: Settings) -> bytes:
    """What makes callers' tags in the audit trail; drawn when it is first wanted, and kept."""
    file = settings.data_folder / _SECRET_FILE
    if not file.is_file():
        _write_new(file, secrets.token_hex(32))
    return bytes.fromhex(_read(file, "audit-secret"))


class DeskKeeping:
    """What the desk keeps and removes beside its pages."""

    def __init__(
        self,
        settings: Settings,
        records: Database,
        offices: Mapping[OfficeId, Office],
        keys: Keyring,
    ) -> None:
        """Put it together over an open database; nothing runs yet."""
        self._child = RecordingChild()
        self._settings = settings
        self._retention = retention_parts(settings, records, offices)
        self.parts = keeping_parts(settings, records, keys, self._child)
        """What recordings are kept with."""
        self._effects = KeepingEffects(self.parts, records.writer)

    def effects(self) -> Sequence[Effect]:
        """What is done for each call that has ended."""
        return self._effects.effects()

    def rounds(self) -> Sequence[tuple[Round, Effect]]:
        """What is done each day."""
        if not self._settings.retention.daily:
            return ()
        return (RetentionRound(self._retention).round(),)

    async def close(self) -> None:
        """End the process that compresses and seals."""
        await self._child.close()


@dataclass(frozen=True, slots=True)
class Keeping:
    """The records, opened by a command that keeps, gives out or removes something of them."""

    settings: Settings
    records: Database
    offices: Mapping[OfficeId, Office]
    keys: Keyring
    child: RecordingChild

    @property
    def keeping(self) -> KeepingParts:
        """What recordings are kept with."""
        return keeping_parts(self.settings, self.records, self.keys, self.child)

    @property
    def retention(self) -> RetentionParts:
        """What retention works with."""
        return retention_parts(self.settings, self.records, self.offices)

    async def note(self, deed: Deed, subject: str = "", **detail: str | int) -> None:
        """Put a deed of this command's user on the audit trail, and wait until it stands."""
        entry = AuditEntry(clock.new_id("aud"), clock.wall(), whoever(), deed, subject, detail)
        await self.records.writer.commit(NoteDeed(entry))


@asynccontextmanager
async def keeping_opened(settings: Settings) -> AsyncIterator[Keeping]:
    """Open the records for a command, beside the processes that use them.

    Raises:
        ConfigurationError: A setting, an office or a key is wrong.
    """
    offices, keys = (await standing_offices(settings)).offices, keyring_of(settings)
    database = DatabaseSettings(
        url=settings.database_url, spill_file=settings.data_folder / "spilled-command.jsonl"
    )
    child = RecordingChild()
    async with open_database(database) as records:
        try:
            yield Keeping(settings, records, offices, keys, child)
        finally:
            await child.close()


def whoever() -> str:
    """The user who gives a command, as the audit trail names them."""
    try:
        return f"command {os.environ.get('SUDO_USER') or getpass.getuser()}"
    except (KeyError, OSError):  # a user without a name, in a container
        return f"command {os.getuid()}"


def _read(file: Path, what: str) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{what}: {file} cannot be read: {error}") from None


def _write_new(file: Path, text: str) -> None:
    """Write a file for this user alone, unless another process was quicker."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = file.with_name(f"{file.name}.{os.getpid()}")
        descriptor = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(text + "\n")
            out.flush()
            os.fsync(descriptor)
        try:
            with contextlib.suppress(FileExistsError):
                file.hardlink_to(part)
        finally:
            part.unlink()
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error.strerror}") from None
