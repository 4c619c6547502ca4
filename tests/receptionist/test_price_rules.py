"""What may be said of prices is said, and what may not is not: by the clerk, nor by a model."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pytest

from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.instructions import instructions_for
from mapokezi.receptionist.look_up import OfficeBook
from mapokezi.receptionist.office import Office, PriceRule, PriceSaid
from mapokezi.receptionist.price_rules import fact_of, not_allowed
from mapokezi.receptionist.spoken_claims import OfficeTruth, SpokenClaims
from mapokezi.receptionist.turns import Asked, Heard
from mapokezi.units import Money

NOW = datetime.fromisoformat("2026-11-23T10:00:00+03:00")


def rule(
    price_id: str, of: str, say: PriceSaid, shillings: int | None, *asked_as: str, note: str = ""
) -> PriceRule:
    amount = None if shillings is None else Money(shillings * 100)
    return PriceRule(
        id=price_id, of=of, asked_as=asked_as, say=say, amount=amount, note=note, source="test"
    )


WILL = rule("will", "a will", PriceSaid.EXACT, 8000, "how much is a will", "what does a will cost")
COMPANY = rule(
    "company",
    "registering a company",
    PriceSaid.FROM,
    15000,
    "how much is it to register a company",
    "what does registering a company cost",
    note="The government's fees are in it.",
)
DIVORCE = rule(
    "divorce",
    "a divorce",
    PriceSaid.ON_REQUEST,
    None,
    "how much is a divorce",
    "what do you charge for a divorce",
)
RULES = (WILL, COMPANY, DIVORCE)


@pytest.fixture(scope="module")
def office(law_office: Office) -> Office:
    without = tuple(one for one in law_office.facts if not not_allowed(one.answer, RULES))
    facts = (*without, *map(fact_of, RULES))
    return msgspec.structs.replace(
        law_office, facts=facts, prices=RULES, forbidden_topics=(), forbidden_asked_as=()
    )


@pytest.mark.parametrize(
    ("price", "told"),
    [
        (WILL, "A will costs eight thousand shillings."),
        (
            COMPANY,
            (
                "Registering a company costs from fifteen thousand shillings. "
                "The government's fees are in it."
            ),
        ),
        (DIVORCE, "What a divorce costs, our people tell you."),
        (
            rule("first", "the first meeting", PriceSaid.EXACT, 0),
            "The first meeting costs nothing.",
        ),
    ],
)
def test_a_price_is_told_as_it_may_be(price: PriceRule, told: str) -> None:
    assert fact_of(price).answer == told


@pytest.mark.parametrize(
    ("told", "amount"),
    [
        ("A will costs 8,000 shillings.", ""),
        ("We take eight thousand shillings for it. Bring two copies within 14 days.", ""),
        ("Registration starts at KES 15,000.", ""),
        ("Registration costs KES 15,000.", "15,000"),
        ("A will costs from 8,000 shillings.", ""),
        ("An affidavit is five hundred shillings.", "500"),
        ("Parking is free. Our paybill is 400200.", ""),
    ],
)
def test_an_amount_in_a_fact_needs_a_rule(told: str, amount: str) -> None:
    assert not_allowed(told, RULES) == amount


@pytest.mark.parametrize(
    ("asked", "says", "told"),
    [
        ("How much is a will?", "A will costs eight thousand shillings.", None),
        ("How much is a will?", "It is six thousand shillings.", "eight thousand"),
        ("How much is it to register a company?", "It starts at fifteen thousand shillings.", None),
        ("How much is it to register a company?", "That is from 15,000 shillings, sir.", None),
        (
            "How much is it to register a company?",
            "Registering a company costs fifteen thousand shillings.",
            "from fifteen thousand",
        ),
        ("How much is a divorce?", "A divorce costs forty thousand shillings.", "Our people"),
        ("How much is a divorce?", "A divorce starts from 15,000 shillings.", "Our people"),
        ("How much is a divorce?", "Our people tell you what a divorce costs.", None),
    ],
)
def test_a_model_that_says_another_price_is_put_right(
    office: Office, asked: str, says: str, told: str | None
) -> None:
    watch = SpokenClaims(OfficeTruth(office), None, NOW)
    watch.caller_said(asked, 0.0)
    found = watch.objection(says, "")
    assert (found is None) is (told is None), found
    assert told is None or (found is not None and told in found.truth)


def test_the_clerk_says_what_it_may_and_offers_a_message_for_the_rest(office: Office) -> None:
    clerk = Clerk(office)
    for asked, price in (
        ("How much is a will?", WILL),
        ("What does registering a company cost?", COMPANY),
        ("How much is a divorce?", DIVORCE),
    ):
        turn = clerk.hear(clerk.begin(None, NOW), Heard(asked), NOW)
        said = " ".join(one.text for one in turn.say)
        assert turn.deed == f"answer:{price.id}", said
        assert fact_of(price).answer in said
        assert turn.say[0].fact_ids == (price.id,)
        offers = turn.state.asked is Asked.TAKE_MESSAGE_OFFER
        assert offers is (price.say is PriceSaid.ON_REQUEST)


def test_a_message_about_a_price_on_request_holds_the_question(office: Office) -> None:
    clerk = Clerk(office)
    asked = clerk.hear(clerk.begin(None, NOW), Heard("How much is a divorce?"), NOW)
    turn = clerk.hear(asked.state, Heard("Yes, please."), NOW)
    assert turn.state.draft is not None
    assert "divorce" in turn.state.draft.value("reason")


def test_a_model_is_told_what_it_may_say_of_prices(office: Office, law_office: Office) -> None:
    text = instructions_for(office, NOW, None)
    assert "- a will: eight thousand shillings" in text
    assert '- registering a company: always with "from": from fifteen thousand shillings' in text
    assert "- a divorce: no amount" in text
    assert "Prices." not in instructions_for(law_office, NOW, None)
    many = tuple(msgspec.structs.replace(WILL, id=f"will-{number}") for number in range(21))
    text = instructions_for(msgspec.structs.replace(office, prices=many), NOW, None)
    assert "look_up gives those that may be said" in text
    assert "- a will: eight" not in text


def test_a_price_is_looked_up_like_any_fact(office: Office) -> None:
    fact = OfficeBook(office).fact_asked_for("how much is a will")
    assert fact is not None
    assert fact.id == "will"
