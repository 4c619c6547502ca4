"""Backups, put together: what of this deployment goes into one, and back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mapokezi import __version__
from mapokezi.app.keeping import keyring_of, whoever
from mapokezi.bridge import clock
from mapokezi.config import Settings
from mapokezi.errors import ConfigurationError
from mapokezi.records.audit import AuditEntry, Deed
from mapokezi.stores.audit_trail import note_at_once
from mapokezi.stores.backup import BackupSource, make_backup
from mapokezi.stores.backup_manifest import Manifest
from mapokezi.stores.errors import StoreError
from mapokezi.stores.in_use import in_use_alone
from mapokezi.stores.restore import Restored, RestoreTarget, restore
from mapokezi.stores.upgrades import newest_revision, upgrade


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What came of an upgrade."""

    before: str | None
    """The revision that was found; None if there were no tables."""
    now: str


async def upgrade_database(settings: Settings) -> Upgraded:
    """Bring the database to this program's tables, while nobody uses it.

    Raises:
        DatabaseInUseError: The line, the desk or a command is running.
        DatabaseVersionError: A newer program has written it.
    """
    try:
        with in_use_alone(settings.data_folder):
            before = await upgrade(settings.database_url)
    except OSError as error:
        raise ConfigurationError(f"{settings.data_folder}: {error.strerror}") from None
    return Upgraded(before, newest_revision())


async def back_up(
    settings: Settings, folder: Path, *, with_recordings: bool
) -> tuple[Manifest, str]:
    """Make a backup, and note on the audit trail that it was made.

    Returns:
        What is in it; and why it could not be noted, empty if it was.

    Raises:
        BackupError: It cannot be made.
    """
    source = BackupSource(
        url=settings.database_url,
        data_folder=settings.data_folder,
        office_folders=[Path(one) for one in settings.office.folders],
        program=__version__,
        seals=settings.recordings.sealed,
        with_recordings=with_recordings,
    )
    made = await make_backup(source, folder, clock.wall())
    return made, await _note(settings, Deed.MADE_BACKUP, made)


async def put_back(settings: Settings, folder: Path, *, force: bool) -> tuple[Restored, str]:
    """Put a backup back, and note on the audit trail that it was.

    Returns:
        What came of it; and why it could not be noted, empty if it was.

    Raises:
        BackupError: It is not whole, or could not be put back.
        DatabaseInUseError: The line, the desk or a command is running.
    """
    target = RestoreTarget(
        url=settings.database_url,
        data_folder=settings.data_folder,
        office_folders=[Path(one) for one in settings.office.folders],
        force=force,
    )
    done = await restore(target, folder)
    return done, await _note(settings, Deed.RESTORED_BACKUP, done.manifest)


def keys_that_are_missing(settings: Settings, manifest: Manifest) -> tuple[str, ...]:
    """The keys that have sealed recordings of a backup and are not at hand here.

    Raises:
        ConfigurationError: A key that is given is none.
    """
    keys = keyring_of(settings, draw=False)
    held = {key.key_id for key in keys} | keys.lost
    return tuple(key_id for key_id in manifest.key_ids if key_id not in held)


async def _note(settings: Settings, deed: Deed, manifest: Manifest) -> str:
    detail: dict[str, str | int] = {
        "made": f"{manifest.made_at:%Y-%m-%dT%H:%M:%SZ}",
        **manifest.rows,
    }
    entry = AuditEntry(clock.new_id("aud"), clock.wall(), whoever(), deed, "", detail)
    try:
        await note_at_once(settings.database_url, entry)
    except StoreError as error:  # of an older revision it has no trail yet
        return str(error)
    return ""
