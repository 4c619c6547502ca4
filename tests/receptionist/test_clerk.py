"""Whole conversations with the clerk, as scripts."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.turns import ClerkState, Expects, Heard, Sentence
from mapokezi.units import E164

if TYPE_CHECKING:
    from tests.receptionist.conftest import Talk

_NOW = datetime.fromisoformat("2026-11-23T10:00:00+03:00")


def test_hours_then_a_message_for_a_lawyer(talk: Talk) -> None:
    talk.says("Hello.").understood("greeting")
    talk.says("What time do you open on Saturday?").understood("hours:saturday")
    talk.hears("nine in the morning", "one in the afternoon")
    talk.says("And on Sunday?").understood("hours:sunday").hears("closed")
    talk.says("I'd like to leave a message for Mr. Oceano.")
    talk.understood("start_message:brian-otieno").expects(Expects.NAME)
    talk.says("My name is Wanjiku Kamau.").understood("fill:name=Wanjiku Kamau")
    talk.says("Yes.").understood("confirm").hears("ending 4 5 6").expects(Expects.YES_NO)
    talk.says("No, use 0733-123-456.").understood("fill:number=+254733123456")
    talk.hears("0 7 3 3, 1 2 3, 4 5 6").says("Yeah.").understood("confirm")
    talk.expects(Expects.REASON).says("It's about my land case in Thika.")
    talk.understood("fill:reason=my land case in thika").expects(Expects.TIME)
    talk.says("Tomorrow at half-past two.").understood("fill:best_time=tomorrow at half past two")
    talk.hears("Wanjiku Kamau", "0 7 3 3", "land case", "half past two", "Is that right?")
    talk.says("Yes, that's right.").understood("confirm").hears_not("saved")
    talk.proposes(
        "take_message",
        name="Wanjiku Kamau",
        number="+254733123456",
        reason="my land case in Thika",
        best_time="tomorrow at half past two",
        for_person="brian-otieno",
        urgent=False,
        unsure=[],
    )
    talk.told("take_message", message_id="m-1").hears("saved")
    talk.says("No, that's all, thank you.").understood("goodbye").hears("Goodbye")
    talk.proposes("end_call")


def test_the_recognisers_own_writing_is_understood(talk: Talk) -> None:
    talk.says("Can I pay by MPECER?").understood("answer:payment")
    talk.says("What is your tail number?").understood("answer:payment")
    talk.says("Are you open on jambhuri day?").understood("hours:2026-12-12").hears("closed")
    talk.says("I'd like to leave a message from Mr. Kiprono.")
    talk.understood("start_message:daniel-kiprono")


def test_a_question_after_an_introduction(talk: Talk) -> None:
    talk.says("Hi, this is Grace Njeri.").understood("greeting")
    talk.says("I would like to leave a message.").hears("Grace Njeri").expects(Expects.YES_NO)


def test_a_turn_taken_back_costs_nothing(clerk: Clerk) -> None:
    before = clerk.begin(None, _NOW)
    cut = clerk.hear(before, Heard("I would like to"), _NOW)
    whole = clerk.hear(before, Heard("I would like to leave a message"), _NOW)
    assert cut.deed != "start_message"
    assert whole.deed == "start_message"
    assert before == clerk.begin(None, _NOW)


def test_every_factual_sentence_has_its_source(clerk: Clerk, law_office: Office) -> None:
    for fact in law_office.facts:
        for asked in fact.asked_as:
            turn = clerk.hear(clerk.begin(None, _NOW), Heard(asked), _NOW)
            if turn.deed == f"answer:{fact.id}":
                told = [one for one in turn.say if one.fact_ids == (fact.id,)]
                assert " ".join(one.text for one in told) == fact.answer.strip()


def test_the_offices_own_examples_find_their_facts(clerk: Clerk, law_office: Office) -> None:
    asked = [(fact.id, text) for fact in law_office.facts for text in fact.asked_as]
    right = 0
    for fact_id, text in asked:
        turn = clerk.hear(clerk.begin(None, _NOW), Heard(text), _NOW)
        right += turn.deed == f"answer:{fact_id}"
    assert right / len(asked) > 0.9


def test_hearing_takes_less_than_five_milliseconds(clerk: Clerk) -> None:
    lines = [
        "I would like to leave a message for Mr. Oceano",
        "My name is a cheating oatmeal",
        "no it's Achieng Odhiambo",
        "A c h i e n g",
        "yes",
        "Plus 254 733 810 992",
        "yes",
        "my employer has not paid my salary for the last three months",
        "tomorrow at quarter past ten",
    ]
    state = clerk.begin(E164("+254722123456"), _NOW)
    took: list[float] = []
    for line in lines * 3:
        started = time.process_time()
        state = clerk.hear(state, Heard(line), _NOW).state
        took.append(time.process_time() - started)
    took.sort()
    assert took[len(took) // 2] < 0.005


_LINES = st.sampled_from(
    [
        "yes", "no", "okay", "hold on", "sorry?", "", "blah blah", "a person please",
        "leave a message", "my name is Otieno", "Otae nl", "0722 123", "456", "0715-223-41",
        "what time do you open", "where are you", "my brother has been arrested", "never mind",
        "will I win my case", "do you sell shoes", "is Mrs Kamau in", "the name is wrong",
        "tomorrow", "are you a robot", "thank you", "speak to Mr Oceano",
    ]
)  # fmt: skip
_TOLD = st.sampled_from(
    [
        ("take_message", {"message_id": "m-1"}),
        ("take_message", {"status": "failed"}),
        ("hand_over", {"status": "refused", "say": "The office is closed."}),
        ("hand_over", {"status": "connecting"}),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(_LINES, _TOLD), max_size=25), st.booleans())
def test_no_conversation_gets_stuck(
    clerk: Clerk, steps: list[str | tuple[str, dict[str, str]]], withheld: bool
) -> None:
    """Whatever is said: no error, no prompt three times on end, nothing claimed that is not so."""
    state: ClerkState = clerk.begin(None if withheld else E164("+254722123456"), _NOW)
    said: list[tuple[Sentence, ...]] = []
    for step in steps:
        if isinstance(step, str):
            turn = clerk.hear(state, Heard(step), _NOW)
            assert not any("is saved" in one.text for one in turn.say)
            assert not any("am connecting" in one.text for one in turn.say)
        else:
            turn = clerk.told(state, step[0], step[1], _NOW)
        state = turn.state
        assert "{" not in " ".join(one.text for one in turn.say)
        if turn.say and not any(one.fact_ids for one in turn.say):
            said.append(turn.say)
            assert len(said) < 3 or not said[-1] == said[-2] == said[-3]
