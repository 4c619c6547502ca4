"""What a form of the desk's own pages sends."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

WHO = "mapokezi-who"
"""The cookie that remembers who sits at this browser. It says nothing that is relied upon: the
desk knows its visitors by the door alone."""
_MOST_BYTES = 64 * 1024
"""Some ten pages of comment."""
_MOST_FIELDS = 20


class FormTooLarge(Exception):  # noqa: N818  in the words of the trade
    """More was sent than a form of ours holds."""


async def read_form(request: Request) -> dict[str, str]:
    """Read a form's fields; of one that comes twice the last counts.

    Raises:
        FormTooLarge: it is none of ours.
    """
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            raise FormTooLarge
    try:
        return dict(
            parse_qsl(
                body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS
            )
        )
    except ValueError:
        raise FormTooLarge from None
