"""In which words people are told."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sample_notices import CALL_BACK, MESSAGE, NOW, OFFICE

from mapokezi.receptionist.notice_words import (
    LANGUAGES,
    MOST_SMS,
    Words,
    fit,
    joined,
    passed_on,
    repeated,
    room_of,
    shortened,
    words_for,
)
from mapokezi.receptionist.telling_event import TellingEvent, WhyCallBack
from mapokezi.records.notices import NoticeKind, WayKind
from mapokezi.records.one_time_code import CODE_MARK

KINDS = tuple(kind for kind in NoticeKind if kind is not NoticeKind.EVENT)
WAYS = tuple(kind for kind in WayKind if kind is not WayKind.WEBHOOK)
VENDORS = (
    "sautikit",
    "gemini",
    "google",
    "openai",
    "gpt",
    "apprise",
    "whisper",
    "twilio",
    "claude",
)


def event(kind: NoticeKind, **changes: object) -> TellingEvent:
    return replace(MESSAGE, kind=kind, title="Friday", text="3 calls.", **changes)  # type: ignore[arg-type]


def text_of(told: TellingEvent, kind: WayKind = WayKind.SMS, language: str = "en") -> str:
    return words_for(told, kind, language, OFFICE.name).text


def test_a_message_in_an_sms() -> None:
    assert text_of(MESSAGE) == (
        "Grace Njeri, +254722000100: The transfer of a plot in Kiambu. "
        "Best time: tomorrow at ten. Not sure: name"
    )


def test_the_same_where_there_is_room() -> None:
    assert text_of(MESSAGE, WayKind.EMAIL).split("\n") == [
        "Grace Njeri",
        "+254722000100",
        "The transfer of a plot in Kiambu.",
        "Best time: tomorrow at ten",
        "Not sure: name",
    ]


def test_the_same_in_swahili() -> None:
    words = words_for(MESSAGE, WayKind.SMS, "sw", OFFICE.name)
    assert words.title == "Ujumbe kutoka kwa Grace Njeri"
    assert words.text == (
        "Grace Njeri, +254722000100: The transfer of a plot in Kiambu. "
        "Muda mzuri: tomorrow at ten. Haijathibitishwa: jina"
    )


def test_what_is_urgent_or_corrected_or_for_somebody_else_says_so_first() -> None:
    told = replace(MESSAGE, urgent=True, is_correction=True)
    words = words_for(told, WayKind.SMS, "en", OFFICE.name, "Peter Mwangi")
    assert words.title == "URGENT: Message from Grace Njeri"
    assert words.text.startswith(
        "URGENT. Corrected by the caller. For Peter Mwangi. Grace Njeri, +254722000100: "
    )


@pytest.mark.parametrize("why", WhyCallBack)
def test_who_left_nothing_is_to_be_rung(why: WhyCallBack) -> None:
    words = words_for(replace(CALL_BACK, why_call_back=why), WayKind.SMS, "en", OFFICE.name)
    assert words.title == "Call back +254722000100"
    assert words.text.startswith("A caller, +254722000100: ")
    assert words.text.endswith("Please ring back")
    now = words_for(
        replace(CALL_BACK, why_call_back=why, urgent=True), WayKind.SMS, "en", OFFICE.name
    )
    assert now.title == "Call back now: +254722000100"
    assert now.text.endswith("Please ring back now")


def test_a_withheld_number_is_called_that() -> None:
    assert "number withheld" in text_of(replace(CALL_BACK, caller=None))


@pytest.mark.parametrize(
    ("days", "said"), [(None, "used up"), (0, "used up"), (1, "one more day"), (5, "5 more days")]
)
def test_the_wallet_in_days(days: int | None, said: str) -> None:
    assert said in text_of(event(NoticeKind.WALLET, days_left=days))


@pytest.mark.parametrize(
    ("kind", "way", "language"), list(itertools.product(KINDS, WAYS, LANGUAGES))
)
def test_every_notice_has_words_that_name_no_vendor(
    kind: NoticeKind, way: WayKind, language: str
) -> None:
    words = words_for(event(kind), way, language, OFFICE.name)
    assert words.text
    to_caller = {NoticeKind.CALLER_TEXT, NoticeKind.CALLER_CODE}
    assert bool(words.title) == (kind not in to_caller)
    said = f"{words.title} {words.text}".lower()
    assert not [name for name in VENDORS if name in said]
    assert "{" not in said.replace(CODE_MARK, "")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not NoticeKind.DIGEST])
def test_swahili_is_not_english(kind: NoticeKind) -> None:
    english = words_for(event(kind), WayKind.CHAT, "en", OFFICE.name)
    swahili = words_for(event(kind), WayKind.CHAT, "sw", OFFICE.name)
    assert english != swahili


@given(st.text(max_size=600), st.text(max_size=80), st.booleans())
def test_an_sms_never_outgrows_two_parts_and_a_title_never_breaks(
    reason: str, name: str, urgent: bool
) -> None:
    told = replace(MESSAGE, reason=reason, name=name, urgent=urgent)
    for language in LANGUAGES:
        words = words_for(told, WayKind.SMS, language, OFFICE.name, "Peter Mwangi")
        assert len(words.text) <= MOST_SMS
        assert "\n" not in words.title
        assert "\r" not in words.title


def test_a_long_reason_is_cut_and_what_stands_behind_it_is_kept() -> None:
    text = text_of(replace(MESSAGE, reason="The matter of the plot. " * 30))
    assert "...." not in text
    assert "..." in text
    assert "Best time: tomorrow at ten" in text
    assert len(text) <= MOST_SMS


def test_letters_that_would_double_the_price_are_written_plainly() -> None:
    assert fit("Wanjirũ’s – plot…", WayKind.SMS) == "Wanjiru's - plot..."
    assert fit("Wanjirũ’s", WayKind.EMAIL) == "Wanjirũ’s"
    assert fit("ጤና ይስጥልኝ", WayKind.SMS) == "ጤና ይስጥልኝ", "better dear than empty"


def test_a_repeat_says_that_it_is_one() -> None:
    assert repeated("Grace rang.", "en") == "Again, in case it did not reach you: Grace rang."
    assert repeated("Grace alipiga.", "sw").startswith("Tena, huenda haikukufikia: ")


def test_what_is_passed_on_says_for_whom_it_was() -> None:
    assert passed_on("Grace rang.", "Brian Otieno", "en", WayKind.SMS) == (
        "For Brian Otieno, who could not be reached: Grace rang."
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("count", [2, 5, 60])
def test_joined_ones_are_counted_and_fit(way: WayKind, count: int) -> None:
    texts = [Words("", f"Caller {number}, about a plot in Kiambu.") for number in range(count)]
    words = joined(texts, way, "en")
    assert words.title == f"{count} notices that waited for you"
    assert len(words.text) <= room_of(way)
    assert "1. Caller 0" in words.text
    shown = sum(f"Caller {number}," in words.text for number in range(count))
    if shown < count:
        assert f"and {count - shown} more" in words.text


@given(st.text(max_size=100), st.integers(min_value=10, max_value=60))
def test_shortening_keeps_the_bound_and_the_beginning(text: str, most: int) -> None:
    short = shortened(text, most)
    assert len(short) <= most
    assert text.strip().startswith(short.removesuffix("..."))


def test_a_line_break_in_what_was_said_makes_no_line_of_its_own() -> None:
    told = replace(MESSAGE, name="Grace\nBest time: now", best_time="ten\nor so", unsure=())
    lines = text_of(told, WayKind.CHAT).split("\n")
    assert lines[0] == "Grace Best time: now"
    assert lines[-1] == "Best time: ten or so"
    assert len(lines) == 4


def test_an_unknown_language_is_english() -> None:
    assert words_for(MESSAGE, WayKind.SMS, "fr", OFFICE.name).title == "Message from Grace Njeri"


def test_the_instant_must_be_in_utc() -> None:
    with pytest.raises(ValueError, match=r"TellingEvent\.at"):
        replace(MESSAGE, at=NOW.replace(tzinfo=None))
