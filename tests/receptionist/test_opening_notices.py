"""What callers are told first: by what is so, in the office's words or in ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from mapokezi.receptionist.office import Notices, Office
from mapokezi.receptionist.opening_notices import (
    claims_recording,
    country_told,
    missing_in,
    needed_of,
    notices_of,
    opening_of,
    sentences_of,
    text_of,
)
from mapokezi.records.caller_notices import NoticeKind
from mapokezi.stores.office_files import read_office
from mapokezi.units import E164

EXAMPLE = Path(__file__).parents[2] / "examples" / "law-office"
AUTOMATED, RECORDED, ABROAD = NoticeKind
ALL = (AUTOMATED, RECORDED, ABROAD)


@pytest.fixture(scope="module")
def law_office() -> Office:
    return read_office(EXAMPLE)


def made(office: Office, **changes: Any) -> Office:
    return msgspec.structs.replace(office, **{"notice": "", **changes})


def test_ours_tell_what_is_so_and_then_ask(law_office: Office) -> None:
    assert text_of(notices_of(made(law_office))) == (
        "I am the automated receptionist. This call is recorded; if you do not want that, just "
        "say so. How can I help you?"
    )


def test_of_a_recording_only_where_there_is_one(law_office: Office) -> None:
    office = made(law_office, record_calls=False)
    assert needed_of(office) == (AUTOMATED,)
    assert "record" not in text_of(notices_of(office))


def test_that_it_goes_abroad_by_kind_and_only_where_it_does(law_office: Office) -> None:
    assert "outside" not in text_of(notices_of(made(law_office)))
    said = text_of(notices_of(made(law_office, worked_on_abroad=True)))
    assert "an automated service outside Kenya" in said
    assert "Gemini" not in said


@pytest.mark.parametrize(
    ("number", "country", "where"),
    [
        ("+254209000000", "", "outside Kenya"),
        ("+256414000000", "", "outside Uganda"),
        ("+254209000000", "TZ", "outside Tanzania"),
        ("+4930901820", "", "in another country"),
    ],
)
def test_for_the_country_of_its_number_or_as_chosen(
    law_office: Office, number: str, country: str, where: str
) -> None:
    office = made(
        law_office,
        numbers=(E164(number),),
        notices=Notices(country=country),
        worked_on_abroad=True,
    )
    assert where in text_of(notices_of(office))
    assert country_told(office) == (country or country_told(office))


def test_in_the_language_of_the_greeting_or_in_those_that_are_chosen(law_office: Office) -> None:
    greeting = "Habari, hapa ni ofisi ya Kamau na Otieno."
    office = made(law_office, greeting=greeting, worked_on_abroad=True)
    parts = notices_of(office)
    assert {part.language for part in parts} == {"sw"}
    assert "nje ya Kenya" in text_of(parts)
    both = made(law_office, notices=Notices(languages=("en", "sw")))
    assert [part.language for part in notices_of(both)] == ["en", "en", "sw", "sw", "sw"]


def test_the_offices_own_words_stay_as_they_are(law_office: Office) -> None:
    parts = notices_of(law_office)
    assert text_of(parts) == law_office.notice
    assert [part.notices for part in parts] == [(AUTOMATED, RECORDED), ()]


def test_what_own_words_lack_is_said_in_ours_before_their_question(law_office: Office) -> None:
    office = msgspec.structs.replace(
        law_office, notice="This is a machine speaking. How can we help?", worked_on_abroad=True
    )
    parts = notices_of(office)
    assert [part.notices for part in parts] == [(AUTOMATED,), (RECORDED,), (ABROAD,), ()]
    assert parts[-1].text == "How can we help?"
    assert {kind for part in parts for kind in part.notices} == set(needed_of(office))


def test_while_it_is_closed_that_comes_before_the_notices(law_office: Office) -> None:
    hours = msgspec.structs.replace(law_office.hours, closed_words="We are closed.")
    parts = opening_of(made(law_office, hours=hours), is_open=False)
    assert [part.text for part in parts[:2]] == [law_office.greeting, "We are closed."]
    assert parts[2].notices == (AUTOMATED,)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("I am an automated receptionist.", {AUTOMATED}),
        ("You are speaking with a computer, not a person.", {AUTOMATED}),
        ("This is our virtual assistant, and we record all calls.", {AUTOMATED, RECORDED}),
        ("This call may be recorded.", {RECORDED}),
        ("Your voice is handled by a service abroad.", {ABROAD}),
        ("Recordings are kept, and what you say is sent outside Kenya.", {RECORDED, ABROAD}),
        ("Mimi ni mashine, si mtu.", {AUTOMATED}),
        ("Unaongea na mfumo wa kujibu simu; simu inarekodiwa.", {AUTOMATED, RECORDED}),
        ("Sauti yako inashughulikiwa nje ya nchi.", {ABROAD}),
        ("This call is not recorded.", set()),
        ("We never record calls.", set()),
        ("Simu hii hairekodiwi.", set()),
        ("This is not a machine.", set()),
        ("Nothing is sent outside Kenya.", set()),
        ("What you say is worked on by an automated service.", set()),
        ("We sell machines and computers.", set()),
        ("How can I help you?", set()),
    ],
)
def test_what_own_words_tell_is_read_in_them(words: str, told: set[NoticeKind]) -> None:
    assert set(ALL) - set(missing_in(words, ALL, "KE")) == told
    assert claims_recording(words) == (RECORDED in told)


@pytest.mark.parametrize("language", ["en", "sw"])
def test_our_own_words_are_read_as_what_they_tell(law_office: Office, language: str) -> None:
    office = made(law_office, worked_on_abroad=True, notices=Notices(languages=(language,)))
    for part in notices_of(office):
        assert set(ALL) - set(missing_in(part.text, ALL, "KE")) == set(part.notices)


def test_sentences_joined_are_the_words_again() -> None:
    words = "One. Two?  Three! Four"
    assert sentences_of(words) == ("One.", "Two?", "Three!", "Four")
    assert " ".join(sentences_of(words)) == " ".join(words.split())
