"""The clerk's sentences in the caller's language, as far as its voice can say them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import msgspec
import pytest

from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.knowledge import Knowledge, knowledge_of
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.phrases import UnknownPhrase
from mapokezi.receptionist.pieces import piece_key, pieces_of, to_record
from mapokezi.receptionist.spoken import Language
from mapokezi.receptionist.turns import ClerkTurn, Heard
from mapokezi.receptionist.wording import worded
from mapokezi.units import E164

NOW = datetime.fromisoformat("2026-11-23T10:00:00+03:00")
EN, SW = Language.ENGLISH, Language.SWAHILI
MESSAGE = (
    "Naomba kuacha ujumbe tafadhali",
    "Mary Wanjiku",
    "ndiyo",
    "Ndiyo",
    "Nimenunua shamba na nimelipa shilingi elfu hamsini kwa paybill 400200",
    "Kesho saa tisa mchana",
    "sawa",
)


def says_everything(language: Language, pieces: tuple[str, ...]) -> bool:
    return True


@pytest.fixture(scope="module")
def fluent(law_office: Office) -> Clerk:
    return Clerk(law_office, can_say=says_everything)


@pytest.fixture(scope="module")
def english_only(law_office: Office) -> Clerk:
    return Clerk(law_office)


@pytest.fixture(scope="module")
def known(law_office: Office) -> Knowledge:
    return knowledge_of(law_office, can_say=says_everything)


def turns(clerk: Clerk, *said: str) -> list[ClerkTurn]:
    state, taken = clerk.begin(E164("+254722123456"), NOW), []
    for text in said:
        taken.append(clerk.hear(state, Heard(text), NOW))
        state = taken[-1].state
    return taken


def texts(turn: ClerkTurn) -> str:
    return " ".join(sentence.text for sentence in turn.say)


def test_a_message_is_taken_in_swahili(fluent: Clerk) -> None:
    taken = turns(fluent, *MESSAGE)
    assert texts(taken[0]) == "Tafadhali, jina lako kamili ni nani?"
    assert texts(taken[1]) == "Mary Wanjiku. Ni sawa?"
    assert "inayoishia na nne tano sita?" in texts(taken[2])
    back = texts(taken[5])
    assert "namba sifuri saba mbili mbili, moja mbili tatu, nne tano sita." in back
    assert "kesho saa tisa mchana, yaani three in the afternoon." in back
    assert "Kiasi: shilingi elfu hamsini." in back
    (proposal,) = taken[6].proposals
    assert proposal.arguments["extra"]["amount"] == "KES 50,000"
    assert proposal.arguments["extra"]["paybill"] == "400200"
    assert {sentence.language for turn in taken for sentence in turn.say} == {SW}


def test_without_recordings_the_same_is_said_in_english(english_only: Clerk) -> None:
    taken = turns(english_only, *MESSAGE)
    assert texts(taken[0]) == "May I have your full name, please?"
    assert "Best time to call: kesho saa tisa mchana, that is three in the afternoon." in texts(
        taken[5]
    )
    assert {sentence.language for turn in taken for sentence in turn.say} == {EN}
    assert [turn.state.language for turn in taken] == [SW] * len(MESSAGE)
    assert taken[6].proposals[0].name == "take_message"


def test_what_is_recorded_is_said_and_what_is_not_is_english(law_office: Office) -> None:
    recorded = {piece_key("Ni sawa?"), *map(piece_key, ("Asante.", "Sawa.", "Vizuri."))}

    def can_say(language: Language, pieces: tuple[str, ...]) -> bool:
        return language is EN or set(pieces) <= recorded

    taken = turns(Clerk(law_office, can_say=can_say), *MESSAGE[:4])
    assert texts(taken[1]) == "Mary Wanjiku. Is that right?"  # the name is the caller's
    assert taken[2].say[0].language is SW
    assert taken[2].say[0].text == "Asante."
    assert taken[2].say[1].language is EN


def test_who_cannot_be_understood_in_swahili_is_offered_a_message(
    fluent: Clerk, english_only: Clerk
) -> None:
    (turn,) = turns(english_only, "Sijui niseme nini kwa sababu mambo ni mengi")
    assert texts(turn).startswith("I am sorry, I can speak only English here. Shall I take a mess")
    (turn,) = turns(fluent, "Sijui niseme nini kwa sababu mambo ni mengi")
    assert "English" not in texts(turn)


def test_words_of_ours_are_put_into_the_language(known: Knowledge) -> None:
    said = worded(known, SW, "saved", 1, {"who": "our team", "who_capital": "Our team"})
    assert said.text == "Umehifadhiwa. Timu yetu ataupata ujumbe wako."
    said = worded(known, SW, "connect_try", 0, {"who": "the reception"})
    assert said.text == "Subiri kidogo, nijaribu mapokezi."


def test_what_there_is_in_english_alone_makes_the_sentence_english(known: Knowledge) -> None:
    said = worded(known, SW, "did_you_want", 0, {"one": "to leave a message"})
    assert said.text == "Ungependa kuacha ujumbe?"
    said = worded(known, SW, "did_you_want", 0, {"one": "to know about our parking"})
    assert said.text == "Would you like to know about our parking?"


def test_an_unknown_sentence_is_an_error(known: Knowledge) -> None:
    with pytest.raises(UnknownPhrase, match="no sentence 'howdy'"):
        worded(known, SW, "howdy", 0, {})


def test_figures_are_put_together_from_words_and_letters_from_letters() -> None:
    way = "Nimesikia {digits}. Nimepata sawa?"
    pieces = pieces_of(way, {"digits": "0 7 2"}, SW)
    assert pieces == ("nimesikia", "sifuri", "saba", "mbili", "nimepata sawa")
    spelled = pieces_of("{letters}", {"letters": "O, T"}, SW)
    assert spelled == ("o", "t")
    assert pieces_of("piga 9 9 9.", {}, SW) == ("piga", "tisa", "tisa", "tisa")


def test_all_that_the_clerk_says_can_be_recorded_but_a_callers_own_words(
    law_office: Office, known: Knowledge
) -> None:
    wanted = to_record(SW, law_office)
    recorded = {piece_key(words) for words in wanted.values()}
    assert wanted["clerk-confirm-name-1"] == "Ni sawa?"
    assert wanted["word-sifuri"] == "sifuri"
    assert wanted[f"name-{law_office.people[0].id}"] == law_office.people[0].name
    assert "greeting" not in wanted  # it is English, which the voice speaks
    karibu = msgspec.structs.replace(law_office, greeting="Karibu Kamau na Otieno, habari yako.")
    assert to_record(SW, karibu)["greeting"].startswith("Karibu Kamau na Otieno")

    def can_say(language: Language, pieces: tuple[str, ...]) -> bool:
        return language is EN or set(pieces) <= recorded

    known = replace(known, can_say=can_say)
    theirs = {"name", "summary", "choices"}
    values = dict.fromkeys(theirs, "Zainabu wa Pwani") | {
        "who": law_office.people[0].name,
        "who_capital": law_office.people[0].name,
        "digits": "0 7 2 2",
        "ending": "4 5 6",
        "letters": "A, B",
        "office": law_office.name,
        "role": law_office.people[0].role,
        "part": "last name",
        "one": "to leave a message",
        "other": "to speak to a person",
        "why": "It is closed.",
        "number": "1 1 2",
        "second": "9 9 9",
    }
    for key, ways in known.phrases_in[SW].items():
        for count, way in enumerate(ways):
            is_theirs = any(f"{{{name}}}" in way for name in theirs)
            said = worded(known, SW, key, count, values)
            assert (said.language is SW) is not is_theirs, (key, way)
