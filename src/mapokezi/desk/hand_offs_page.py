"""Callers who were passed on: in progress and past, how often each person is reached, and the
switches of who takes calls just now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from mapokezi.bridge import clock
from mapokezi.calls import OfficeId
from mapokezi.desk.forms import WHO, FormTooLarge, read_form, remember, said_by
from mapokezi.desk.pages import page
from mapokezi.desk.settings import DeskParts
from mapokezi.desk.trail import note
from mapokezi.receptionist.barred_numbers import why_barred
from mapokezi.receptionist.office import Office, Person
from mapokezi.receptionist.ring_order import NoHandoff
from mapokezi.records.audit import Deed
from mapokezi.records.executors import Executor, Standing
from mapokezi.records.hand_off_log import Reached
from mapokezi.records.lists import PageMark, PageMarkError
from mapokezi.records.reachability import Forwarding, Presence, PresenceState
from mapokezi.telephony.numbers import to_e164
from mapokezi.units import E164

_COUNTED = timedelta(days=30)
_ANOTHER = "another"
"""Chosen in the place of a person: a number is typed."""
_HOURS = (1, 2, 4, 8, 24)
"""What may be chosen; else it holds until it is switched off."""
_WHY_NOT = {
    NoHandoff.INVALID_NUMBER: "that is no telephone number",
    NoHandoff.OFFICES_OWN_NUMBER: "that is the number that callers dial",
}


@dataclass(frozen=True, slots=True)
class _Desk:
    """One office as the page shows it."""

    office: Office
    forwarding: Forwarding | None
    away: Mapping[str, Presence]
    reached: Mapping[str, Reached]


async def show(request: Request) -> Response:
    """Show all of it; ``?after`` goes on with older hand-offs."""
    return await _show(request)


async def forward(request: Request) -> Response:
    """All calls of an office go to one telephone from now on."""
    parts: DeskParts = request.app.state.parts
    office = parts.offices.get(OfficeId(request.path_params["office_id"]))
    form = await _form(request)
    if office is None or form is None:
        return await _no(request, "office", form)
    person, to = _telephone(office, form)
    why = _why_not(office, to)
    if to is None or why:
        return await _show(request, refused=why)
    now, by = clock.wall(), said_by(request, form)
    chosen = Forwarding(office.id, to, now, person.id if person else "", _until(form, now), by)
    await parts.reachability.forward(chosen)
    return _done(request, Deed.FORWARDED_CALLS, by)


async def stop_forwarding(request: Request) -> Response:
    """The receptionist answers again."""
    parts: DeskParts = request.app.state.parts
    office = parts.offices.get(OfficeId(request.path_params["office_id"]))
    form = await _form(request)
    if office is None or form is None:
        return await _no(request, "office", form)
    await parts.reachability.stop_forwarding(office.id)
    return _done(request, Deed.FORWARDED_CALLS, said_by(request, form))


async def set_presence(request: Request) -> Response:
    """Somebody is away, or is back."""
    parts: DeskParts = request.app.state.parts
    office = parts.offices.get(OfficeId(request.path_params["office_id"]))
    person = _person(office, request.path_params["person_id"])
    form = await _form(request)
    if office is None or person is None or form is None:
        return await _no(request, "person", form)
    now, by = clock.wall(), said_by(request, form)
    is_away = form.get("state") == PresenceState.AWAY.value
    state = PresenceState.AWAY if is_away else PresenceState.AVAILABLE
    until = _until(form, now) if is_away else None
    said = Presence(office.id, person.id, state, now, until, by)
    await parts.reachability.set_presence(said)
    return _done(request, Deed.SET_PRESENCE, by)


async def _show(request: Request, refused: str = "") -> Response:
    parts: DeskParts = request.app.state.parts
    note(request, Deed.READ_CALL)
    mark = request.query_params.get("after")
    try:
        after = PageMark.read(mark) if mark else None
    except PageMarkError:
        after = None
    listed, following = await parts.hand_offs.page(after)
    state = await parts.reachability.state()
    now = clock.wall()
    return page(
        request,
        "hand_offs.html",
        status_code=422 if refused else 200,
        refused=refused,
        desks=[await _desk(parts, office, now) for office in parts.offices.values()],
        offices=parts.offices,
        live=[one for one in listed if one.is_in_progress and not after],
        past=[one for one in listed if not one.is_in_progress or after],
        after=following,
        is_first=after is None,
        standings=[state.standings.get(one, Standing(one)) for one in Executor],
        counted_days=_COUNTED.days,
        hours=_HOURS,
        another=_ANOTHER,
        who=said_by(request, {}) if WHO in request.cookies else "",
        unread=await parts.messages.unread(),
    )


async def _desk(parts: DeskParts, office: Office, now: datetime) -> _Desk:
    state = await parts.reachability.state()
    forwarding = state.forwardings.get(office.id)
    return _Desk(
        office,
        forwarding if forwarding is not None and forwarding.holds(now) else None,
        {
            one.person_id: one
            for one in state.presence
            if one.office_id == office.id and one.is_away(now)
        },
        await parts.hand_offs.reached(office.id, now - _COUNTED),
    )


async def _form(request: Request) -> dict[str, str] | None:
    try:
        return await read_form(request)
    except FormTooLarge:
        return None


async def _no(request: Request, what: str, form: dict[str, str] | None) -> Response:
    if form is None:
        return PlainTextResponse("That is too long.\n", status_code=413)
    parts: DeskParts = request.app.state.parts
    unread = await parts.messages.unread()
    return page(request, "missing.html", status_code=404, what=what, unread=unread)


def _done(request: Request, deed: Deed, by: str) -> Response:
    note(request, deed)
    response = RedirectResponse("/hand-offs", status_code=303)
    remember(response, by)
    return response


def _person(office: Office | None, person_id: str) -> Person | None:
    people = office.people if office is not None else ()
    return next((one for one in people if one.id == person_id), None)


def _telephone(office: Office, form: Mapping[str, str]) -> tuple[Person | None, E164 | None]:
    """Give whose telephone is meant, and its number."""
    chosen = form.get("to", "")
    if chosen == _ANOTHER:
        return None, to_e164(form.get("number", ""))
    person = _person(office, chosen)
    return person, person.mobile if person is not None else None


def _why_not(office: Office, to: E164 | None) -> str:
    """Say why calls cannot go there; empty if they can."""
    if to is None:
        return _WHY_NOT[NoHandoff.INVALID_NUMBER]
    why = why_barred(to, office, None)
    if why is None:
        return ""
    return _WHY_NOT.get(why, "calls to that kind of number, or to that country, are not placed")


def _until(form: Mapping[str, str], now: datetime) -> datetime | None:
    hours = form.get("hours", "")
    return now + timedelta(hours=int(hours)) if hours in map(str, _HOURS) else None
