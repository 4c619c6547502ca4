"""An office as it stands when a page of it is asked for, and what all its pages do alike."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from mapokezi.bridge import clock
from mapokezi.calls import OfficeId
from mapokezi.desk.door import COOKIE
from mapokezi.desk.forms import NOBODY, WHO, FormTooLarge, read_form, remember, said_by
from mapokezi.desk.office.forms import Texts, Values, values_of
from mapokezi.desk.office.kinds import Known
from mapokezi.desk.office.words import Change, changes, digest_of, known_of
from mapokezi.desk.pages import names_of, page
from mapokezi.desk.settings import DeskParts
from mapokezi.desk.trail import label_of, note
from mapokezi.receptionist.hours import local_time
from mapokezi.receptionist.office import Office
from mapokezi.records.audit import Deed
from mapokezi.records.office_version import OfficeVersion
from mapokezi.stores.facts_added import NewFact

_MOST_FIELDS = 2_000
_MOST_BYTES = 512 * 1024
"""Three hundred facts as one text."""
_LOOKED_BACK = 50
"""Versions in which the one is sought on which a form was opened."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An office, its files, and who is asking."""

    office: Office
    texts: Texts
    values: Values
    known: Known
    digest: str


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What others have changed since a form was opened."""

    then: Texts | None
    """The files of that time; None: they are not known any more."""
    changes: tuple[Change, ...]
    who: tuple[str, ...]


async def standing(request: Request) -> Standing | None:
    """Read the office that a request is about; None if there is none."""
    parts: DeskParts = request.app.state.parts
    office = parts.offices.get(OfficeId(request.path_params["office_id"]))
    if office is None:
        return None
    texts = await parts.editing.texts(office.id)
    values = await asyncio.to_thread(values_of, texts)
    known = known_of(values, parts.editing.models, parts.editing.ways)
    return Standing(office, texts, values, known, digest_of(texts))


async def sent_by(request: Request) -> dict[str, str] | None:
    """Read a form of an office; None if it is none of ours."""
    try:
        return await read_form(request, _MOST_FIELDS, _MOST_BYTES)
    except FormTooLarge:
        return None


async def missing(request: Request, what: str, sent: Mapping[str, str] | None) -> Response:
    """Say that there is no such thing, or that what was sent is too long."""
    if sent is None:
        return PlainTextResponse("That is too long.\n", status_code=413)
    parts: DeskParts = request.app.state.parts
    unread = await parts.messages.unread()
    return page(request, "missing.html", status_code=404, what=what, unread=unread)


async def office_page(
    request: Request, template: str, stands: Standing, status_code: int = 200, **values: Any
) -> Response:
    """Render a page of an office."""
    parts: DeskParts = request.app.state.parts
    return page(
        request,
        template,
        status_code=status_code,
        office=stands.office,
        base=stands.digest,
        people=names_of(stands.office),
        who=said_by(request, {}) if WHO in request.cookies else "",
        unread=await parts.messages.unread(),
        **values,
    )


def by_of(request: Request, stands: Standing, sent: dict[str, str]) -> tuple[str, str]:
    """Give who sends a form: as they are called, and as a version names them."""
    by = said_by(request, sent)
    called = names_of(stands.office).get(by, by)
    return called, f"desk {label_of(request.cookies.get(COOKIE))} {called}"


def new_fact_by(request: Request, stands: Standing, sent: dict[str, str]) -> NewFact:
    """Give who writes a fact, and on which day; its words are to come."""
    today = local_time(stands.office.hours, clock.wall()).date()
    return NewFact("", "", (), by_of(request, stands, sent)[0], today)


def saved(
    request: Request, stands: Standing, version: int, sent: dict[str, str], deed: Deed
) -> Response:
    """Go on to the office as it is by now."""
    note(request, deed, f"{stands.office.id} version {version}")
    response = RedirectResponse(f"/office/{stands.office.id}?saved={version}", status_code=303)
    remember(response, said_by(request, sent))
    return response


async def since(request: Request, stands: Standing, base: str) -> Meanwhile:
    """Find what was changed since a form was opened.

    Args:
        request: The request.
        stands: The office by now.
        base: The mark of its files that stands in the form.
    """
    parts: DeskParts = request.app.state.parts
    versions = await parts.versions.history(stands.office.id, _LOOKED_BACK)

    def find() -> Meanwhile:
        who: list[str] = []
        for version in versions:
            if digest_of(version.files) == base:
                return Meanwhile(
                    version.files, changes(version.files, stands.texts), tuple(dict.fromkeys(who))
                )
            who.insert(0, in_words(version.who))
        return Meanwhile(None, (), ())

    return await asyncio.to_thread(find)


def in_words(who: str) -> str:
    """Say who made a version: ``Brian Otieno, on the desk``."""
    how, _, rest = who.partition(" ")
    if how == "folder":
        return "in the office's folder"
    if how == "desk":
        called = rest.partition(" ")[2]
        return f"{called if called != NOBODY else 'somebody'}, on the desk"
    if how == "command":
        return f"{rest or 'somebody'}, at a terminal"
    return who


def pairs(versions: tuple[OfficeVersion, ...]) -> Iterator[tuple[OfficeVersion, Texts | None]]:
    """Each version with the files of the one before it; None where that is not among them."""
    for place, version in enumerate(versions):
        before = versions[place + 1] if place + 1 < len(versions) else None
        yield version, before.files if before is not None else None
