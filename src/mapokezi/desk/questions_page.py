"""What callers asked and could not be answered: gathered, answered once, and then a fact."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from mapokezi.bridge import clock
from mapokezi.calls import OfficeId
from mapokezi.desk.door import COOKIE
from mapokezi.desk.forms import WHO, FormTooLarge, read_form, remember, said_by
from mapokezi.desk.pages import names_of, page
from mapokezi.desk.settings import DeskParts
from mapokezi.desk.trail import label_of, note
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.asked_alike import AskedAlike, asked_alike
from mapokezi.records.audit import Deed
from mapokezi.records.open_questions import Answer, QuestionId, SettleQuestions

_CHOSEN = re.compile(r"question-\d+")
_MOST_CHOSEN = 8
"""More are shown as a number; they go with those that are."""


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was sent and not taken, so that nobody has to type it again."""

    ids: frozenset[QuestionId]
    title: str
    answer: str
    ways: str
    why: str


async def show(request: Request) -> Response:
    """Show what is open, what was asked most first; ``?answered`` what was settled."""
    return await _show(request)


async def answer(request: Request) -> Response:
    """Somebody answers: a fact from now on."""
    parts: DeskParts = request.app.state.parts
    office = parts.offices.get(OfficeId(request.path_params["office_id"]))
    form = await _form(request)
    if office is None or form is None:
        return await _no(request, form)
    by = said_by(request, form)
    called = names_of(office).get(by, by)
    visit = label_of(request.cookies.get(COOKIE))
    given = Answer(
        office_id=office.id,
        question_ids=_ids(form),
        title=form.get("title", ""),
        answer=form.get("answer", ""),
        asked_as=tuple(form.get("ways", "").splitlines()),
        by=called,
        who=f"desk {visit} {called}",
    )
    try:
        fact_id = await parts.answer(given)
    except MapokeziError as error:
        typed = _Typed(
            frozenset(given.question_ids),
            given.title,
            given.answer,
            form.get("ways", ""),
            str(error),
        )
        return await _show(request, typed)
    note(request, Deed.ANSWERED_QUESTIONS, fact_id)
    return _done(by)


async def put_aside(request: Request) -> Response:
    """These are not to be answered."""
    parts: DeskParts = request.app.state.parts
    office = parts.offices.get(OfficeId(request.path_params["office_id"]))
    form = await _form(request)
    if form is None:
        return await _no(request, form)
    by = said_by(request, form)
    settled = SettleQuestions(_ids(form), names_of(office).get(by, by), clock.wall())
    await parts.keeper.commit(settled)
    note(request, Deed.PUT_QUESTIONS_ASIDE)
    return _done(by)


async def _show(request: Request, typed: _Typed | None = None) -> Response:
    parts: DeskParts = request.app.state.parts
    note(request, Deed.READ_QUESTIONS)
    is_answered = "answered" in request.query_params
    listed = () if is_answered else await parts.questions.open()
    groups: tuple[AskedAlike, ...] = await asyncio.to_thread(asked_alike, listed)
    return page(
        request,
        "questions.html",
        status_code=422 if typed is not None else 200,
        groups=groups,
        settled=await parts.questions.settled() if is_answered else (),
        is_answered=is_answered,
        most=_MOST_CHOSEN,
        typed=typed,
        offices=parts.offices,
        who=said_by(request, {}) if WHO in request.cookies else "",
        unread=await parts.messages.unread(),
    )


def _ids(form: Mapping[str, str]) -> tuple[QuestionId, ...]:
    chosen = [value for name, value in form.items() if _CHOSEN.fullmatch(name)]
    return tuple(QuestionId(one) for one in (*chosen, *form.get("ids", "").split()))


async def _form(request: Request) -> dict[str, str] | None:
    try:
        return await read_form(request)
    except FormTooLarge:
        return None


async def _no(request: Request, form: Mapping[str, str] | None) -> Response:
    if form is None:
        return PlainTextResponse("That is too long.\n", status_code=413)
    parts: DeskParts = request.app.state.parts
    unread = await parts.messages.unread()
    return page(request, "missing.html", status_code=404, what="office", unread=unread)


def _done(by: str) -> Response:
    response = RedirectResponse("/questions", status_code=303)
    remember(response, by)
    return response
