"""What the desk is given to work with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from mapokezi.calls import OfficeId
from mapokezi.desk.door import Door
from mapokezi.receptionist.office import Office
from mapokezi.records.model_prices import PriceTable
from mapokezi.records.open_questions import Answer
from mapokezi.records.ports import (
    CallNotesRecords,
    CallRecords,
    MessageRecords,
    NoticeRecords,
    RecordKeeper,
    TaskRecords,
)
from mapokezi.stores.audit_trail import AuditTrail
from mapokezi.stores.effects import EffectStore
from mapokezi.stores.hand_offs import HandOffStore
from mapokezi.stores.office_files import OfficeFileError
from mapokezi.stores.office_versions import OfficeVersionReader
from mapokezi.stores.open_questions import QuestionStore
from mapokezi.stores.reachability import ReachabilityBook
from mapokezi.stores.recordings import RecordingStore
from mapokezi.stores.seal_keys import Keyring


class OfficeEditor(Protocol):
    """Changes offices, by the rules that their files are read by."""

    models: tuple[str, ...]
    """The voice models that the server has."""
    ways: tuple[str, ...]
    """The ways by which people can be told."""

    async def texts(self, office_id: OfficeId) -> Mapping[str, str]:
        """Read an office's files as they stand, right or wrong.

        Raises:
            MapokeziError: There is no such office.
        """
        ...

    async def faults(
        self, office_id: OfficeId, texts: Mapping[str, str]
    ) -> tuple[OfficeFileError, ...]:
        """Say what would be wrong with an office of these files; nothing if it may stand."""
        ...

    async def save(
        self, office_id: OfficeId, before: Mapping[str, str], after: Mapping[str, str], who: str
    ) -> Office:
        """Put files in the place of those that were read before, and keep them as a version.

        Raises:
            FolderChangedError: They stand otherwise by now.
            OfficeFilesWrong: They would be wrong.
            OfficeNotWrittenError: The disk does not take them.
        """
        ...


@dataclass(frozen=True, slots=True)
class DeskParts:
    """The parts of a desk, put together by `mapokezi.app`."""

    offices: Mapping[OfficeId, Office]
    calls: CallRecords
    messages: MessageRecords
    notices: NoticeRecords
    tasks: TaskRecords
    call_notes: CallNotesRecords
    effects: EffectStore
    keeper: RecordKeeper
    door: Door
    data_folder: Path
    """Recordings' paths are relative to it."""
    recordings: RecordingStore
    trail: AuditTrail
    hand_offs: HandOffStore
    reachability: ReachabilityBook
    questions: QuestionStore
    versions: OfficeVersionReader
    answer: Callable[[Answer], Awaitable[str]]
    """Makes a fact of an answer; gives its id.

    Raises:
        MapokeziError: It was not done, and why.
    """
    editing: OfficeEditor
    keys: Keyring = field(default_factory=Keyring)
    """What sealed recordings are opened with."""
    prices: PriceTable = field(default_factory=PriceTable)
    """What voice models cost."""
    documents: Mapping[str, Callable[[Office], str]] = field(default_factory=dict)
    """What the law wants written down of an office, by name, as Markdown."""
    troubles: Callable[[], Sequence[str]] = tuple
    """Why not everybody is told by this desk, for the operator, each in a sentence."""
