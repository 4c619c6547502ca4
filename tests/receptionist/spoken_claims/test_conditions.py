"""What frees a promise, and what does not: a condition, a denial, somebody else's words."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mapokezi.receptionist.office import Office
from mapokezi.receptionist.spoken_claims import ClaimKind, OfficeTruth, SpokenClaims

NOW = datetime(2026, 12, 2, 11, 20, tzinfo=ZoneInfo("Africa/Nairobi"))


def is_commitment(office: Office, say: str, before: str = "", **result: Any) -> bool:
    claims = SpokenClaims(OfficeTruth(office), "+254733444555", NOW)
    if before:
        claims.caller_said(before, 0.0)
    if result:
        claims.deed_done({}, result, 0.5)
    found = claims.objection(say, "")
    return found is not None and found.kind is ClaimKind.COMMITMENT


@pytest.mark.parametrize(
    ("say", "is_so"),
    [
        ("If you leave your number, he'll call you back.", False),
        ("Once I have your number, somebody will call you.", False),
        ("When he's out of court, he'll call you.", True),
        ("After lunch, he'll call you.", True),
        ("You said he'll call you today.", False),
        ("As you asked I've cancelled it.", True),
        ("No problem, consider it done.", True),
        ("I can confirm that he'll call you.", True),
        ("Nobody will evict you.", True),
        ("You won't lose the house.", True),
        ("Nobody can promise that.", False),
        ("He'll call you no later than four.", True),
        ("He'll give you a call.", True),
        ("I'll put you on his schedule.", True),
        ("I've put you down okay?", True),
    ],
)
def test_what_frees_a_promise(law_office: Office, say: str, is_so: bool) -> None:
    assert is_commitment(law_office, say) is is_so


def test_who_makes_the_appointments_does_not_say_that_one_is_made(law_office: Office) -> None:
    assert not is_commitment(law_office, "Mercy Mutua makes the appointments.")
    assert is_commitment(law_office, "Mercy Mutua has made the appointment.")


def test_what_the_caller_only_asks_for_is_not_their_account(law_office: Office) -> None:
    say = "Your appointment has been cancelled."
    assert not is_commitment(law_office, say, "My appointment has been cancelled.")
    assert is_commitment(law_office, say, "I want my appointment cancelled.")


def test_a_running_hand_off_does_not_say_that_anybody_has_answered(law_office: Office) -> None:
    assert not is_commitment(law_office, "I'm connecting you now.", status="connecting")
    assert is_commitment(law_office, "I've got him on the line.", status="connecting")
    assert is_commitment(law_office, "You're through to Brian now.", status="connecting")
