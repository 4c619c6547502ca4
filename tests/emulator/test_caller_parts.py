"""What a reactive caller says to what it hears, with words as the recogniser writes them."""

from __future__ import annotations

import pytest
from tests.fakes.ruled_part import Answer, RuledPart

from mapokezi.emulator.caller_parts import MessageLeaver, Visitor

MARY = Visitor(
    name="Mary Wairimu",
    number="+254722345678",
    said_number="Zero seven two two, three four five, six seven eight.",
    reason="It is about my plot.",
    best_time="Tomorrow morning.",
    openings=("Are you open on Saturday?", "I would like to leave a message for Brian Otieno."),
)


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

    def test_a_name_is_told_though_the_question_mark_was_not_heard(self) -> None:
        part = MessageLeaver(Visitor("Mary Wairimu", "+254722123456", openings=()))
        heard = "I can take a message for them. May I have your full name, please."
        assert part.reply(heard) == "My name is Mary Wairimu."

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

    def test_what_is_not_understood_is_asked_for_twice_and_then_given_up(self) -> None:
        part = MessageLeaver(Visitor(name="Mary Wairimu", number="+254722345678", openings=()))
        said = [part.reply("Waremooth belle write") for _ in range(3)]
        assert said == ["Sorry, could you say that again?"] * 2 + ["Never mind. Goodbye."]
        assert part.is_over

    def test_a_saved_message_ends_the_visit(self) -> None:
        part = MessageLeaver(Visitor(name="Mary Wairimu", number="+254722345678", openings=()))
        assert part.reply("Thank you. Your message is saved.") == "Thank you. Goodbye."

    @pytest.mark.parametrize(
        ("heard", "said"),
        [
            ("0722-34. Please go on.", "five, six, seven, eight."),
            ("0, 7, 2. Please go on.", "two, three, four, five, six, seven, eight."),
        ],
    )
    def test_the_rest_of_a_number_is_said_when_asked_to_go_on(self, heard: str, said: str) -> None:
        part = MessageLeaver(MARY)
        assert part.reply(heard) == said
        assert said in part.lines()

    def test_a_number_that_begins_wrongly_is_said_anew(self) -> None:
        wrong = MessageLeaver(MARY).reply("801-115. Please go on.")
        assert wrong is not None
        assert wrong.startswith("No. The number is zero, seven, two")

    def test_asked_for_yes_or_no_it_says_what_it_last_meant(self) -> None:
        part = MessageLeaver(MARY)
        part.reply("May I have your name?")
        part.reply("I have James Abbey. Is that right?")
        assert part.reply("Please say yes or no.") == "No."
        part.reply("I have Mary Waremoe. Is that right?")
        assert part.reply("Please say yes or no.") == "Yes, that is right."

    def test_a_name_told_to_be_unsure_is_left_at_that(self) -> None:
        part = MessageLeaver(MARY)
        part.reply("May I have your name?")
        heard = "From James Abbey on 0722-345-678. I have marked the name as not sure. Right?"
        assert part.reply(heard) == "Yes, that is right."

    def test_a_spelled_name_is_checked_even_if_the_question_is_lost(self) -> None:
        part = MessageLeaver(MARY)
        part.reply("May I have your name?")
        said = part.reply("I have Mary Waremoe, spelled W-A-R-E-M-U always that write.")
        assert said is not None
        assert said.startswith("No. My name is")
