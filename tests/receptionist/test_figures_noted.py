"""Figures in a message: noted as figures, marked where they may be others."""

from __future__ import annotations

from datetime import datetime

import pytest

from mapokezi.receptionist.figures_noted import note_figures
from mapokezi.receptionist.knowledge import Knowledge, knowledge_of
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.turns import ClerkState, SlotStatus

NOW = datetime.fromisoformat("2026-11-23T10:00:00+03:00")


@pytest.fixture(scope="module")
def known(law_office: Office) -> Knowledge:
    return knowledge_of(law_office)


@pytest.mark.parametrize(
    ("written", "noted"),
    [
        ("I paid 1,500 shilling.", {"amount": ("KES 1,500", True)}),
        ("Nililipa shilingi elfu moja mia tano", {"amount": ("KES 1,500", True)}),
        ("I sent two hundred Bob and fifty cents", {"amount": ("KES 200.50", True)}),
        ("Dick Hundred Shilling.", {"amount": ("KES 100", False)}),
        ("I paid to payble 247247", {"paybill": ("247247", False)}),
        ("The till number is 522533.", {"till": ("522533", True)}),
        ("Plot number 213.", {}),
        ("It was 500 shillings or 600 shillings", {}),
        ("My son is forty years old", {}),
    ],
)
def test_what_is_noted(known: Knowledge, written: str, noted: dict[str, tuple[str, bool]]) -> None:
    reply = Reply(ClerkState(None), known)
    note_figures(reply, written)
    found = {slot.name: (slot.value, slot.status is SlotStatus.HEARD) for slot in reply.draft.slots}
    assert found == noted
