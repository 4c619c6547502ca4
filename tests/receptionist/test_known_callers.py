"""Numbers that ring again: used in conduct, and never told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.instructions import instructions_for
from mapokezi.receptionist.turns import Asked, Heard
from mapokezi.records.known_caller import NEVER_RANG, KnownCaller
from mapokezi.units import E164

if TYPE_CHECKING:
    from mapokezi.receptionist.office import Office

_NOW = datetime.fromisoformat("2026-12-23T10:00:00+03:00")
_CALLER = E164("+254722123456")
_AGAIN = KnownCaller(calls_before=3, calls_today=2, open_tasks=1)
_IN_VAIN = KnownCaller(calls_before=3, calls_today=3, in_vain_today=2)


def test_a_model_is_told_that_it_rang_and_nothing_of_what_was_said(law_office: Office) -> None:
    plain = instructions_for(law_office, _NOW, _CALLER)
    assert instructions_for(law_office, _NOW, _CALLER, NEVER_RANG) == plain
    again = instructions_for(law_office, _NOW, _CALLER, _AGAIN)
    assert "has rung the office before" in again
    assert "never say" in again
    assert "several times today" not in again
    assert "several times today" in instructions_for(law_office, _NOW, _CALLER, _IN_VAIN)


def test_who_rings_in_vain_is_offered_a_message_at_the_first_thing_not_understood(
    law_office: Office,
) -> None:
    clerk = Clerk(law_office)
    mumbled = Heard("blorg fnord wibble")
    first = clerk.hear(clerk.begin(_CALLER, _NOW, _AGAIN), mumbled, _NOW)
    assert first.state.asked is Asked.HOW_CAN_I_HELP
    in_vain = clerk.hear(clerk.begin(_CALLER, _NOW, _IN_VAIN), mumbled, _NOW)
    assert in_vain.state.asked is Asked.TAKE_MESSAGE_OFFER
