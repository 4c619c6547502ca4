"""Posts events to the office's own systems: signed, within the egress policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime

from mapokezi.egress import (
    Answer,
    Egress,
    EgressRefusedError,
    NoAnswerError,
    NotReachedError,
)
from mapokezi.notify.results import Refused, Sent
from mapokezi.notify.signing import signed_headers

_GONE = 410
"""By Standard Webhooks ("Best practices for the sender"): the receiver wants no more of them."""


@dataclass(frozen=True, slots=True)
class WebhookAccount:
    """A receiver, and the secrets by which it knows us."""

    url: str
    keys: tuple[bytes, ...] = field(repr=False)
    """None: nothing is posted, for the receiver could not know that it is ours."""


async def post_webhook(
    egress: Egress, account: WebhookAccount, message_id: str, body: bytes, now: datetime
) -> Sent | Refused:
    """Post one event, once.

    Args:
        egress: The way out.
        account: To whom.
        message_id: By which the receiver knows a repetition.
        body: JSON.
        now: The time of day, which is signed, too.
    """
    headers = {
        "content-type": "application/json",
        "user-agent": "mapokezi-webhooks",
        **signed_headers(message_id, now, body, account.keys),
    }
    try:
        answer = await egress.post(account.url, body, headers)
    except EgressRefusedError as error:
        return Refused(f"not sent: {error}", may_retry=False)
    except NotReachedError as error:
        return Refused(str(error))
    except NoAnswerError as error:
        return Refused(str(error), maybe_arrived=True)
    return _judged(answer, now)


def _judged(answer: Answer, now: datetime) -> Sent | Refused:
    told = f"HTTP {answer.status}"
    if 200 <= answer.status < 300:
        return Sent(told)
    if answer.status == _GONE:
        return Refused(f"{told}: it wants no more", may_retry=False)
    if 300 <= answer.status < 400:
        return Refused(f"{told}: it sends us elsewhere, where we do not go")
    return Refused(told, retry_after_s=_retry_after_s(answer.headers, now))


def _retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """How long to wait by ``Retry-After``, in either of its forms; None if it is not told."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    return max(0.0, (at - now).total_seconds())
