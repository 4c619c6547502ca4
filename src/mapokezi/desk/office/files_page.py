"""An office's files as texts: for facts in Markdown, and for what no form has."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from mapokezi.desk.office.faults import Elsewhere
from mapokezi.desk.office.history_page import lines_of
from mapokezi.desk.office.standing import (
    Meanwhile,
    Standing,
    by_of,
    missing,
    office_page,
    saved,
    sent_by,
    since,
    standing,
)
from mapokezi.desk.office.words import changes
from mapokezi.desk.settings import DeskParts
from mapokezi.errors import MapokeziError
from mapokezi.records.audit import Deed
from mapokezi.stores.office_files import OfficeFileError, OfficeFilesWrong
from mapokezi.stores.office_folder import FILES, NEEDED_FILES, FolderChangedError


async def show(request: Request) -> Response:
    """Show a file's text, to be changed."""
    stands = await standing(request)
    name = request.path_params["name"]
    if stands is None or name not in FILES:
        return await missing(request, "file", {})
    return await _show(request, stands, stands.texts.get(name, ""))


async def change(request: Request) -> Response:
    """Take a file's text: show what it would change, or, once that was seen, save it."""
    parts: DeskParts = request.app.state.parts
    sent = await sent_by(request)
    stands = await standing(request)
    name = request.path_params["name"]
    if sent is None or stands is None or name not in FILES:
        return await missing(request, "file", sent)
    text = _as_kept(sent.get("text", ""))
    if sent.get("base") != stands.digest:
        meanwhile = await since(request, stands, sent.get("base", ""))
        return await _show(request, stands, text, meanwhile=meanwhile)
    after = {**stands.texts, name: text}
    if not text and name not in NEEDED_FILES:
        del after[name]
    if sent.get("step") == "edit" or after == stands.texts:
        return await _show(request, stands, text)
    try:
        errors = await parts.editing.faults(stands.office.id, after)
        if errors:
            return await _show(request, stands, text, errors)
        if sent.get("step") != "save":
            return await _review(request, stands, after, text)
        who = by_of(request, stands, sent)[1]
        office = await parts.editing.save(stands.office.id, stands.texts, after, who)
    except FolderChangedError:
        now = await standing(request) or stands
        meanwhile = await since(request, now, stands.digest)
        return await _show(request, now, text, meanwhile=meanwhile)
    except OfficeFilesWrong as wrong:
        return await _show(request, stands, text, tuple(wrong.errors))
    except MapokeziError as error:
        return await _show(request, stands, text, why=str(error))
    return saved(request, stands, office.version, sent, Deed.CHANGED_OFFICE)


def _as_kept(text: str) -> str:
    """A text as a file holds it: browsers end lines in two signs."""
    text = text.replace("\r\n", "\n").rstrip("\n")
    return f"{text}\n" if text.strip() else ""


async def _review(request: Request, stands: Standing, after: dict[str, str], text: str) -> Response:
    return await office_page(
        request,
        "office_review.html",
        stands,
        subject=None,
        changes=await asyncio.to_thread(changes, stands.texts, after),
        sent={"text": text},
        action=request.url.path,
        lines=list(lines_of(stands.texts, after)),
    )


async def _show(
    request: Request,
    stands: Standing,
    text: str,
    errors: tuple[OfficeFileError, ...] = (),
    meanwhile: Meanwhile | None = None,
    why: str = "",
) -> Response:
    name = request.path_params["name"]
    return await office_page(
        request,
        "office_file.html",
        stands,
        409 if meanwhile is not None else 422 if errors or why else 200,
        name=name,
        files=FILES,
        text=text,
        rows=min(40, text.count("\n") + 4),
        faults=[Elsewhere(str(one)) for one in errors],
        meanwhile=meanwhile,
        theirs=list(lines_of({name: text}, {name: stands.texts.get(name, "")}))
        if meanwhile is not None
        else [],
        why=why,
        action=request.url.path,
    )
