"""Placing a call: what is asked for, the rules of its label, and what comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import msgspec

from mapokezi.carrier.errors import RequestWrong

_LONGEST_LABEL = 5000
_LONGEST_RIDING_BYTES = 2048
_RESERVED_LABELS = ("mcp:", "broadcast:")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOrder:
    """A call to be placed.

    Every field but the first two may be left out.
    """

    from_: str
    """A number of the workspace's own, E.164."""
    to: Sequence[str]
    """Who is rung, E.164."""
    caller_id: str | None = None
    voice_callback_url: str | None = None
    """Is asked what to do once it is answered; else the number's own."""
    client_request_id: str | None = None
    """A label of ours; it comes back in callbacks, events and the call's record."""
    label_rides: bool = True
    """Whether the label must come with the call itself; then no blank, comma, brace or quote may
    be in it."""
    control: Literal["mcp"] | None = None
    hold_audio_url: str | None = None
    control_timeout_ms: int | None = None
    """The platform's own is 10,000."""
    fallback_actions: Sequence[Mapping[str, Any]] = ()
    """Verbs in the JSON form: ``[{"say": {"text": "..."}}]``."""
    opening_actions: Sequence[Mapping[str, Any]] = ()


class OrderBody(msgspec.Struct, omit_defaults=True, rename={"from_": "from"}):
    """What is posted: only what was given."""

    from_: str
    to: list[str]
    caller_id: str | None = None
    voice_callback_url: str | None = None
    client_request_id: str | None = None
    control: str | None = None
    hold_audio_url: str | None = None
    control_timeout_ms: int | None = None
    fallback_actions: list[Mapping[str, Any]] = []
    opening_actions: list[Mapping[str, Any]] = []


class PlacedCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call that rings."""

    session_id: str
    call_id: str | None = None
    status: str | None = None
    client_request_id: str | None = None
    idempotency_key: str = ""
    """The key it was placed with. To place it again with this one while it lives is to be told of
    it once more."""


def rides(label: str) -> bool:
    """Whether a label can come with the call itself, and in the callback's URL.

    Blanks, commas, braces and quotes cannot; one that takes more than 2,048 bytes in a URL is left
    out of it by the platform.
    """
    return not re.search(r"[\s,{}\"']", label) and len(quote(label, safe="")) <= (
        _LONGEST_RIDING_BYTES
    )


def check_order(deed: str, order: CallOrder) -> None:
    if not order.to or isinstance(order.to, str):
        raise RequestWrong(deed, "`to` is a list of at least one number")
    label = order.client_request_id
    if label is None:
        return
    if not 1 <= len(label) <= _LONGEST_LABEL:
        raise RequestWrong(deed, f"client_request_id has 1 to {_LONGEST_LABEL} characters")
    if label.startswith(_RESERVED_LABELS):
        raise RequestWrong(deed, "client_request_id begins with a word that the platform keeps")
    if order.label_rides and not rides(label):
        raise RequestWrong(
            deed,
            "client_request_id is to ride the call: no blank, comma, brace or quote, and 2,048 "
            "bytes in a URL at most",
        )


def body_of(order: CallOrder) -> OrderBody:
    return OrderBody(
        from_=order.from_,
        to=list(order.to),
        caller_id=order.caller_id,
        voice_callback_url=order.voice_callback_url,
        client_request_id=order.client_request_id,
        control=order.control,
        hold_audio_url=order.hold_audio_url,
        control_timeout_ms=order.control_timeout_ms,
        fallback_actions=list(order.fallback_actions),
        opening_actions=list(order.opening_actions),
    )
