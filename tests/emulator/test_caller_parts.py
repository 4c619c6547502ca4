"""What a reactive caller says to what it hears, with words as the recogniser writes them."""

from __future__ import annotations

import pytest

from mapokezi.emulator.caller_parts import (
    Answer,
    MessageLeaver,
    RuledPart,
    Visitor,
    digits_in,
    name_was_read,
    number_was_read,
    spelled_in,
)

MARY = Visitor(
    name="Mary Wairimu",
    number="+254722345678",
    said_number="Zero seven two two, three four five, six seven eight.",
    reason="It is about my plot.",
    best_time="Tomorrow morning.",
    openings=("Are you open on Saturday?", "I would like to leave a message for Brian Otieno."),
)


class TestNumbers:
    @pytest.mark.parametrize(
        ("words", "digits"),
        [
            ("0722-345-678", "0722345678"),
            ("Zero seven double two, three four five", "0722345"),
            ("oh seven triple five", "07555"),
            ("I have 0722, 345, six seven eight. Is that right?", "0722345678"),
            ("double nine, double oh", "9900"),
            ("no digits at all", ""),
        ],
    )
    def test_digits_are_read_in_all_forms(self, words: str, digits: str) -> None:
        assert digits_in(words) == digits

    def test_a_number_counts_by_its_last_nine_digits(self) -> None:
        assert number_was_read("plus 254 722 345 678, right?", "+254722345678")
        assert number_was_read("0722-345-678.", "+254722345678")
        assert not number_was_read("0722-345-679.", "+254722345678")
        assert not number_was_read("0722-345-67.", "+254722345678")


class TestNames:
    @pytest.mark.parametrize(
        ("heard", "name"),
        [  # what moonshine wrote for these names, spoken by hibari over the line
            ("I have Mary Waremoe. Is that right?", "Mary Wairimu"),
            ("I have James Kareyuki. Is that right?", "James Kariuki"),
            ("I have grace a cane. Is that right?", "Grace Akinyi"),
            ("I have Joseph Mutezo. Is that right?", "Joseph Mutiso"),
            ("I have Kevin Ottjing. Is that right?", "Kevin Ochieng"),
            ("I have Dennis Wecca, sir. Is that right?", "Dennis Wekesa"),
            ("I have Lucy and I am Bira. Is that right?", "Lucy Nyambura"),
            ("I have Moses Kiplegat. Is that right?", "Moses Kiplagat"),
        ],
    )
    def test_a_name_is_known_by_its_sound(self, heard: str, name: str) -> None:
        assert name_was_read(heard, name)
        others = ["Mary Wairimu", "Grace Akinyi", "Lucy Nyambura", "Dennis Wekesa"]
        assert not any(name_was_read(heard, other) for other in others if other != name)

    def test_one_wrong_part_is_a_wrong_name(self) -> None:
        assert not name_was_read("I have James Abbey. Is that right?", "James Kariuki")
        assert not name_was_read("I have Mary Mutezo. Is that right?", "Mary Wairimu")

    def test_spelled_letters_count_exactly(self) -> None:
        spelled = "Let me spell that. M-a-r-y-w-a-i-r-i-m-u-a-set right."
        assert spelled_in(spelled).startswith("marywairimu")
        assert name_was_read(spelled, "Mary Wairimu")
        assert name_was_read("W, A, I, R, I, M, U. Is that right?", "Mary Wairimu")
        assert not name_was_read("M-a-r-y-w-a-r-r-i-m-u is that right.", "Mary Wairimu")

    def test_words_of_one_letter_are_no_spelling(self) -> None:
        assert spelled_in("I have a message.") == ""


class TestRuledPart:
    def test_answers_come_in_turn_and_the_last_stays(self) -> None:
        part = RuledPart((Answer("name", ("Mary.", "Mary Wairimu.")),))
        replies = [part.reply("your name?") for _ in range(3)]
        assert replies == ["Mary.", "Mary Wairimu.", "Mary Wairimu."]
        assert set(part.lines()) >= {"Mary.", "Mary Wairimu.", part.farewell}

    def test_it_says_farewell_once_and_is_over(self) -> None:
        part = RuledPart((), otherwise=("Hello.",))
        assert part.reply("good day") == "Hello."
        said = [(part.reply("good day"), part.is_over) for _ in range(2)]
        assert said == [(part.farewell, True), (None, True)]
        assert part.reply("good day") is None

    def test_it_never_goes_on_for_ever(self) -> None:
        part = RuledPart((Answer("again", ("Again.",)),), max_turns=5)
        for _ in range(5):
            assert part.reply("again") == "Again."
        assert part.is_over


class TestMessageLeaver:
    def test_a_whole_message(self) -> None:
        part = MessageLeaver(MARY)
        script = [
            ("Good day. I am the automated receptionist. How can I help you?", MARY.openings[0]),
            ("We are open from 9 to 1. Can I help you with anything else?", MARY.openings[1]),
            ("Certainly. May I have your full name, please?", "My name is Mary Wairimu."),
            ("I have Mary Waremoe. Is that right?", "Yes, that is right."),
            ("What is the best number to reach you on?", MARY.said_number),
            ("I have 0722-345-678. Is that correct?", "Yes, that is right."),
            ("What is the message about?", MARY.reason),
            ("When is a good time to call you back?", MARY.best_time),
            ("Mary Waremoe, 0722-345-678, about your plot. Is that right?", "Yes, that is right."),
            ("Your message is saved. Is there anything else?", "No, thank you. That is all."),
            ("Thank you for calling. Goodbye.", None),
        ]
        for heard, said in script:
            assert part.reply(heard) == said
        assert part.is_over
        assert {said for _, said in script if said} <= set(part.lines())

    def test_what_is_read_back_wrongly_is_put_right(self) -> None:
        part = MessageLeaver(MARY)
        assert part.reply("May I have your name?") == "My name is Mary Wairimu."
        wrong = part.reply("I have James Abbey. Is that right?")
        assert wrong is not None
        assert wrong.startswith("No. My name is Mary Wairimu. I spell it. M, A, R, Y")
        assert part.reply("Your number, please?") == MARY.said_number
        wrong = part.reply("I have 0722-345-679. Is that right?")
        assert wrong is not None
        assert wrong.startswith("No. The number is zero, seven, two")
        assert {wrong} <= set(part.lines())

    def test_it_spells_when_asked(self) -> None:
        part = MessageLeaver(MARY)
        spelled = part.reply("Could you spell your name for me?")
        assert spelled == "M, A, R, Y, W, A, I, R, I, M, U"

    def test_it_repeats_itself_when_not_understood(self) -> None:
        part = MessageLeaver(MARY)
        first = part.reply("How can I help you?")
        assert part.reply("Sorry, I did not catch that.") == first

    def test_a_second_question_for_the_number_gets_it_digit_by_digit(self) -> None:
        part = MessageLeaver(MARY)
        assert part.reply("What is your number?") == MARY.said_number
        again = part.reply("Please tell me the number once more.")
        assert again == "zero, seven, two, two, three, four, five, six, seven, eight."

    def test_after_too_many_wrong_readings_it_gives_up(self) -> None:
        part = MessageLeaver(MARY, refusals=2)
        part.reply("What is your number?")
        said = [part.reply("I have 0700-000-000. Is that right?") for _ in range(3)]
        assert said[-1] == "Never mind. Goodbye."
        assert part.is_over
