"""What a form of the desk's own pages sends."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qsl, quote, unquote

from starlette.requests import Request
from starlette.responses import Response

WHO = "mapokezi-who"
"""The cookie that remembers who sits at this browser. It says nothing that is relied upon: the
desk knows its visitors by the door alone."""
NOBODY = "the desk"
"""Who did something, of a visitor who has not said who they are."""
_REMEMBERED = timedelta(days=90)
_MOST_NAME = 80
_MOST_BYTES = 64 * 1024
"""Some ten pages of comment."""
_MOST_FIELDS = 20


class FormTooLarge(Exception):  # noqa: N818  in the words of the trade
    """More was sent than a form of ours holds."""


async def read_form(
    request: Request, most_fields: int = _MOST_FIELDS, most_bytes: int = _MOST_BYTES
) -> dict[str, str]:
    """Read a form's fields; of one that comes twice the last counts.

    Args:
        request: What was sent.
        most_fields: How many fields the largest form of its kind has.
        most_bytes: How long it is at most.

    Raises:
        FormTooLarge: it is none of ours.
    """
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > most_bytes:
            raise FormTooLarge
    try:
        return dict(
            parse_qsl(
                body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=most_fields
            )
        )
    except ValueError:
        raise FormTooLarge from None


def said_by(request: Request, form: dict[str, str]) -> str:
    """Give who sends a form, as they say themselves: a person's id, or any name."""
    told = form.get("who", "") or unquote(request.cookies.get(WHO, ""))
    return " ".join(told.split())[:_MOST_NAME] or NOBODY


def remember(response: Response, by: str) -> None:
    """Have the browser remember who sits there."""
    if by == NOBODY:
        return
    response.set_cookie(
        WHO,
        quote(by),
        max_age=int(_REMEMBERED.total_seconds()),
        httponly=True,
        samesite="lax",
        path="/",
    )
