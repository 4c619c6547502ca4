"""How a page is made from its template, and how its values are written for people."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import phonenumbers
from starlette.requests import Request
from starlette.responses import HTMLResponse

from mapokezi.receptionist.office import Office
from mapokezi.records.notices import Notice, NoticeState

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(request: Request, template: str, *, status_code: int = 200, **values: Any) -> HTMLResponse:
    """Render a page.

    Args:
        request: The request, for the path that the navigation marks.
        template: The file's name in ``templates/``.
        status_code: The answer's status.
        **values: What the template shows.
    """
    text = _templates.get_template(template).render(path=request.url.path, **values)
    return HTMLResponse(text, status_code=status_code)


def local_time(at: datetime, timezone: str) -> str:
    """An instant as the office's own clock shows it: ``Sun 22 Nov, 08:15``."""
    return at.astimezone(ZoneInfo(timezone)).strftime("%a %-d %b, %H:%M")


def clock_of(ms: int) -> str:
    """An instant within a call: ``1:05``."""
    return f"{ms // 60_000}:{ms // 1000 % 60:02d}"


def telephone(number: str | None) -> str:
    """A number as people write it: ``0722 000 000`` at home, ``+44 ...`` from abroad.

    What is not a whole number is shown as it is.
    """
    if not number:
        return "withheld"
    # Letters would be read as the keys they stand on: "0722 something" as a number.
    if not re.fullmatch(r"\+\d{7,15}", number):
        return number
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    if parsed.country_code == phonenumbers.country_code_for_region("KE"):
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def state_of(notice: Notice) -> str:
    """What has become of a notice, in a word or two."""
    if notice.state is NoticeState.WAITING:
        return "to be tried again" if notice.attempts else "waiting"
    return _STATES[notice.state]


_STATES = {
    NoticeState.SENDING: "being sent",
    NoticeState.SENT: "sent",
    NoticeState.FAILED: "failed",
    NoticeState.UNSURE: "may not have arrived",
    NoticeState.WITHDRAWN: "not needed any more",
}


def names_of(office: Office | None) -> dict[str, str]:
    """The office's people by their id."""
    return {person.id: person.name for person in office.people} if office is not None else {}


_templates.globals["names"] = names_of
_templates.globals["state_of"] = state_of
_templates.filters["local_time"] = local_time
_templates.filters["clock"] = clock_of
_templates.filters["telephone"] = telephone
