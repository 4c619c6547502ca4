"""An office by subject, and changing it: a form, the difference, and a new version."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mapokezi.bridge import clock
from mapokezi.desk.office.controls import Look, sections
from mapokezi.desk.office.faults import Faults, elsewhere, sorted_out
from mapokezi.desk.office.forms import Form, changed, filled, form_of, values_of
from mapokezi.desk.office.history_page import taken_back
from mapokezi.desk.office.meanwhile import merged
from mapokezi.desk.office.standing import (
    Meanwhile,
    Standing,
    by_of,
    missing,
    new_fact_by,
    office_page,
    saved,
    sent_by,
    since,
    standing,
)
from mapokezi.desk.office.subjects import SUBJECTS, subject_of
from mapokezi.desk.office.words import changes, summary
from mapokezi.desk.pages import page, telephone
from mapokezi.desk.settings import DeskParts
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.hours import local_time
from mapokezi.records.audit import Deed
from mapokezi.stores.office_files import OfficeFilesWrong
from mapokezi.stores.office_folder import FolderChangedError
from mapokezi.stores.toml_edits import value_at

_FORM = frozenset({"base", "step", "who"})
"""Names that are no values of the office's."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What a form is shown again with."""

    why: str = ""
    faults: Faults = field(default_factory=Faults)
    beside: Mapping[str, str] = field(default_factory=dict)
    meanwhile: Meanwhile | None = None


async def show_all(request: Request) -> Response:
    """Show the offices; of one alone, itself."""
    parts: DeskParts = request.app.state.parts
    if len(parts.offices) == 1:
        return RedirectResponse(f"/office/{next(iter(parts.offices))}", status_code=303)
    unread = await parts.messages.unread()
    return page(request, "offices.html", offices=parts.offices.values(), unread=unread)


async def show(request: Request) -> Response:
    """Show what an office is, by subject."""
    parts: DeskParts = request.app.state.parts
    stands = await standing(request)
    if stands is None:
        return await missing(request, "office", {})
    errors = await parts.editing.faults(stands.office.id, stands.texts)
    closing = form_of(SUBJECTS[0], stands.values, stands.known)
    day = local_time(stands.office.hours, clock.wall()).date().isoformat()
    said = request.query_params.get("saved", "")
    return await office_page(
        request,
        "office.html",
        stands,
        subjects=[
            (one, *summary(one, stands.values, stands.known), _entries(stands, one.id))
            for one in SUBJECTS
        ],
        wrong=[elsewhere(one) for one in errors],
        closing=filled(closing, stands.values)
        if closing and closing.is_readable(stands.values)
        else {},
        row=f"closures.{len(value_at(stands.values.get('hours.toml'), ('closures',)) or [])}",
        today=day,
        saved=int(said) if said.isdecimal() else 0,
        lost=await taken_back(request, stands),
        latest=await parts.versions.latest(stands.office.id),
    )


def _entries(stands: Standing, subject_id: str) -> list[tuple[str, str, str]]:
    """The entries of a subject that have a page each: id, name, and what else tells them apart."""
    subject = subject_of(subject_id)
    if subject is None or subject.entries is None:
        return []
    entries = subject.entries
    listed = value_at(stands.values.get(entries.file), entries.at) or []
    return [
        (
            str(one.get("id", "")),
            str(one.get(entries.named_by) or one.get("id", "")),
            _besides(one) if subject_id == "people" else "",
        )
        for one in listed
        if isinstance(one, dict)
    ]


def _besides(person: Mapping[str, object]) -> str:
    """What is told of a person beside their name."""
    mobile = person.get("mobile")
    takes = bool(mobile) and person.get("takes_calls", True)
    how = telephone(str(mobile)) if takes else "takes messages only"
    return f"{person.get('role') or ''} · {how}"


async def show_form(request: Request) -> Response:
    """Show a subject's form, or an entry's; ``?new``: an empty one."""
    stands = await standing(request)
    form = _form(request, stands) if stands is not None else None
    if stands is None or form is None:
        return await missing(request, "form", {})
    sent = _new(request) if form.is_new else filled(form, stands.values)
    return await _form_page(request, stands, form, sent, _Told())


def _new(request: Request) -> dict[str, str]:
    """What stands in the form of a new entry: who is new takes calls until told otherwise."""
    return {"takes_calls": "yes"} if request.path_params["subject"] == "people" else {}


async def change(request: Request) -> Response:
    """Take a form: show what it would change, or, once that was seen, save it."""
    sent = await sent_by(request)
    stands = await standing(request)
    form = _form(request, stands) if stands is not None else None
    if sent is None or stands is None or (form is None and "base" not in sent):
        return await missing(request, "form", sent)
    if form is None or sent.get("base") != stands.digest:
        return await _overtaken(request, stands, form, sent)
    if sent.get("step") == "edit" or not form.is_readable(stands.values):
        return await _form_page(request, stands, form, sent, _Told())
    return await _look_or_save(request, stands, form, sent)


