"""What is urgent, and for whom: a danger to anybody, a matter of the office's own, or nothing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from mapokezi.receptionist.urgency import Urgency, UrgentWords
from mapokezi.stores.office_files import read_office

LAW = UrgentWords(("arrested", "police station", "being evicted"))
PROPERTY = UrgentWords(("burst pipe", "stuck in the lift"))
NOBODYS = UrgentWords(())


@pytest.mark.parametrize(
    "said",
    [
        "My brother has been arrested.",
        "I'm at the police station",
        "we are being evicted",
        "he was arested this morning",
        "Can you help, my son has been arrested now",
        "Ndugu yangu amekamatwa.",
        "Kijana wangu yuko kwa cell, please help.",
        "This is very urgent, I cannot wait until tomorrow.",
        "It is an emergency, I need my lawyer.",
        "It is an emergency. I need my lawyer.",
        "I rang last year about a will. My son has been arrested.",
        "He was arrested last week and is still in the cells.",
        "Officers from the D. C. I came and are taking him.",
        "There are people here throwing all our furniture out on the road.",
    ],
)
def test_urgent_for_the_office(said: str) -> None:
    assert LAW.heard_in(said) is Urgency.OFFICE


@pytest.mark.parametrize(
    "said",
    [
        "This is an emergency!",
        "They are bleeding",
        "My brother has been arrested and he is bleeding.",
        "I had a case last year. Now my house is on fire.",
        "Mtoto hapumui!",
        "Nyumba inaungua, come quickly.",
        "Bibi yangu anableed sana.",
        "Somebody has broken into our house. We are hiding in the bedroom.",
        "Thieves have just broken in.",
        "Here is a fire in the flat above us.",
        "My aunt has severe chuff pain.",
    ],
)
def test_a_danger_is_one_in_any_office(said: str) -> None:
    for words in (LAW, PROPERTY, NOBODYS):
        assert words.heard_in(said) is Urgency.DANGER


def test_what_is_urgent_is_the_offices_own_affair() -> None:
    said = "A pipe has burst and the water is everywhere."
    assert PROPERTY.heard_in(said) is Urgency.OFFICE
    assert LAW.heard_in(said) is None
    assert PROPERTY.heard_in("My brother has been arrested.") is None
    assert PROPERTY.heard_in("There is a smell of gas in the kitchen.") is Urgency.DANGER


@pytest.mark.parametrize(
    "said",
    [
        "It's not an emergency",
        "Do you handle people who were arrested?",
        "What happens if someone is arrested?",
        "He was arrested two years ago.",
        "My house caught fire. Two years ago.",
        "I want to demolish my old kiosk.",
        "The bank is threatening us with an auction.",
        "The police took my statement yesterday.",
        "These loans are choking us.",
        "I was knocked down by a car in two thousand and eighteen.",
        "My window has broken in the storm.",
        "Here is the fire certificate of the building.",
        "I had severe back pain last year and I want to sue the company.",
        "The contractor has broken into our savings.",
        "Si dharura, nitapiga kesho.",
        "Kuna mtu alinipigia na hii number, nikakosa kushika.",
        "I'm having a baby in March, do you know a good hospital?",
        "Can I see the head now?",
        "House prices came down and people are buying again.",
        "I'm going to jump off this call now.",
        "Our company is standing at the edge of a cliff.",
        "Somebody is pouring petrol in the generator.",
        "Nyumba inawaka taa, kwa hivyo kuna mtu.",
        "My lawyer has not come back to me about my case.",
        "Our goods are being held at the airport by customs.",
        "The meeting is held at the station.",
        "We are loading our goods on a ship to Dubai.",
        "A company carrying our goods to Mombasa has lost them.",
        "We are auctioning our old vehicles and need a contract.",
        "We want to fly him out for a conference.",
        "We are pulling our wall down and need a permit.",
        "Where is the station",
        "good morning",
        "",
    ],
)
def test_not_urgent(said: str) -> None:
    assert LAW.heard_in(said) is None


def test_a_trade_knows_its_own_words_and_what_is_like_them() -> None:
    folder = Path(__file__).parents[2] / "examples" / "law-office"
    words = UrgentWords(read_office(folder).urgent_words)
    assert words.heard_in("They have locked up my cousin.") is Urgency.OFFICE


def test_a_long_transcript_is_judged_in_a_moment() -> None:
    """Each piece of an unfinished transcript is judged anew, between two frames of sound."""
    said = "I was telling them that the papers are at the bank and he came back " * 20
    began = time.process_time()
    for end in range(len(said) - 50, len(said)):
        LAW.heard_in(said[:end])
    assert (time.process_time() - began) / 50 < 0.05
