"""A conversation with the clerk that reads as a script."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.turns import ClerkTurn, Expects, Heard
from mapokezi.stores.office_files import read_office
from mapokezi.units import E164
from mapokezi.voice.session import NotReached

MONDAY_AT_TEN = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Africa/Nairobi"))
CALLER = E164("+254722123456")


class Talk:
    """One call with the clerk; each line checks what came of it."""

    def __init__(self, clerk: Clerk, caller: E164 | None, now: datetime) -> None:
        self.clerk = clerk
        self.now = now
        self.state = clerk.begin(caller, now)
        self.turn = ClerkTurn(self.state, (), (), Expects.ANYTHING, "")

    def _take(self, turn: ClerkTurn) -> Talk:
        self.turn, self.state = turn, turn.state
        return self

    def says(self, text: str, digits: str = "") -> Talk:
        """The caller says something, or presses keys."""
        return self._take(self.clerk.hear(self.state, Heard(text, digits), self.now))

    def presses(self, digits: str) -> Talk:
        """The caller presses keys."""
        return self.says("", digits)

    def told(self, tool: str, **result: Any) -> Talk:
        """The outcome of a proposal is told to the clerk."""
        return self._take(self.clerk.told(self.state, tool, result, self.now))

    def came_back(self, name: str, came: NotReached = NotReached.NO_ANSWER) -> Talk:
        """The caller is back from a hand-off that nobody took, or of which nobody can tell."""
        return self._take(self.clerk.came_back(self.state, name, came))

    @property
    def reply(self) -> str:
        """All that the clerk said in its last turn."""
        return " ".join(sentence.text for sentence in self.turn.say)

    def understood(self, deed: str) -> Talk:
        """The clerk must have understood this."""
        assert self.turn.deed == deed, f"{self.turn.deed!r}: {self.reply}"
        return self

    def hears(self, *parts: str) -> Talk:
        """The caller must hear these words."""
        for part in parts:
            assert part.lower() in self.reply.lower(), self.reply
        return self

    def hears_not(self, *parts: str) -> Talk:
        """The caller must not hear these words."""
        for part in parts:
            assert part.lower() not in self.reply.lower(), self.reply
        return self

    def proposes(self, tool: str, /, **arguments: Any) -> Talk:
        """The clerk must propose this, with at least these arguments."""
        proposals = [one for one in self.turn.proposals if one.name == tool]
        assert proposals, f"{self.turn.deed}: {self.turn.proposals}"
        given = dict(proposals[0].arguments)
        assert {key: given.get(key) for key in arguments} == arguments
        return self

    def proposes_nothing(self) -> Talk:
        """The clerk must propose nothing."""
        assert self.turn.proposals == ()
        return self

    def expects(self, expected: Expects) -> Talk:
        """The clerk must wait for this kind of reply."""
        assert self.turn.expects is expected
        return self


@pytest.fixture(scope="session")
def law_office() -> Office:
    """The example office, as its files have it."""
    return read_office(Path(__file__).parents[2] / "examples" / "law-office")


@pytest.fixture(scope="session")
def clerk(law_office: Office) -> Clerk:
    """A clerk of the example office."""
    return Clerk(law_office)


@pytest.fixture
def talk(clerk: Clerk) -> Talk:
    """A call on a Monday at ten in the morning."""
    return Talk(clerk, CALLER, MONDAY_AT_TEN)


@pytest.fixture
def withheld(clerk: Clerk) -> Talk:
    """A call whose number is withheld."""
    return Talk(clerk, None, MONDAY_AT_TEN)


@pytest.fixture
def asked_for_name(talk: Talk) -> Talk:
    """A call in which a message was begun."""
    return talk.says("I would like to leave a message.").understood("start_message")


@pytest.fixture
def asked_for_number(asked_for_name: Talk) -> Talk:
    """A call in which the clerk offers to call back on the caller's own number."""
    return asked_for_name.says("John Kamau").says("Yes.")


@pytest.fixture
def asked_for_reason(asked_for_number: Talk) -> Talk:
    """A call in which the clerk asks what the message is about."""
    return asked_for_number.says("Yes.").expects(Expects.REASON)


@pytest.fixture
def read_back(asked_for_reason: Talk) -> Talk:
    """A call in which the whole message has been read back."""
    asked_for_reason.says("It is about my land case.").expects(Expects.TIME)
    return asked_for_reason.says("Tomorrow morning.").expects(Expects.YES_NO)