async def _look_or_save(
    request: Request, stands: Standing, form: Form, sent: dict[str, str]
) -> Response:
    parts: DeskParts = request.app.state.parts
    office_id = stands.office.id
    try:
        by = new_fact_by(request, stands, sent)
        after = await asyncio.to_thread(changed, form, stands.texts, sent, by)
        if after == stands.texts:
            told = _Told("Nothing is changed in it yet.")
            return await _form_page(request, stands, form, sent, told)
        if errors := await parts.editing.faults(office_id, after):
            told = _Told(faults=sorted_out(form, sent, errors))
            return await _form_page(request, stands, form, sent, told, 422)
        if sent.get("step") != "save":
            return await _review(request, stands, form, sent, after)
        who = by_of(request, stands, sent)[1]
        office = await parts.editing.save(office_id, stands.texts, after, who)
    except FolderChangedError:
        now = await standing(request)
        form_now = _form(request, now) if now is not None else None
        return await _overtaken(request, now or stands, form_now, sent)
    except OfficeFilesWrong as wrong:
        told = _Told(faults=sorted_out(form, sent, wrong.errors))
        return await _form_page(request, stands, form, sent, told, 422)
    except MapokeziError as error:
        return await _form_page(request, stands, form, sent, _Told(f"Not saved: {error}"), 422)
    return saved(request, stands, office.version, sent, Deed.CHANGED_OFFICE)


async def _review(
    request: Request,
    stands: Standing,
    form: Form,
    sent: dict[str, str],
    after: Mapping[str, str],
) -> Response:
    return await office_page(
        request,
        "office_review.html",
        stands,
        subject=form.subject,
        changes=await asyncio.to_thread(changes, stands.texts, after),
        sent={name: value for name, value in sent.items() if name not in _FORM},
        action=_action(request),
        lines=(),
    )


async def _overtaken(
    request: Request, stands: Standing, form: Form | None, sent: dict[str, str]
) -> Response:
    """Show the later one what was changed meanwhile, and their own change on top of it."""
    meanwhile = await since(request, stands, sent.get("base", ""))
    if form is None:
        return await office_page(request, "office_overtaken.html", stands, 409, meanwhile=meanwhile)
    stood = None
    if meanwhile.then is not None:
        values = await asyncio.to_thread(values_of, meanwhile.then)
        form_then = _form(request, replace(stands, values=values))
        stood = filled(form_then, values) if form_then is not None else {}
    both = merged(form, stood, filled(form, stands.values), sent, stands.known)
    told = _Told(beside=both.beside, meanwhile=meanwhile)
    return await _form_page(request, stands, form, dict(both.sent), told, 409)


def _form(request: Request, stands: Standing) -> Form | None:
    """The form that a request is about; None if there is none such."""
    subject = subject_of(request.path_params["subject"])
    if subject is None:
        return None
    entry = request.path_params.get("entry")
    if entry is None and "new" in request.query_params:
        entry = ""
    return form_of(subject, stands.values, stands.known, entry)


def _action(request: Request) -> str:
    """Where a form goes: to where it came from."""
    return request.url.path + ("?new" if "new" in request.query_params else "")


async def _form_page(
    request: Request,
    stands: Standing,
    form: Form,
    sent: dict[str, str],
    told: _Told,
    status_code: int = 200,
) -> Response:
    is_own = not form.base
    parts: DeskParts = request.app.state.parts
    now, presence = clock.wall(), (await parts.reachability.state()).presence
    return await office_page(
        request,
        "office_form.html",
        stands,
        status_code,
        subject=form.subject,
        sections=sections(form, sent, Look(stands.known, told.faults, told.beside))
        if form.is_readable(stands.values)
        else None,
        entries=_entries(stands, form.subject.id) if is_own else [],
        away={
            one.person_id
            for one in presence
            if one.office_id == stands.office.id and one.is_away(now)
        },
        entry=_name_of(form, stands) if form.base else "",
        is_new=form.is_new,
        is_own=is_own,
        is_out=sent.get("out") == "yes",
        action=_action(request),
        told=told,
    )


def _name_of(form: Form, stands: Standing) -> str:
    """How an entry is called on its page."""
    entries = form.subject.entries
    if entries is None or form.is_new:
        return f"New {entries.one}" if entries else ""
    here = value_at(stands.values.get(entries.file), form.base)
    return str(value_at(here, (entries.named_by,)) or value_at(here, ("id",)) or "")
