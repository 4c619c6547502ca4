"""What the staff have to do: the list, one task, and the buttons that take it and finish it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from mapokezi.bridge import clock
from mapokezi.desk.forms import WHO, FormTooLarge, read_form, remember, said_by
from mapokezi.desk.pages import page
from mapokezi.desk.settings import DeskParts
from mapokezi.desk.trail import note
from mapokezi.records.audit import Deed
from mapokezi.records.lists import PageMark, PageMarkError
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.records.tasks import (
    CommentTask,
    MoveTask,
    Task,
    TaskDeed,
    TaskDeedRefused,
    TaskFilter,
    TaskId,
    moved,
)
from mapokezi.units import E164

_MOST_COMMENT = 2_000


async def show(request: Request) -> Response:
    """List tasks: those to be done by when they are due, ``?done`` those done, the latest first."""
    parts: DeskParts = request.app.state.parts
    mark = request.query_params.get("after")
    try:
        after = PageMark.read(mark) if mark else None
    except PageMarkError:
        after = None
    is_done = "done" in request.query_params
    owner = request.query_params.get("owner") or None
    note(request, Deed.READ_MESSAGES)
    now = clock.wall()
    listed, following = await parts.tasks.page(TaskFilter(owner=owner, is_open=not is_done), after)
    return page(
        request,
        "tasks.html",
        tasks=listed,
        messages=await _messages_of(parts, listed),
        callers=await _callers_of(parts, listed),
        after=following,
        is_done=is_done,
        owner=owner,
        counts=await parts.tasks.counts(now),
        now=now,
        offices=parts.offices,
        troubles=parts.troubles(),
        unread=await parts.messages.unread(),
    )


async def show_one(request: Request) -> Response:
    """Show a task, what it is about, and what the staff have written to it."""
    return await _one(request, TaskId(request.path_params["task_id"]))


async def take(request: Request) -> Response:
    """Somebody takes a task."""
    return await _move(request, TaskDeed.TAKE)


async def put_back(request: Request) -> Response:
    """Nobody does it just now, or it was not done after all."""
    return await _move(request, TaskDeed.PUT_BACK)


async def finish(request: Request) -> Response:
    """It is done."""
    return await _move(request, TaskDeed.FINISH)


async def comment(request: Request) -> Response:
    """Somebody writes something to a task."""
    parts: DeskParts = request.app.state.parts
    task_id = TaskId(request.path_params["task_id"])
    try:
        form = await read_form(request)
    except FormTooLarge:
        return PlainTextResponse("That is too long.\n", status_code=413)
    text = form.get("text", "").strip()[:_MOST_COMMENT]
    by = said_by(request, form)
    if await parts.tasks.get(task_id) is None:
        return await _missing(request)
    if text:
        await parts.keeper.commit(CommentTask(task_id, by, text, clock.wall()))
    return _back(request, task_id, by)


async def _move(request: Request, deed: TaskDeed) -> Response:
    parts: DeskParts = request.app.state.parts
    task_id = TaskId(request.path_params["task_id"])
    try:
        form = await read_form(request)
    except FormTooLarge:
        return PlainTextResponse("That is too long.\n", status_code=413)
    found = await parts.tasks.get(task_id)
    if found is None:
        return await _missing(request)
    by = said_by(request, form)
    move = MoveTask(task_id, deed, by, clock.wall())
    try:
        moved(found.task, move)
    except TaskDeedRefused as refused:
        return await _one(request, task_id, refused=str(refused), status_code=409)
    await parts.keeper.commit(move)
    return _back(request, task_id, by)


async def _one(
    request: Request, task_id: TaskId, *, refused: str = "", status_code: int = 200
) -> Response:
    parts: DeskParts = request.app.state.parts
    found = await parts.tasks.get(task_id)
    if found is None:
        return await _missing(request)
    task = found.task
    note(request, Deed.READ_MESSAGES, task.call_id)
    callers = await _callers_of(parts, (task,))
    messages = await _messages_of(parts, (task,))
    return page(
        request,
        "task.html",
        status_code=status_code,
        task=task,
        comments=found.comments,
        message=messages.get(task.task_id),
        caller=callers.get(task.task_id),
        notes=await parts.call_notes.get(task.call_id),
        office=parts.offices.get(task.office_id),
        who=unquote(request.cookies.get(WHO, "")),
        refused=refused,
        now=clock.wall(),
        unread=await parts.messages.unread(),
    )


async def _missing(request: Request) -> Response:
    parts: DeskParts = request.app.state.parts
    unread = await parts.messages.unread()
    return page(request, "missing.html", status_code=404, what="task", unread=unread)


def _back(request: Request, task_id: TaskId, by: str) -> Response:
    to_list = "list" in request.query_params
    response = RedirectResponse("/tasks" if to_list else f"/tasks/{task_id}", status_code=303)
    remember(response, by)
    return response


async def _messages_of(parts: DeskParts, tasks: Sequence[Task]) -> dict[TaskId, MessageRecord]:
    found = {}
    for task in tasks:
        if task.message_id is not None:
            message = await parts.messages.get(MessageId(task.message_id))
            if message is not None:
                found[task.task_id] = message
    return found


async def _callers_of(parts: DeskParts, tasks: Sequence[Task]) -> dict[TaskId, E164]:
    """The numbers that rang, of tasks without a message."""
    found = {}
    for task in tasks:
        if task.message_id is None:
            call = await parts.calls.get(task.call_id)
            if call is not None and call.call.caller is not None:
                found[task.task_id] = call.call.caller
    return found
