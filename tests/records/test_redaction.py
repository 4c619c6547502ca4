"""What is taken out of what was said, and what is left alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.calls import Speaker
from mapokezi.records.redaction import (
    CARD,
    CODE,
    ID,
    redacted,
    redacted_conversation,
    redacted_together,
    without_cards,
)

CALLER, OURS = Speaker.CALLER, Speaker.RECEPTIONIST
VISA, MASTERCARD, AMEX = "4111111111111111", "5555555555554444", "378282246310005"
DIGITS = dict(
    zip(
        "0123456789",
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
        strict=True,
    )
)
TARAKIMU = dict(
    zip(
        "0123456789",
        ["sifuri", "moja", "mbili", "tatu", "nne", "tano", "sita", "saba", "nane", "tisa"],
        strict=True,
    )
)


def spelled(number: str, words: dict[str, str] = DIGITS) -> str:
    return " ".join(words[digit] for digit in number)


def in_fours(number: str, between: str = " ") -> str:
    return between.join(number[at : at + 4] for at in range(0, len(number), 4))


@pytest.mark.parametrize("number", [VISA, MASTERCARD, AMEX, "6011111111111117", "30569309025904"])
@pytest.mark.parametrize(
    "write",
    [str, in_fours, lambda n: in_fours(n, "-"), lambda n: in_fours(n, ", "), spelled,
     lambda n: spelled(n, TARAKIMU), " ".join],
)  # fmt: skip
def test_a_card_number_is_taken_out_however_it_is_said(number: str, write: object) -> None:
    assert callable(write)
    text = f"My card is {write(number)}, thank you."
    assert redacted(text) == f"My card is {CARD}, thank you."
    assert without_cards(text) == f"My card is {CARD}, thank you."


@pytest.mark.parametrize(
    "said",
    [
        "four triple one, double one double one, double one double one, double one double one",
        "forty-one eleven eleven eleven eleven eleven eleven eleven",
        "Four one 11 1111 one one one one 1111",
    ],
)
def test_doubled_and_mixed_digits_are_understood(said: str) -> None:
    assert redacted(f"It is {said}.") == f"It is {CARD}."


@pytest.mark.parametrize(
    "text",
    [
        "Call me on 0722 000 100, that is 0722 000 100.",
        "My number is +254 722 000 100 254 722 000 100.",
        "zero seven double two triple zero one double zero",
        "The plot is L.R. number 209/4545/1234 and 12/5678.",
        "It is 4111 1111 1111 1112.",  # the check digit is wrong
        "We met on 20 November 2026 at 14:30, and then on the 21st at 9.",
        "Till number 522522, account 0011223344.",
        "There are one or two of us, maybe three, for a double room.",
        "I was there from 1998 to 2004, then 2005, 2006, 2007.",
        "+4915123456789012",
        "",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("My ID number is 23456789.", f"My ID number is {ID}."),
        ("my id is two three four five six seven eight nine, yes", f"my id is {ID}, yes"),
        ("Passport number AK1234567, please.", f"Passport number {ID}, please."),
        ("Nambari ya kitambulisho ni 23456789.", f"Nambari ya kitambulisho ni {ID}."),
        ("My KRA PIN is A001234567Z.", f"My KRA PIN is {ID}."),
        ("NHIF card number 1234567", f"NHIF card number {ID}"),
        ("The ID is 23456789, 0722000100 is my phone.", f"The ID is {ID}, 0722000100 is my phone."),
        ("my ID is two nine one two three four five six", f"my ID is {ID}"),
        ("My ID is, um, two nine, uh, 1 2 3, four five six", f"My ID is, um, {ID}"),
        ("My I.D. was twenty nine twelve thirty four fifty six", f"My I.D. was {ID}"),
        ("My national ID, it's 29 123 456.", f"My national ID, it's {ID}."),
        ("My ID's 29123456", f"My ID's {ID}"),
        ("Maisha namba yangu ni 29123456", f"Maisha namba yangu ni {ID}"),
        (f"kitambulisho changu ni {spelled('29123456', TARAKIMU)}",
         f"kitambulisho changu ni {ID}"),
        ("Two nine one two three four five six is my ID number.", f"{ID} is my ID number."),
        ("29123456 ndio namba ya kitambulisho", f"{ID} ndio namba ya kitambulisho"),
        ("My ID is 29123456 0722 123 456", f"My ID is {ID} 0722 123 456"),
        ("my passport is AK zero one two three four five six", f"my passport is {ID}"),
        ("my passport number is A K 0 1 2 3 4 5 6.", f"my passport number is {ID}."),
        ("passport A for apple K for Kenya 0123456", f"passport {ID}"),
        ("My KRA PIN is A double zero one two three four five six seven Z.",
         f"My KRA PIN is {ID}."),
        ("The KRA pin of our firm is P 051 234 567 Q", f"The KRA pin of our firm is {ID}"),
        ("A001234567Z, that is it", f"{ID}, that is it"),
        ("The PIN is 4 3 2 1.", f"The PIN is {CODE}."),
        ("My M-Pesa PIN is one two three four", f"My M-Pesa PIN is {CODE}"),
        ("PIN 1234, 0722 123 456", f"PIN {CODE}, 0722 123 456"),
        ("the one-time password they sent me is 482910",
         f"the one-time password they sent me is {CODE}"),
        ("The code they sent is 48 29 10", f"The code they sent is {CODE}"),
        ("the three digits at the back are one two three",
         f"the three digits at the back are {CODE}"),
        ("namba yangu ya siri ni 1234", f"namba yangu ya siri ni {CODE}"),
        ("security code: 123", f"security code: {CODE}"),
        ("nambari ya siri ni moja mbili tatu nne", f"nambari ya siri ni {CODE}"),
    ],
)  # fmt: skip
def test_ids_and_codes_are_known_by_the_words_before_them(text: str, left: str) -> None:
    assert redacted(text) == left
    assert without_cards(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "I'd say 23456789 shillings.",
        "The ID is 0722000100.",
        "My case number is 23456789.",
        "I lost my ID, and you can ring me on 0722 000 100.",
        "She did 12345678 of them.",
        "my ID is zero seven two two one two three four five six",
        "Call a 722 123 456, I think.",
        "My passport is at 123456 Kenyatta Avenue.",
        "The M-Pesa code is QGH7X1Y2Z3.",  # no secret: by it the office finds the payment
        "The M-Pesa confirmation code is S K L 4 5 6 7 8 9 A.",
        "Paybill 522522, account 0722123456, and I paid 15000.",
        "Sifuri saba mbili mbili moja mbili tatu nne tano sita.",
        "plus two five four seven two two one two three four five six",
    ],
)
def test_what_only_looks_like_an_id_stays(text: str) -> None:
    assert redacted(text) == text


def test_a_card_told_in_four_turns_is_found() -> None:
    turns = ["It is 4111.", "1111", "and then 1111", "1111, got it?", "Call 0722 000 100."]
    assert [redacted(turn) for turn in turns] == turns
    assert "1111" not in "".join(redacted_together(turns))
    assert redacted_together(turns)[-1] == turns[-1]


def test_a_card_told_piece_by_piece_leaves_no_piece() -> None:
    turns = ["My card is 4111", "1111", "1111", "1111. Got it?", "Ring me on 0722 000 100."]
    left = redacted_together(turns)
    assert left == [f"My card is {CARD}", CARD, CARD, f"{CARD}. Got it?", turns[-1]]
    assert redacted_together(left) == left


def test_an_id_told_in_pieces_is_found() -> None:
    turns = ["My ID is two nine", "one two three,", "four five six.", "I live in Kileleshwa."]
    assert [redacted(turn) for turn in turns] == turns
    assert redacted_together(turns) == [f"My ID is {ID}", ID, f"{ID}.", turns[-1]]


def test_an_id_does_not_grow_into_the_next_turn() -> None:
    turns = ["My ID is 29123456.", "2 4 5 is the house number.", "0722 123 456."]
    assert redacted_together(turns) == [f"My ID is {ID}.", *turns[1:]]


@pytest.mark.parametrize(
    ("asked", "said", "left"),
    [
        ("What is your ID number, please?", "Two nine one two three four five six.", f"{ID}."),
        ("Thank you. Naomba namba ya kitambulisho chako?", "Ni 29123456", f"Ni {ID}"),
        ("And the passport?", "Yes, it's A K 0123456", f"Yes, it's {ID}"),
        ("What is your ID number?", "Call me on 0722 123 456", "Call me on 0722 123 456"),
        ("Which ID do you have?", "I was born on 12/03/1990", "I was born on 12/03/1990"),
        ("I noted your ID. What is the case number?", "29123456", "29123456"),
        ("What is your telephone number?", "722123456", "722123456"),
    ],
)
def test_what_answers_a_question_for_an_id_is_one(asked: str, said: str, left: str) -> None:
    assert redacted_conversation([(OURS, asked), (CALLER, said)]) == [asked, left]


def test_an_id_that_is_read_back_and_put_right_is_taken_out() -> None:
    talk = [
        (CALLER, "My ID is 29123456."),
        (OURS, "I have two nine, one two three, four five seven. Is that right?"),
        (CALLER, "No, 2 9 1 2 3 4 5 6."),
        (OURS, "Thank you. And your telephone number?"),
        (CALLER, "0722 123 456."),
    ]
    left = redacted_conversation(talk)
    assert left == [
        f"My ID is {ID}.",
        f"I have {ID}. Is that right?",
        f"No, {ID}.",
        talk[3][1],
        talk[4][1],
    ]
    again = [(who, text) for (who, _), text in zip(talk, left, strict=True)]
    assert redacted_conversation(again) == left


def test_turns_that_hold_nothing_stay_as_they_are() -> None:
    turns = ["Good morning.", "", "My number is 0722 000 100.", "Yes."]
    assert redacted_together(turns) == turns
    assert redacted_together([]) == []


@given(st.text(max_size=300))
def test_any_text_can_be_redacted_and_twice_is_once(text: str) -> None:
    once = redacted(text)
    assert redacted(once) == once


@given(st.lists(st.text(alphabet="0123456789 ,.-onetw\n", max_size=40), max_size=6))
def test_as_many_turns_come_back(texts: list[str]) -> None:
    assert len(redacted_together(texts)) == len(texts)


@given(st.lists(st.tuples(st.sampled_from(list(Speaker)), st.sampled_from(
    ["My ID is 29123456.", "two nine one", "2345", "Your ID?", "4111 1111", "11111111", "0722",
     "is my ID", "PIN", "A", "and", "29123456 is my ID number", "Thank you."]
)), max_size=8))  # fmt: skip
def test_a_conversation_redacted_twice_is_once(talk: list[tuple[Speaker, str]]) -> None:
    left = redacted_conversation(talk)
    again = [(who, text) for (who, _), text in zip(talk, left, strict=True)]
    assert redacted_conversation(again) == left


def test_a_long_turn_costs_little() -> None:
    text = "I am calling about the lease of my shop, number 12, since 1998. " * 100
    begun = time.process_time()
    for _ in range(20):
        redacted(text)
    assert (time.process_time() - begun) / 20 < 0.05  # 6,400 characters; a turn has a hundred
