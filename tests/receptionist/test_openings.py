"""What makes the clerk too sure, or not sure enough, of what a caller says first: by classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mapokezi.receptionist.directory import Directory
from mapokezi.receptionist.earlier_messages import EarlierWish, earlier_wish
from mapokezi.receptionist.kinds import Kind
from mapokezi.receptionist.sidestepped import asks_for_a_price, takes_back_appointment
from mapokezi.receptionist.swahili import in_english
from mapokezi.receptionist.turned_down import turned_down
from mapokezi.receptionist.understanding import Choice, Understood
from mapokezi.receptionist.urgency import UrgentWords
from mapokezi.receptionist.words import plain
from mapokezi.receptionist.wrong_number import has_dialled_wrong

if TYPE_CHECKING:
    from tests.receptionist.conftest import Talk

    from mapokezi.receptionist.office import Office


def _likely(kind: Kind, score: float, margin: float, *, from_swahili: bool) -> Understood:
    return Understood(Choice(kind), score, margin, by_meaning=True, from_swahili=from_swahili)


@pytest.mark.parametrize(
    ("kind", "score", "margin", "in_english_sure", "from_swahili_sure"),
    [
        (Kind.FACT, 0.27, 0.07, True, False),
        (Kind.FACT, 0.33, 0.09, True, False),
        (Kind.NAMED, 0.32, 0.11, True, False),
        (Kind.GOODBYE, 0.28, 0.12, True, False),
        (Kind.FACT, 0.29, 0.16, True, True),
        (Kind.FACT, 0.36, 0.10, True, True),
        (Kind.GREETING, 0.24, 0.08, True, True),
        (Kind.FACT, 0.45, 0.05, False, False),
    ],
)
def test_a_deed_upon_words_put_into_english_needs_more(
    kind: Kind, score: float, margin: float, *, in_english_sure: bool, from_swahili_sure: bool
) -> None:
    assert _likely(kind, score, margin, from_swahili=False).is_sure is in_english_sure
    assert _likely(kind, score, margin, from_swahili=True).is_sure is from_swahili_sure


@pytest.mark.parametrize(
    "said",
    [
        "Just tell Mr Kiprono nimefika court na hakuna mtu.",
        "Could you pass something on to Mercy for me?",
        "Ask Mercy to give me a ring when she is back.",
        "Please note this number and give it to Brian.",
        "Brian should call me back.",
        "Please ask Mercy anicall jioni.",
        "Naomba umjulishe Mercy kwamba nitachelewa.",
        "Tafadhali andika maneno haya umpe mhudumu.",
    ],
)
def test_somebody_is_to_be_told(said: str) -> None:
    assert turned_down(plain(in_english(said))).tells


@pytest.mark.parametrize(
    "said",
    [
        "Ask Mercy if I can talk to her.",
        "What can I give it to your old for fever?",
        "Can you tell me where you are?",
        "Mercy, please.",
        "Nobody calls me back.",
    ],
)
def test_nobody_is_to_be_told(said: str) -> None:
    assert not turned_down(plain(in_english(said))).tells


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("It is too noisy to talk here, so just take a message for me.", True),
        ("Please write down my message.", True),
        ("Did you take a message from my brother?", False),
        ("Don't take a message, put me through.", False),
    ],
)
def test_a_message_is_asked_for_in_so_many_words(said: str, *, wanted: bool) -> None:
    assert turned_down(plain(said)).asks_message is wanted


@pytest.mark.parametrize(
    ("said", "person"),
    [
        ("Give me Brian Otieno, no, sorry, Mercy Mutua.", "mercy-mutua"),
        ("Nipe Wakili Otieno, hapana, pole, Wakili Kiprono.", "daniel-kiprono"),
        ("Not Brian Otieno, I want to speak to Mercy Mutua.", "mercy-mutua"),
        ("I want to speak to Mercy Mutua, not Brian Otieno.", "mercy-mutua"),
        ("Give me Wakili Kiprono, he told me to call him at ten.", "daniel-kiprono"),
    ],
)
def test_who_is_named_last_is_meant_where_a_name_is_put_right(
    talk: Talk, said: str, person: str
) -> None:
    talk.says(said).understood(f"hand_over:{person}")


@pytest.mark.parametrize(
    ("heard", "person", "is_sure"),
    [
        ("mr otchying", "brian-otieno", False),  # another name than his
        ("mr kiprano", "daniel-kiprono", True),
        ("mr mutai", "mercy-mutua", False),
    ],
)
def test_a_name_heard_nearly_is_sure_only_where_nobody_else_is_near(
    law_office: Office, heard: str, person: str, *, is_sure: bool
) -> None:
    found = Directory(law_office.people).named(heard)
    assert (found.is_sure and found.person is not None and found.person.id == person) is is_sure


@pytest.mark.parametrize(
    "said",
    [
        "My child is jerking and his eyes have rolled back.",
        "He feels a crushing pressure in his chest.",
        "Grandfather slipped and he cannot get up.",
        "My girl drinks some caracine from a bottle.",
        "The kid swallowed detergent.",
        "Her mouth is twisted and her speech is slurred.",
        "Mtoto amefaint hapa nyumbani.",
        "Mzee hawezi breathe, tafadhali.",
        "Mtoto wangu amekunywa mafuta ya taa.",
        "Ameng'atwa na nyoka mguuni.",
        "Dada yangu amemeza vidonge vingi.",
        "My son got burnt with hot oil.",
        "He has drunk something from the garage, maybe battery acid.",
        "Nimeumwa na snake shambani.",
        "Mke wangu ameanza uchungu.",
    ],
)
def test_a_danger_is_heard_in_english_in_swahili_and_in_both_mixed(said: str) -> None:
    assert UrgentWords(()).heard_in(said) is not None


@pytest.mark.parametrize(
    "said",
    [
        "Kujifungua kwenu ni pesa ngapi?",
        "Yani nimewapigia simu wiki yote na hamshiki.",
        "Ametokwa na vipele mwilini.",
        "How much is an operation on the chest?",
        "The price of petrol is killing us.",
        "Can my child swallow tablets with milk?",
    ],
)
def test_what_only_sounds_like_a_danger_is_none(said: str) -> None:
    assert UrgentWords(()).heard_in(said) is None


@pytest.mark.parametrize(
    ("said", "is_wrong"),
    [
        ("Sorry, wrong number.", True),
        ("Three wrong number.", True),
        ("Oh, I wanted the salon. Rong number.", True),
        ("I must have dialled wrong, sorry.", True),
        ("Samahani, nimekosea namba.", True),
        ("You gave me the wrong number for your lawyer.", False),
        ("My receipt has a wrong number on it, who can change that?", False),
        ("Is this the wrong number?", False),
    ],
)
def test_who_has_dialled_wrong_is_let_go(said: str, *, is_wrong: bool) -> None:
    assert has_dialled_wrong(plain(said)) is is_wrong


def test_a_wrong_number_ends_the_call(talk: Talk) -> None:
    talk.says("Oh sorry, wrong number.").understood("goodbye").hears("Goodbye")


@pytest.mark.parametrize(
    "said",
    [
        "Could you give me a quotation for a will?",
        "Your lawyer quoted me ninety thousand, can you bring it down?",
        "What would you bill me to transfer a plot?",
        "And an HIV test, what is that one going for?",
        "What will that set me back?",
        "Picha ya tumbo ni bei gani?",
        "Kudraft agreement ni how much?",
    ],
)
def test_a_price_is_asked_for_in_many_ways(said: str) -> None:
    assert asks_for_a_price(plain(said))


@pytest.mark.parametrize(
    ("said", "is_moved"),
    [
        ("I am running late for my appointment.", True),
        ("I can't make it on Tuesday, find me another day.", True),
        ("Is it possible to come on Friday instead of Thursday?", True),
        ("Siwezi make it leo, tupush appointment next week.", True),
        ("Sitaweza kuja kesho, nipangie siku nyingine.", True),
        ("Are you open late for appointments?", False),
        ("Which day can I come?", False),
    ],
)
def test_an_appointment_is_moved_in_many_ways(said: str, *, is_moved: bool) -> None:
    assert takes_back_appointment(plain(said)) is is_moved


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("tafadhali andika ujumbe wangu", None),
        ("chukua ujumbe wangu", None),
        ("ujumbe wangu ulifika", EarlierWish.STATUS),
        ("mlipata ujumbe wangu", EarlierWish.STATUS),
        ("nataka kufuta ujumbe niliouacha", EarlierWish.STATUS),
        ("futa ujumbe wangu", EarlierWish.CANCEL),
    ],
)
def test_a_message_to_be_written_is_none_that_was_left(said: str, wish: EarlierWish | None) -> None:
    assert earlier_wish(said) is wish


@pytest.mark.parametrize(
    ("said", "english"),
    [
        ("Siwezi make it leo, tupush appointment next week.", "let us push appointment"),
        ("Si uniconnect na reception basi?", "connect me to reception"),
        ("Nitalipaje ankara yenu?", "how I will pay your bill"),
        ("Mnafanyanga succession cases?", "do you do succession cases"),
        ("Nimecall hii number like ten times.", "I have called this number"),
        ("Ruth anicall nikitoka job.", "Ruth to call me"),
        ("Mwambie Joyce kwamba nimefika.", "tell Joyce that I have reached"),
        ("Umeamkaje leo?", "how are you"),
        ("Sato mko kazini?", "saturday"),
    ],
)
def test_mixed_speech_is_put_into_english(said: str, english: str) -> None:
    assert english.lower() in in_english(said).lower()


@pytest.mark.parametrize(
    "said",
    [
        "Jam Hearry Day, are you open then?",
        "Is the lawyer free, and can I come at two?",
        "Please let me know the price of the ring.",
    ],
)
def test_english_is_left_as_it_is(said: str) -> None:
    assert in_english(said) == said


def test_from_one_day_to_another_is_the_whole_week(talk: Talk) -> None:
    talk.says("What are your opening hours from Monday to Friday?").understood("hours:week")
    talk.hears("saturday")


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("Let your pay bill.", "paybill"),
        ("Are you clothing for lunch?", "closing for lunch"),
        ("What's the feed to see a lawyer?", "fee to see"),
        ("That's Dr. Hassan to foamy tonight.", "ask dr hassan to phone me"),
        ("Helldoctor Hassan the tablets work.", "tell doctor hassan"),
        ("Do you take M. Pesas?", "mpesa"),
    ],
)
def test_what_the_recogniser_writes_for_words_of_the_office(heard: str, meant: str) -> None:
    assert meant in plain(heard)


def test_a_day_that_is_not_meant_is_not_told(talk: Talk) -> None:
    talk.says("What time do you open on Friday and not Thursday?").understood("hours:friday")


def test_a_goodbye_beside_politeness_is_one(talk: Talk) -> None:
    talk.says("Sawa sawa, basi bye.").understood("goodbye")
