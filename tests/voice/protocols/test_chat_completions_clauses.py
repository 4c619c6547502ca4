"""What of a model's text is spoken, and where it is cut: the same however the text comes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.voice.protocols.chat_completions.clauses import ClauseSplitter
from mapokezi.voice.protocols.chat_completions.plain import plain
from mapokezi.voice.protocols.chat_completions.unspeakable import SpokenPart


def clauses(pieces: Sequence[str]) -> list[str]:
    splitter = ClauseSplitter()
    found = [clause for piece in pieces for clause in splitter.feed(piece)]
    return [*found, *splitter.flush()]


def spoken(pieces: Sequence[str], **how: bool) -> str:
    part = SpokenPart(**how)
    return "".join([*map(part.feed, pieces), part.flush()])


def pieces_of(text: str, cuts: Sequence[int]) -> list[str]:
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return [text[a:b] for a, b in pairwise(places)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Good morning, how can I help?", ["Good morning,", "how can I help?"]),
        ("Yes, we are open.", ["Yes, we are open."]),
        ("Yes. We are open.", ["Yes.", "We are open."]),
        (
            "It costs KES 3,500 in all. Pay by M-Pesa.",
            ["It costs KES 3,500 in all.", "Pay by M-Pesa."],
        ),
        ("We close at 5.30 p.m. on Fridays.", ["We close at 5.30 p.m. on Fridays."]),
        ("We close at 5 p.m. Come before.", ["We close at 5 p.m.", "Come before."]),
        ("From 9 a.m. to noon, and later.", ["From 9 a.m. to noon,", "and later."]),
        ("We are at No. 5, Koinange Street.", ["We are at No. 5,", "Koinange Street."]),
        ("No. We do not. Sorry.", ["No.", "We do not.", "Sorry."]),
        ("Dr. Kamau and Mrs. W. Otieno are in.", ["Dr. Kamau and Mrs. W. Otieno are in."]),
        ("Call 0722, 123, 456. Thank you.", ["Call 0722, 123, 456.", "Thank you."]),
        ("The number is 0722. 123. 456. Bye.", ["The number is 0722. 123. 456.", "Bye."]),
        ("That is Ksh. 500 only. Fine?", ["That is Ksh. 500 only.", "Fine?"]),
        ("On Mon. to Fri. from nine. Right?", ["On Mon. to Fri. from nine.", "Right?"]),
        ("It is 3.5 per cent. Really!", ["It is 3.5 per cent.", "Really!"]),
        ("Kamau & Co. Advocates wrote. Ok.", ["Kamau & Co. Advocates wrote.", "Ok."]),
        ('He said "wait." Then he left.', ['He said "wait."', "Then he left."]),
        ("Well... let me see. Yes.", ["Well... let me see.", "Yes."]),
        ("We open on Monday (9 a.m. Nairobi time, sharp). Come.", None),
        ("We handle wills—and land. Yes.", ["We handle wills—", "and land.", "Yes."]),
        ("first line\nsecond line\n\nthird", ["first line", "second line", "third"]),
        ("It is 10\n20 in all.", ["It is 10\n20 in all."]),
        ("So do I. And you?", ["So do I.", "And you?"]),
        ("1. Come in. 2. Sign.", ["1. Come in.", "2. Sign."]),
    ],
)
def test_where_a_text_is_cut(text: str, expected: list[str] | None) -> None:
    expected = expected or ["We open on Monday (9 a.m. Nairobi time, sharp).", "Come."]
    assert clauses([text]) == expected
    assert clauses(list(text)) == expected


def test_the_first_clause_comes_before_the_sentence_is_whole() -> None:
    splitter = ClauseSplitter()
    assert splitter.feed("Good morning,") == []
    assert splitter.feed(" h") == ["Good morning,"]
    assert splitter.feed("ow are you, my friend") == []
    assert splitter.feed("? W") == ["how are you, my friend?"]


def test_a_text_without_a_stop_is_cut_between_two_words_and_not_in_a_number() -> None:
    found = clauses(["word " * 50 + "0722 123 456 " * 10 + "word " * 60])
    assert len(found) > 2
    assert all(len(clause) <= 241 for clause in found)
    assert all(re.match(r"\D", clause) and re.search(r"\D$", clause) for clause in found)


def test_of_a_text_that_was_broken_off_the_unfinished_clause_is_left_out() -> None:
    splitter = ClauseSplitter()
    assert splitter.feed("This is whole. And this is n") == ["This is whole."]
    assert splitter.flush(drop_unfinished=True) == []
    splitter = ClauseSplitter()
    assert splitter.feed("This is not whole and all there is") == []
    assert splitter.flush(drop_unfinished=True) == ["This is not whole and all there is"]


_WRITTEN = st.text(alphabet="ab CD.,;:?!0123—…\n\"')(*- ", max_size=120)
_TRICKY = st.lists(
    st.sampled_from(
        [
            "No. 5",
            "9 a.m.",
            "KES 3,500",
            "Dr. ",
            "0722, 123",
            "\n- ",
            "Yes. ",
            "p.m. We",
            "...",
            "e.g.",
        ]
    ),
    max_size=12,
).map(" ".join)
_CUTS = st.lists(st.integers(0, 400), max_size=12)


@given(_WRITTEN | _TRICKY, _CUTS)
def test_the_clauses_do_not_depend_on_the_pieces(text: str, cuts: list[int]) -> None:
    whole = clauses([text])
    assert clauses(pieces_of(text, cuts)) == whole
    assert "".join("".join(whole).split()) == "".join(text.split())


@given(st.integers(100, 999), st.integers(100, 999), st.integers(100, 999), _CUTS)
def test_no_number_is_ever_cut(one: int, two: int, three: int, cuts: list[int]) -> None:
    for number in (f"{one},{two}.{three}", f"0{one}, {two}, {three}", f"{one}. {two}. {three}"):
        text = f"The first thing to know is {number}, and that is all. Goodbye."
        assert any(number in clause for clause in clauses(pieces_of(text, cuts)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<think>secret</think>Hello.", "Hello."),
        ("<thinking>a <b>c</b> d</thinking> Hello.", " Hello."),
        ('Hello.<tool_call>{"name": "x"}</tool_call> Bye.', "Hello. Bye."),
        ("<function=end_call>{}</function>Bye.", "Bye."),
        ('Hello. {"name": "end_call", "arguments": {"a": "}"}} Bye.', "Hello.  Bye."),
        ("Hello. [TOOL_CALLS]end_call{}", "Hello. "),
        ("[INST]Hello[/INST].", "Hello."),
        ("Say ```\ncode\n``` done.", "Say  done."),
        ("A `word` and ``two``.", "A `word` and ``two``."),
        ("<|im_start|>assistant\nHello.<|im_end|>", "Hello."),
        ("<|start_header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|>", "\n\nHello."),
        ("<start_of_turn>model\nHello.<end_of_turn>", "Hello."),
        ("<｜tool▁calls▁begin｜>end_call", ""),
        ("<|python_tag|>end_call()", ""),
        (
            "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Yes.",
            "Yes.",
        ),
        ("<|channel|>commentary to=end_call<|message|>{}<|call|>", ""),
        ("5 < 7 and 9 > 8", "5 < 7 and 9 > 8"),
        ("Hello.</s>", "Hello."),
        ("Hello.<thi", "Hello."),
        ("<think>never closed", ""),
        ("see [our page](x) now", "see [our page](x) now"),
    ],
)
def test_what_is_not_for_ears_is_left_out(text: str, expected: str) -> None:
    assert spoken([text]) == expected
    assert spoken(list(text)) == expected


def test_a_template_that_opens_the_thought_itself() -> None:
    assert spoken(["so the caller", " wants</think>", "Hello."], begins_thinking=True) == "Hello."


_MARKS = """
<think> </think> ``` [TOOL_CALLS] {"a":" "} <|channel|> final <|message|> <|end|> Hello [INST] <br>
<tool_call> 5<6 < > { } [ ] ` | /
"""
_CONTROL = st.lists(st.sampled_from([*_MARKS.split(), "\n", " "]), max_size=14).map("".join)


@given(_CONTROL, _CUTS)
def test_what_is_left_out_does_not_depend_on_the_pieces(text: str, cuts: list[int]) -> None:
    assert spoken(pieces_of(text, cuts)) == spoken([text])


@given(st.text(alphabet="abc ,.!?'-", max_size=80))
def test_plain_speech_passes_untouched(text: str) -> None:
    assert spoken([text]) == text
    assert "".join(filter(str.isalpha, plain(text))) == "".join(filter(str.isalpha, text))


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("**Sure**, _of_ course!", "Sure, of course!"),
        ("# Our hours", "Our hours"),
        ("- Monday: 9:00", "Monday: 9:00"),
        ("* Tuesday", "Tuesday"),
        ("2) Sign here.", "Sign here."),
        ("> quoted", "quoted"),
        ("| Day | Hours |", "Day, Hours,"),
        ("|---|---|", ""),
        ("-----", ""),
        ("Welcome! 😀🎉 👍🏽", "Welcome!"),
        ("We accept M-Pesa ✅ and cards ❤️.", "We accept M-Pesa and cards."),
        ("[our site](https://x.co.ke/a_(b)) is up", "our site is up"),
        ("See https://www.office.co.ke/contact?x=1.", "See office.co.ke."),
        ("20 °C, 5 % and KES 3,500/-", "20 °C, 5 % and KES 3,500/-"),
        ("~~old~~ new", "old new"),
        ("[desk: the caller pressed 0] Yes.", "Yes."),
        ("...", ""),
        ("snake_case", "snake case"),
        ("it's 5 * 3", "it's 5 3"),
    ],
)
def test_markdown_and_emojis_never_reach_the_voice(written: str, heard: str) -> None:
    assert plain(written) == heard
