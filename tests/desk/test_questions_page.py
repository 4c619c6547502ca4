"""What could not be answered: gathered on a page, answered there once, and then a fact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.desk.conftest import ARRIVED, HOST

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.open_questions import OpenQuestion, QuestionId, SaveQuestion
from mapokezi.units import Milliseconds

if TYPE_CHECKING:
    from tests.desk.conftest import Desk

OpenPage = Callable[[str], str]
LAW_OFFICE = OfficeId("law-office")
WEDDINGS = ("Do you do weddings?", "Can you do a wedding for us on a boat?")


def ask(desk: Desk, *said: str) -> list[OpenQuestion]:
    """Questions of as many calls, each a minute after the one before."""
    asked = [
        OpenQuestion(
            QuestionId(f"c-{number}.t-1"),
            CallId(f"c-{number}"),
            LAW_OFFICE,
            ARRIVED + timedelta(minutes=number),
            Milliseconds(20_000),
            words,
        )
        for number, words in enumerate(said)
    ]
    desk.keep(*map(SaveQuestion, asked))
    return asked


def send(desk: Desk, path: str, **form: str) -> tuple[int, str]:
    answer = desk.browser.post(path, data=form, headers={"origin": HOST})
    return answer.status_code, " ".join(answer.text.split())


FORM = {
    "title": "Weddings",
    "answer": "Yes, we register weddings on Fridays.",
    "ways": "Do you do weddings?\nis there a <b>wedding</b> service\n",
    "who": "brian-otieno",
}


def test_what_asks_for_the_same_stands_together_and_leads_to_its_calls(
    desk: Desk, text_of: OpenPage
) -> None:
    assert "Nothing open" in text_of("/questions")
    ask(desk, "Are you <b>hiring</b>?", *WEDDINGS)
    text = text_of("/questions")
    assert text.count("<article") == 2
    assert text.index("Can you do a wedding") < text.index("hiring"), "asked more often"
    assert "Asked in 2 calls" in text
    assert "<b>hiring</b>" not in text
    assert 'href="/calls/c-2?from=12.0#heard"' in text
    assert desk.deeds()[0] == ("read_questions", "")


def test_answered_once_it_is_a_fact_of_the_offices(desk: Desk, text_of: OpenPage) -> None:
    first, second = ask(desk, *WEDDINGS)
    form = {**FORM, "question-1": second.question_id, "ids": first.question_id}
    status, text = send(desk, "/questions/law-office/answer", **form)
    assert (status, "Nothing open" in text) == (200, True)
    assert "## Weddings {#weddings}" in (desk.office_folder / "facts.md").read_text("utf-8")
    version, before = desk.portal.call(desk.database.office_versions.history, LAW_OFFICE)
    assert before.who == "folder", "what stood before is kept, too"
    assert version.who.startswith("desk ")
    assert version.who.endswith("Brian Otieno")
    settled = text_of("/questions?answered")
    assert settled.count("Yes, we register weddings on Fridays.") == 2
    assert "Brian Otieno, " in settled
    assert ("answered_questions", "weddings") in desk.deeds()


def test_of_those_together_only_the_chosen_are_answered(desk: Desk) -> None:
    first, _second = ask(desk, *WEDDINGS)
    send(desk, "/questions/law-office/answer", **{**FORM, "question-2": first.question_id})
    (left,) = desk.portal.call(desk.database.questions.open)
    assert left.words == WEDDINGS[1]


def test_what_is_no_fact_is_told_and_need_not_be_typed_again(desk: Desk) -> None:
    (asked,) = ask(desk, WEDDINGS[0])
    before = (desk.office_folder / "facts.md").read_bytes()
    form = {**FORM, "ways": "one way", "question-1": asked.question_id}
    status, text = send(desk, "/questions/law-office/answer", **form)
    assert status == 422
    assert "two at least are needed" in text
    assert FORM["answer"] in text
    assert (desk.office_folder / "facts.md").read_bytes() == before
    assert len(desk.portal.call(desk.database.questions.open)) == 1


def test_what_is_not_to_be_answered_is_put_aside(desk: Desk, text_of: OpenPage) -> None:
    (asked,) = ask(desk, "Are you married?")
    status, text = send(
        desk, "/questions/law-office/put-aside", who="me", **{"question-1": asked.question_id}
    )
    assert (status, "Nothing open" in text) == (200, True)
    assert "Put aside." in text_of("/questions?answered")
    assert (desk.office_folder / "facts.md").read_text("utf-8").count("Answered on") == 0


def test_other_offices_other_sites_and_too_much_are_turned_away(desk: Desk) -> None:
    assert send(desk, "/questions/no-such/answer", **FORM)[0] == 404
    assert desk.send("/questions/law-office/answer", origin="https://elsewhere.example") == 403
    assert send(desk, "/questions/law-office/answer", answer="x" * 70_000)[0] == 413


def test_a_question_of_an_office_that_is_served_no_more_can_be_put_aside(
    desk: Desk, text_of: OpenPage
) -> None:
    (asked,) = ask(desk, "Are you hiring?")
    gone = replace(asked, question_id=QuestionId("x"), office_id=OfficeId("gone"))
    desk.keep(SaveQuestion(gone))
    assert text_of("/questions").count("Make it a fact") == 1
    send(desk, "/questions/gone/put-aside", ids="x")
    assert len(desk.portal.call(desk.database.questions.open)) == 1
