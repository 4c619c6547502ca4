"""What callers want of a message that they left before: understood, and decided by one gate."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.decisions import AboutCall, Allowed, Refused, decide
from mapokezi.receptionist.earlier_messages import (
    AskEarlier,
    Came,
    EarlierWish,
    came,
    earlier_wish,
    said_of,
)
from mapokezi.receptionist.spoken_claims import OfficeTruth, SpokenClaims
from mapokezi.receptionist.tools import EARLIER_MESSAGE
from mapokezi.receptionist.turns import Asked, ClerkTurn, Expects, Heard
from mapokezi.receptionist.words import plain
from mapokezi.units import E164

if TYPE_CHECKING:
    from mapokezi.receptionist.office import Office

_NOW = datetime.fromisoformat("2026-12-23T10:00:00+03:00")
_CALLER = E164("+254722123456")


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("Has anybody seen my message?", EarlierWish.STATUS),
        ("I want to know about the message I left yesterday.", EarlierWish.STATUS),
        ("I already left a message, was it dealt with?", EarlierWish.STATUS),
        ("Please cancel my message.", EarlierWish.CANCEL),
        ("Could you cancel the message that I left this morning?", EarlierWish.CANCEL),
        ("I would like to change my message.", EarlierWish.CHANGE),
        ("Nataka kujua kuhusu ujumbe niliouacha jana.", EarlierWish.STATUS),
        ("Futa ujumbe wangu tafadhali.", EarlierWish.CANCEL),
        ("I want to leave a message.", None),
        ("Can you take a message for Wanjiku?", None),
        ("My message is that the plot is sold.", None),
        ("Cancel that.", None),
        ("What are your opening hours?", None),
    ],
)
def test_what_is_said_of_an_earlier_message(said: str, wish: EarlierWish | None) -> None:
    assert earlier_wish(plain(said)) is wish


def _decided(office: Office, about: AboutCall, **arguments: Any) -> object:
    return decide(office, EARLIER_MESSAGE, arguments, about, _NOW)


def test_the_gate_lets_it_pass_where_a_code_can_be_sent(law_office: Office) -> None:
    about = AboutCall(_CALLER, can_prove=True)
    asked = _decided(law_office, about, wish="cancel", code="zero four eight, 2 1 3")
    assert asked == Allowed(AskEarlier(EarlierWish.CANCEL, "048213"))
    refused = _decided(law_office, about, wish="read it to me")
    assert isinstance(refused, Refused)
    assert refused.note is None


@pytest.mark.parametrize("caller", [_CALLER, None])
def test_without_a_way_to_prove_it_the_staff_ring_back(
    law_office: Office, caller: E164 | None
) -> None:
    refused = _decided(law_office, AboutCall(caller), wish="status", code="123456")
    assert isinstance(refused, Refused)
    assert refused.say == said_of(Came.NOT_PROVEN)
    assert refused.note is not None
    assert refused.note.number == caller
    assert "Please call back" in refused.note.reason


class Talk:
    """A talk with the clerk."""

    def __init__(self, office: Office) -> None:
        self.clerk = Clerk(office)
        began = self.clerk.begin(_CALLER, _NOW)
        self.turn = ClerkTurn(began, (), (), Expects.ANYTHING, "")

    def say(self, text: str, digits: str = "") -> ClerkTurn:
        self.turn = self.clerk.hear(self.turn.state, Heard(text, digits), _NOW)
        return self.turn

    def told(self, what: Came) -> str:
        self.turn = self.clerk.told(self.turn.state, EARLIER_MESSAGE, came(what), _NOW)
        return " ".join(sentence.text for sentence in self.turn.say)

    @property
    def proposed(self) -> dict[str, Any]:
        (proposal,) = self.turn.proposals
        assert proposal.name == EARLIER_MESSAGE
        return dict(proposal.arguments)


@pytest.mark.parametrize("keyed", [False, True])
def test_the_clerk_asks_for_the_code_and_says_only_what_came_of_it(
    law_office: Office, keyed: bool
) -> None:
    talk = Talk(law_office)
    talk.say("Has somebody read the message I left yesterday?")
    assert talk.proposed == {"wish": "status"}
    assert not talk.turn.say, "nothing is promised before a code has gone"
    assert "six digits" in talk.told(Came.CODE_SENT)
    assert talk.turn.expects is Expects.NUMBER
    talk.say("zero four eight")
    assert "one by one" in talk.turn.say[0].text
    talk.say("", "048214") if keyed else talk.say("zero four eight two one four")
    assert talk.proposed == {"wish": "status", "code": "048214"}
    assert "not the code" in talk.told(Came.WRONG_CODE)
    talk.say("0 4 8 2 1 3")
    assert talk.proposed["code"] == "048213"
    said = talk.told(Came.TAKEN)
    assert said.startswith(said_of(Came.TAKEN))
    assert talk.turn.state.asked is Asked.ANYTHING_ELSE
    assert not talk.turn.state.earlier


def test_a_code_that_has_not_come_is_asked_for_again_and_not_for_ever(law_office: Office) -> None:
    talk = Talk(law_office)
    talk.say("Please cancel my message.")
    talk.told(Came.CODE_SENT)
    talk.say("I have not received any text message.")
    assert talk.proposed == {"wish": "cancel"}
    talk.told(Came.CODE_SENT)
    for _ in range(3):
        talk.say("purple elephants")
    assert talk.turn.state.asked is Asked.ANYTHING_ELSE


def test_what_is_to_be_added_is_asked_for_once_it_is_proven(law_office: Office) -> None:
    talk = Talk(law_office)
    talk.say("I want to change my message.")
    talk.told(Came.CODE_SENT)
    talk.say("048213")
    assert "add to your message" in talk.told(Came.WHAT_CHANGE)
    talk.say("The hearing is on Friday.")
    assert talk.proposed == {"wish": "change", "change": "the hearing is on friday"}
    assert said_of(Came.CHANGED) in talk.told(Came.CHANGED)


def test_what_is_refused_is_said_honestly(law_office: Office) -> None:
    talk = Talk(law_office)
    talk.say("Please cancel my message.")
    refused = {"status": "refused", "message_id": "m", "say": said_of(Came.NOT_PROVEN)}
    turn = talk.clerk.told(talk.turn.state, EARLIER_MESSAGE, refused, _NOW)
    assert turn.say[0].text == said_of(Came.NOT_PROVEN)


@pytest.mark.parametrize("what", list(Came))
def test_what_a_result_lets_a_model_say_is_not_put_right(law_office: Office, what: Came) -> None:
    claims = SpokenClaims(OfficeTruth(law_office), _CALLER, _NOW)
    claims.caller_said("Please cancel my message.", 0.0)
    claims.deed_done({"wish": "cancel"}, came(what), 1.0)
    assert not _put_right(claims, said_of(what))


def test_it_may_say_so_in_other_words_and_nothing_else(law_office: Office) -> None:
    for text, is_so in (
        ("I have cancelled your message.", True),
        ("Your message has been changed.", False),
        ("Your appointment is cancelled.", False),
    ):
        claims = SpokenClaims(OfficeTruth(law_office), _CALLER, _NOW)
        claims.deed_done({"wish": "cancel"}, came(Came.CANCELLED), 1.0)
        assert bool(_put_right(claims, text)) is not is_so, text


@pytest.mark.parametrize("what", [Came.CANCELLED, Came.CHANGED, Came.TAKEN])
def test_what_no_result_has_said_is_put_right(law_office: Office, what: Came) -> None:
    claims = SpokenClaims(OfficeTruth(law_office), _CALLER, _NOW)
    claims.caller_said("Please cancel my message.", 0.0)
    assert _put_right(claims, said_of(what))


def _put_right(claims: SpokenClaims, text: str) -> object:
    claims.said("item", text, 2.0)
    claims.ended("item", 3.0)
    while (due := claims.next_timer()) is not None:
        claims.handle_timer(due)
    return claims.corrections()
