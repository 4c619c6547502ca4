"""In which form a post of the platform's came: names and shapes, no values.

For `mapokezi.records.platform_habits`: which of the known forms the platform uses, and which that
nobody knew (contract sections 3, 8 and 11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mapokezi.telephony import aliases
from mapokezi.telephony.callbacks import BadCallback, fields_of, is_row_uuid

Form = tuple[str, str, bool]
"""What it is a form of; the word; whether the word is the platform's and not ours."""


def forms_of(content_type: str, body: bytes, signature: str | None) -> Iterator[Form]:
    """Tell how a post was written.

    Args:
        content_type: of the request.
        body: as it came.
        signature: the header's value; None if there was none.
    """
    yield "signature", _signature_form(signature), False
    kind = content_type.partition(";")[0].strip().lower()
    yield "content type", kind.replace("x-www-form-urlencoded", "form") or "none", True
    try:
        fields = fields_of(content_type, body)
    except BadCallback:
        yield "body", "not readable", False
        return
    yield "body", _body_form(body), False
    for name in _names(fields):
        yield "fields", name, True
    flat = aliases.flatten(fields)
    if state := aliases.first(flat, aliases.STATE):
        yield "states", state, True
    if active := aliases.first(flat, aliases.IS_ACTIVE):
        yield "active flag", active if active in ("1", "0") else "another word", False
    yield "session id", _id_form(aliases.first(flat, aliases.SESSION_ID)), False
    yield "caller's number", _number_form(aliases.first(flat, aliases.CALLER)), False


def _names(fields: Mapping[str, object], above: str = "") -> Iterator[str]:
    for name, value in list(fields.items())[:60]:
        if isinstance(value, Mapping) and not above:
            yield from _names(value, f"{name}.")
        else:
            yield f"{above}{name}"


def _body_form(body: bytes) -> str:
    stripped = body.strip()
    if not stripped:
        return "empty"
    return "JSON" if stripped[:1] in (b"{", b"[") else "form"


def _signature_form(header: str | None) -> str:
    text = (header or "").strip()
    if not text:
        return "none"
    names = [part.strip().partition("=")[0] for part in text.split(",")]
    if "t" in names and "v1" in names:
        return "t and v1"
    return "bare hex" if re.fullmatch(r"[0-9a-fA-F]{64}", text) else "another form"


def _id_form(text: str) -> str:
    if not text:
        return "none"
    if re.fullmatch(r"HD_[0-9a-f]{12}", text):
        return "HD and twelve hex digits"
    return "UUID" if is_row_uuid(text) else "another form"


def _number_form(text: str) -> str:
    digits = text.strip()
    if not digits:
        return "none"
    if re.fullmatch(r"\+[0-9]{7,15}", digits):
        return "plus and country"
    if re.fullmatch(r"0[0-9]{6,14}", digits):
        return "national"
    return "country without plus" if re.fullmatch(r"[0-9]{7,15}", digits) else "another form"
