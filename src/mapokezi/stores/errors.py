"""What can go wrong between the records and the disk."""

from __future__ import annotations

from mapokezi.errors import ConfigurationError, MapokeziError


class StoreError(MapokeziError):
    """Anything that goes wrong in keeping or reading records."""


class DatabaseUrlError(ConfigurationError, StoreError):
    """The database's URL is not one that this program can use."""


class DatabaseMissingError(StoreError):
    """There is no database yet where one is to be read."""


class DatabaseUnreachableError(StoreError):
    """The database's server does not answer, or does not let us in."""


class DatabaseInUseError(ConfigurationError, StoreError):
    """Others use the data folder or the database, and what is wanted bears nobody beside it."""


class WorkTakenError(StoreError):
    """Another process does the work after the calls of this database."""


class BackupError(StoreError):
    """A backup cannot be made, is not whole, or cannot be put back."""


class DatabaseVersionError(ConfigurationError, StoreError):
    """The database has the tables of another version of the program.

    Attributes:
        found: The database's revision, None if it has none.
        wanted: The revision that this program works with.
    """

    def __init__(self, found: str | None, wanted: str, *, newer: bool) -> None:
        """Say which revision was found, and what to do about it."""
        if newer:
            mend = (
                "it was written by a newer Mapokezi. Install that version again, or restore the "
                "backup that was made before the upgrade"
            )
        else:
            mend = "it has not been upgraded yet. Start `mapokezi serve` once, which does it"
        super().__init__(
            f"the database is at revision {found or 'none'}, this program needs {wanted}: {mend}"
        )
        self.found = found
        self.wanted = wanted
        self.newer = newer


class RecordNotKeptError(StoreError):
    """Neither the database nor the spill file would take a change; it is tried again meanwhile."""
