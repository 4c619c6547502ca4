"""What the desk is given to work with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mapokezi.calls import OfficeId
from mapokezi.desk.door import Door
from mapokezi.receptionist.office import Office
from mapokezi.records.model_prices import PriceTable
from mapokezi.records.ports import CallRecords, MessageRecords, RecordKeeper


@dataclass(frozen=True, slots=True)
class DeskParts:
    """The parts of a desk, put together by `mapokezi.app`."""

    offices: Mapping[OfficeId, Office]
    calls: CallRecords
    messages: MessageRecords
    keeper: RecordKeeper
    door: Door
    data_folder: Path
    """Recordings' paths are relative to it."""
    prices: PriceTable = field(default_factory=PriceTable)
    """What voice models cost."""
