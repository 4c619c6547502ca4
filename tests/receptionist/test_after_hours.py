"""What callers get while the office is closed, in each of the ways that an office may choose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

import msgspec
import pytest

from mapokezi.receptionist.after_hours import (
    Standing,
    callers_get,
    say_away,
    say_closed,
    standing_at,
)
from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.decisions import AboutCall, Allowed, Refused, decide
from mapokezi.receptionist.instructions import instructions_for
from mapokezi.receptionist.look_up import OfficeBook
from mapokezi.receptionist.office import (
    Absence,
    AfterHours,
    Closure,
    Office,
    Opening,
)
from mapokezi.receptionist.turns import ClerkTurn, Heard
from mapokezi.units import E164

OPEN = datetime.fromisoformat("2026-11-23T10:00:00+03:00")
BREAK = datetime.fromisoformat("2026-11-23T13:30:00+03:00")
NIGHT = datetime.fromisoformat("2026-11-23T21:00:00+03:00")
SUNDAY = datetime.fromisoformat("2026-11-22T10:00:00+03:00")
HOLIDAY = datetime.fromisoformat("2026-12-12T10:00:00+03:00")
CLOSURE = datetime.fromisoformat("2026-12-28T10:00:00+03:00")
CALLER = E164("+254722123456")
ABOUT = AboutCall(CALLER)
BLEEDING = {"reason": "my brother has been arrested", "urgent": True}


def office_with(law_office: Office, **hours: object) -> Office:
    return msgspec.structs.replace(
        law_office, hours=msgspec.structs.replace(law_office.hours, **hours)
    )


@pytest.mark.parametrize(
    ("now", "standing", "said"),
    [
        (OPEN, Standing.OPEN, ""),
        (BREAK, Standing.BREAK, "We are on a break until two in the afternoon."),
        (NIGHT, Standing.CLOSED, "We are closed at the moment. We open again tomorrow at eight"),
        (SUNDAY, Standing.CLOSED, "We are closed at the moment. We open again tomorrow at eight"),
        (HOLIDAY, Standing.HOLIDAY, "We are closed today for Jamhuri Day. We open again on Monday"),
        (CLOSURE, Standing.CLOSED_TODAY, "closed today for the Christmas and New Year break."),
    ],
)
def test_how_it_stands_is_said(
    law_office: Office, now: datetime, standing: Standing, said: str
) -> None:
    assert standing_at(law_office.hours, now) is standing
    assert said in say_closed(law_office.hours, now)


def test_each_standing_has_its_own_mode(law_office: Office) -> None:
    hours = msgspec.structs.replace(
        law_office.hours,
        when_closed=AfterHours.MESSAGE,
        on_break=AfterHours.ANSWER,
        on_holidays=AfterHours.EMERGENCIES,
    )
    got = [callers_get(hours, now) for now in (OPEN, BREAK, NIGHT, HOLIDAY, CLOSURE)]
    only = AfterHours.EMERGENCIES
    assert got == [None, AfterHours.ANSWER, AfterHours.MESSAGE, only, only]
    as_ever = msgspec.structs.replace(hours, on_holidays=None)
    assert callers_get(as_ever, HOLIDAY) is AfterHours.MESSAGE


def test_half_a_day_is_open_and_then_closed_for_its_reason(law_office: Office) -> None:
    half = Closure(
        first=date(2026, 11, 23),
        last=date(2026, 11, 23),
        reason="the stocktaking",
        openings=(Opening(opens=time(8), closes=time(11)),),
    )
    hours = office_with(law_office, closures=(half,)).hours
    assert standing_at(hours, OPEN) is Standing.OPEN
    assert standing_at(hours, BREAK) is Standing.CLOSED_TODAY
    assert say_closed(hours, BREAK).startswith("We are closed today for the stocktaking.")


def test_a_holiday_may_have_its_hours_or_be_as_any_day(law_office: Office) -> None:
    short = (Opening(opens=time(9), closes=time(11)),)
    with_hours = office_with(law_office, holiday_openings=short).hours
    assert standing_at(with_hours, HOLIDAY) is Standing.OPEN
    assert standing_at(with_hours, HOLIDAY.replace(hour=12)) is Standing.HOLIDAY
    as_ever = office_with(law_office, open_on=("Jamhuri Day",)).hours
    assert standing_at(as_ever, HOLIDAY.replace(hour=12)) is Standing.OPEN  # a Saturday till one


class TestDecisions:
    def test_message_only_answers_the_hours_and_takes_messages(self, law_office: Office) -> None:
        office = office_with(law_office, when_closed=AfterHours.MESSAGE)
        asked = {"question": "is there parking", "fact_ids": ["parking"]}
        refused = decide(office, "look_up", asked, ABOUT, NIGHT)
        assert isinstance(refused, Refused)
        assert "We open again tomorrow" in refused.say
        assert isinstance(decide(office, "look_up", asked, ABOUT, OPEN), Allowed)
        hours = {"question": "when do you open on friday", "fact_ids": ["parking"]}
        allowed = decide(office, "look_up", hours, ABOUT, NIGHT)
        assert isinstance(allowed, Allowed)
        told = OfficeBook(office).look_up(allowed.deed.arguments, NIGHT)  # type: ignore[union-attr]
        assert told["hours"]
        assert not told["facts"]
        message = {"reason": "call me", "name": "Mary"}
        assert isinstance(decide(office, "take_message", message, ABOUT, NIGHT), Allowed)

    def test_emergencies_only_takes_no_message_that_is_not_urgent(self, law_office: Office) -> None:
        office = office_with(law_office, when_closed=AfterHours.EMERGENCIES)
        message = {"reason": "call me", "name": "Mary"}
        assert isinstance(decide(office, "take_message", message, ABOUT, NIGHT), Refused)
        claimed = {**message, "urgent": True}
        heard = AboutCall(CALLER, caller_said=("call me about my invoice",))
        assert isinstance(decide(office, "take_message", claimed, heard, NIGHT), Refused)
        assert isinstance(decide(office, "take_message", message, ABOUT, OPEN), Allowed)
        assert isinstance(decide(office, "take_message", BLEEDING, ABOUT, NIGHT), Allowed)

    @pytest.mark.parametrize("mode", AfterHours)
    def test_what_is_urgent_is_passed_on_in_every_mode(
        self, law_office: Office, mode: AfterHours
    ) -> None:
        office = office_with(law_office, when_closed=mode)
        wanted = {"person_id": "daniel-kiprono", **BLEEDING}
        assert isinstance(decide(office, "hand_over", wanted, ABOUT, NIGHT), Allowed)
        usual = {"person_id": "daniel-kiprono", "reason": "a question"}
        refused = decide(office, "hand_over", usual, ABOUT, NIGHT)
        assert isinstance(refused, Refused)
        assert "We open again tomorrow" in refused.say

    def test_a_vip_is_put_through_at_any_hour(self, law_office: Office) -> None:
        office = msgspec.structs.replace(law_office, vips=(CALLER,))
        usual = {"person_id": "daniel-kiprono", "reason": "a question"}
        assert isinstance(decide(office, "hand_over", usual, ABOUT, NIGHT), Allowed)
        other = AboutCall(E164("+254722999999"))
        assert isinstance(decide(office, "hand_over", usual, other, NIGHT), Refused)


class TestAbsence:
    def test_who_is_away_is_not_rung_and_their_return_is_told(self, law_office: Office) -> None:
        away = (Absence(first=date(2026, 11, 20), last=date(2026, 11, 28)),)
        people = [
            msgspec.structs.replace(one, away=away) if one.id == "brian-otieno" else one
            for one in law_office.people
        ]
        office = msgspec.structs.replace(law_office, people=tuple(people))
        brian = next(one for one in office.people if one.id == "brian-otieno")
        said = "Brian Otieno is away, and back on Monday the thirtieth of November."
        assert say_away(brian, office, OPEN) == said
        assert say_away(brian, office, datetime.fromisoformat("2026-11-29T10:00+03:00")) == ""
        refused = decide(office, "hand_over", {"person_id": "brian-otieno"}, ABOUT, OPEN)
        assert isinstance(refused, Refused)
        assert said in refused.say
        told = OfficeBook(office).look_up({"person": "Brian Otieno"}, OPEN)
        assert said in told["people"][0]["text"]
        assert "away, and back on Monday" in instructions_for(office, OPEN, None)


class Talk:
    """A conversation with the clerk at one instant."""

    def __init__(self, office: Office, now: datetime) -> None:
        self.clerk, self.now = Clerk(office), now
        self.state = self.clerk.begin(CALLER, now)

    def say(self, text: str) -> ClerkTurn:
        turn = self.clerk.hear(self.state, Heard(text), self.now)
        self.state = turn.state
        return turn

    def told(self, tool: str, result: Mapping[str, object]) -> ClerkTurn:
        turn = self.clerk.told(self.state, tool, result, self.now)
        self.state = turn.state
        return turn


def words(turn: ClerkTurn) -> str:
    return " ".join(sentence.text for sentence in turn.say)


class TestClerk:
    def test_message_only_offers_a_message_for_an_answer(self, law_office: Office) -> None:
        talk = Talk(office_with(law_office, when_closed=AfterHours.MESSAGE), NIGHT)
        turn = talk.say("is there parking at your office")
        assert turn.deed == "closed"
        assert "only take a message" in words(turn)
        assert "May I have your full name" in words(talk.say("yes please"))

    def test_message_only_tells_the_hours(self, law_office: Office) -> None:
        talk = Talk(office_with(law_office, when_closed=AfterHours.MESSAGE), NIGHT)
        assert "we are open from nine" in words(talk.say("are you open on Saturday"))

    def test_emergencies_only(self, law_office: Office) -> None:
        talk = Talk(office_with(law_office, when_closed=AfterHours.EMERGENCIES), NIGHT)
        turned = talk.say("is there parking at your office")
        assert turned.deed == "closed"
        assert "We open again tomorrow" in words(turned)
        assert "I can only help in an emergency" in words(turned)
        assert "we are open from nine" in words(talk.say("are you open on Saturday"))
        assert talk.say("I want to leave a message").deed == "closed"
        wanted = talk.say("I want to speak to a person please")
        refused = {"status": "refused", "say": "We are closed."}
        if wanted.proposals:
            assert "take a message" not in words(talk.told("hand_over", refused))
        urgent = talk.say("my brother has been arrested")
        assert urgent.deed == "urgent"
        assert [one.name for one in urgent.proposals] == ["hand_over"]
        assert "marking this as urgent" in words(talk.told("hand_over", refused))

    def test_while_it_is_open_nothing_is_held_back(self, law_office: Office) -> None:
        talk = Talk(office_with(law_office, when_closed=AfterHours.EMERGENCIES), OPEN)
        assert talk.say("is there parking at your office").deed == "answer:parking"


class TestInstructions:
    @pytest.mark.parametrize(
        ("mode", "told"),
        [
            (AfterHours.ANSWER, "answer questions and take messages"),
            (AfterHours.MESSAGE, "you can only take a message now"),
            (AfterHours.EMERGENCIES, "take no message that is not urgent"),
        ],
    )
    def test_each_mode_is_told(self, law_office: Office, mode: AfterHours, told: str) -> None:
        office = office_with(law_office, when_closed=mode, closed_words="We are closed now.")
        at_night = " ".join(instructions_for(office, NIGHT, None).split())
        assert told in at_night
        assert "We are closed at the moment. We open again tomorrow at eight" in at_night
        assert "good day. We are closed now. I am the automated" in at_night
        by_day = " ".join(instructions_for(office, OPEN, None).split())
        assert told not in by_day
        assert "We are closed now." not in by_day
