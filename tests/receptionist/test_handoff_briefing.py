"""What a colleague hears before they take a call."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.calls import CallId, OfficeId
from mapokezi.receptionist.handoff_briefing import (
    ASKED_FOR_A_PERSON,
    LONGEST_S,
    AboutCaller,
    briefing_of,
    seconds_of,
    short_words,
)
from mapokezi.receptionist.kept_back import NAME, NUMBER, REASON
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.stores.office_files import read_office
from mapokezi.units import E164
from mapokezi.voice.session import KnownField

OFFICE = read_office(Path(__file__).parents[2] / "examples" / "law-office")
SHOWN = E164("+254722000111")


def about(
    *known: KnownField,
    name: str = "",
    number: str = "",
    reason: str = ASKED_FOR_A_PERSON,
    unsure: tuple[str, ...] = (),
    shown: E164 | None = SHOWN,
    promised: tuple[str, ...] = (),
    is_urgent: bool = False,
    kept_back: frozenset[str] = frozenset(),
) -> AboutCaller:
    note = MessageRecord(
        MessageId("c.office"),
        CallId("c"),
        OfficeId("office"),
        name,
        number,
        reason,
        datetime(2026, 11, 22, tzinfo=UTC),
        unsure=unsure,
    )
    return AboutCaller(OFFICE, shown, note, "", known, promised, is_urgent, kept_back)


def sure(slot: str, value: str) -> KnownField:
    return KnownField(slot, value, is_confirmed=True)


def unsure(slot: str, value: str) -> KnownField:
    return KnownField(slot, value, is_confirmed=False)


def test_names_caller_number_and_reason_as_confirmed() -> None:
    known = (sure("name", "Peter Mwangi"), sure("number", "0733 000 222"),
             sure("reason", "the title deed of a plot"))  # fmt: skip
    assert briefing_of(about(*known), "en") == (
        "Peter Mwangi is on the line, from 0 7 3 3, 0 0 0, 2 2 2. About: the title deed of a plot."
    )


def test_marks_what_is_not_sure() -> None:
    told = briefing_of(about(unsure("name", "Peter"), unsure("number", "0733000222"),
                             unsure("reason", "a plot")), "en")  # fmt: skip
    assert told == (
        "Somebody, perhaps Peter, number perhaps 0 7 3 3, 0 0 0, 2 2 2. Perhaps about: a plot."
    )


def test_the_number_that_shows_is_sure() -> None:
    told = briefing_of(about(name="Peter", number=SHOWN, unsure=("name", "number")), "en")
    assert told == ("Somebody, perhaps Peter, from 0 7 2 2, 0 0 0, 1 1 1.")


def test_of_a_withheld_number_nothing_is_said() -> None:
    assert briefing_of(about(shown=None), "en") == "A caller is on the line."


def test_what_was_promised_is_told() -> None:
    promised = ("A message was saved.",)
    assert briefing_of(about(promised=promised), "en").endswith("1 1 1. A message was saved.")


def test_urgency_comes_first() -> None:
    assert briefing_of(about(is_urgent=True), "en").startswith("Urgent. A caller")


@pytest.mark.parametrize(("slot", "gone"), [(NAME, "Peter"), (NUMBER, "7 3 3"), (REASON, "plot")])
def test_what_the_caller_keeps_back_is_not_said(slot: str, gone: str) -> None:
    known = (sure("name", "Peter"), sure("number", "0733000222"), sure("reason", "a plot"))
    whole = briefing_of(about(*known), "en")
    told = briefing_of(about(*known, kept_back=frozenset({slot})), "en")
    assert gone in whole
    assert gone not in told
    if slot == NUMBER:
        assert "7 2 2" not in told, "nor the one that shows"


def test_speaks_the_colleagues_language() -> None:
    told = briefing_of(about(sure("name", "Peter"), sure("reason", "shamba")), "sw")
    assert told.startswith("Peter yuko kwenye simu, namba sifuri saba")
    assert told.endswith("Kuhusu: shamba.")
    assert short_words("sw").bcp47 == "sw-KE"
    assert short_words("sw-KE").keys.startswith("Bonyeza 1")
    assert short_words("fr").bcp47 == "en-KE"


def test_a_long_reason_is_cut_at_a_word() -> None:
    long = "the boundary between my plot and my neighbour's plot " * 6
    told = briefing_of(about(sure("name", "Peter Mwangi"), sure("reason", long)), "en")
    assert "About: the boundary between" in told
    assert seconds_of(f"{told} {short_words('en').keys}") <= LONGEST_S


@given(
    name=st.from_regex(r"[A-Z][a-z]{2,9}( [A-Z][a-z]{2,9}){0,2}", fullmatch=True),
    reason=st.lists(
        st.sampled_from(["my", "plot", "the", "deed", "of", "land", "in", "Ruiru", "case"]),
        max_size=60,
    ),
    promised=st.lists(st.just("A message was saved for the staff."), max_size=4),
    language=st.sampled_from(["en", "sw"]),
    is_urgent=st.booleans(),
)
def test_never_takes_longer_than_it_may(
    name: str, reason: list[str], promised: list[str], language: str, is_urgent: bool
) -> None:
    known = (sure("name", name), sure("number", "0733000222"), sure("reason", " ".join(reason)))
    told = briefing_of(about(*known, promised=tuple(promised), is_urgent=is_urgent), language)
    assert seconds_of(f"{told} {short_words(language).keys}") <= LONGEST_S
    assert name in told, "who it is, is never cut"
