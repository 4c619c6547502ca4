"""An office's versions: what each changed and who did it, and bringing an earlier one back."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Iterator, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from mapokezi.desk.office.faults import Elsewhere, elsewhere
from mapokezi.desk.office.forms import Texts
from mapokezi.desk.office.standing import (
    Standing,
    by_of,
    in_words,
    missing,
    office_page,
    pairs,
    saved,
    sent_by,
    since,
    standing,
)
from mapokezi.desk.office.words import Change, changes
from mapokezi.desk.settings import DeskParts
from mapokezi.errors import MapokeziError
from mapokezi.records.audit import Deed
from mapokezi.records.office_version import OfficeVersion
from mapokezi.stores.office_files import OfficeFilesWrong
from mapokezi.stores.office_folder import FILES, FolderChangedError

_A_PAGE = 20
_LOOKED_BACK = 12
_FOLDER = "folder"
"""Who made a version of files that were found changed: see `OfficeVersion.who`."""


async def show(request: Request) -> Response:
    """List the versions, the latest first; ``?before=`` turns the page."""
    parts: DeskParts = request.app.state.parts
    stands = await standing(request)
    if stands is None:
        return await missing(request, "office", {})
    asked = request.query_params.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) < 10 else None
    found = await parts.versions.history(stands.office.id, _A_PAGE + 1, before=before)

    def told() -> list[tuple[OfficeVersion, str, tuple[Change, ...] | None]]:
        return [
            (one, in_words(one.who), None if files is None else changes(files, one.files))
            for one, files in pairs(found)
        ]

    listed = (await asyncio.to_thread(told))[:_A_PAGE]
    older = listed[-1][0].number if len(found) > _A_PAGE else 0
    return await office_page(request, "office_history.html", stands, versions=listed, older=older)


async def show_one(request: Request) -> Response:
    """Show one version: what it changed, and what would change if it were brought back."""
    stands = await standing(request)
    version = await _version(request)
    if stands is None or version is None:
        return await missing(request, "version", {})
    return await _show_one(request, stands, version)


async def bring_back(request: Request) -> Response:
    """Make an office what a version of it was: a new version with the old contents."""
    parts: DeskParts = request.app.state.parts
    sent = await sent_by(request)
    stands = await standing(request)
    version = await _version(request)
    if sent is None or stands is None or version is None:
        return await missing(request, "version", sent)
    if sent.get("base") != stands.digest:
        return await _show_one(request, stands, version, base=sent.get("base", ""))
    who = by_of(request, stands, sent)[1]
    try:
        office = await parts.editing.save(stands.office.id, stands.texts, version.files, who)
    except FolderChangedError:
        now = await standing(request) or stands
        return await _show_one(request, now, version, base=stands.digest)
    except OfficeFilesWrong as wrong:
        says = [elsewhere(one) for one in wrong.errors]
        return await _show_one(request, stands, version, wrong=says)
    except MapokeziError as error:
        return await _show_one(request, stands, version, why=str(error))
    return saved(request, stands, office.version, sent, Deed.BROUGHT_BACK_OFFICE)


async def taken_back(request: Request, stands: Standing) -> tuple[Change, ...]:
    """Find what the desk had changed and the folder, changed later, took back.

    Told as long as that version of the folder is the latest: a folder that was laid over the desk's
    work must not do so in silence.
    """
    parts: DeskParts = request.app.state.parts
    found = await parts.versions.history(stands.office.id, _LOOKED_BACK)
    if not found or found[0].who != _FOLDER:
        return ()
    return await asyncio.to_thread(_taken_back, found)


def _taken_back(found: tuple[OfficeVersion, ...]) -> tuple[Change, ...]:
    by_desk: dict[tuple[str, str], Change] = {}
    last: tuple[Change, ...] = ()
    for version, files in reversed(list(pairs(found))):
        last = ()
        of_version = changes(files, version.files) if files is not None else ()
        for one in of_version:
            key = (one.subject, one.label)
            set_before = by_desk.pop(key, None)
            if version.who != _FOLDER:
                by_desk[key] = one
            elif set_before is not None and one.was == set_before.now:
                last = (*last, one)
    return last


async def _version(request: Request) -> OfficeVersion | None:
    parts: DeskParts = request.app.state.parts
    office_id, number = request.path_params["office_id"], request.path_params["number"]
    if number > 2**31 - 1:
        return None
    return await parts.versions.get(office_id, number)


async def _show_one(
    request: Request,
    stands: Standing,
    version: OfficeVersion,
    base: str | None = None,
    wrong: Sequence[Elsewhere] = (),
    why: str = "",
) -> Response:
    parts: DeskParts = request.app.state.parts
    before = await parts.versions.get(version.office_id, version.number - 1)
    return await office_page(
        request,
        "office_version.html",
        stands,
        409 if base is not None else 422 if wrong or why else 200,
        version=version,
        made_by=in_words(version.who),
        made=None if before is None else changes(before.files, version.files),
        back=await asyncio.to_thread(changes, stands.texts, version.files),
        lines=list(lines_of(stands.texts, version.files)),
        is_now=stands.texts == version.files,
        meanwhile=await since(request, stands, base) if base is not None else None,
        wrong=wrong,
        why=why,
    )


def lines_of(before: Texts, after: Mapping[str, str]) -> Iterator[str]:
    """Give what differs in the files line by line, for who knows them."""
    for name in FILES:
        old, new = (texts.get(name, "").splitlines() for texts in (before, after))
        yield from difflib.unified_diff(old, new, name, name, lineterm="", n=1)
