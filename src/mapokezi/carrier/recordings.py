"""A call's recording: ready, being made, or neither."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec

from mapokezi.carrier.asking import Answer, unreadable
from mapokezi.carrier.errors import CarrierError
from mapokezi.carrier.reading import decoded

RECORDING_ASKED_AT_S = (0.0, 0.8, 2.4, 6.0, 14.0)
"""Right after a hang-up a recording is not found for some seconds; the integrator asks so often."""
PENDING_S = 30.0
"""When to ask again for a recording that is being made, if the platform does not say."""


class RecordingReady(msgspec.Struct, frozen=True, kw_only=True):
    """A recording that can be fetched."""

    url: str
    """Works without a key, for anybody, for about a quarter of an hour."""

    def __repr__(self) -> str:
        """Without the query, which is what lets anybody in."""
        parts = urlsplit(self.url)
        return f"RecordingReady({parts.scheme}://{parts.netloc}{parts.path})"


class RecordingPending(msgspec.Struct, frozen=True, kw_only=True):
    """A recording that is being made."""

    retry_after_s: float = PENDING_S


def recording_of(deed: str, answer: Answer, base_url: str) -> RecordingReady | RecordingPending:
    if answer.status == 202:
        told = decoded(deed, answer.body) if answer.body.strip() else {}
        after = told.get("retry_after_seconds") if isinstance(told, dict) else None
        return RecordingPending(retry_after_s=_seconds(after))
    if not answer.location:
        raise unreadable(deed, "a redirect that leads nowhere")
    return RecordingReady(url=urljoin(base_url + "/", answer.location))


def _seconds(told: Any) -> float:
    try:
        return max(0.0, float(told))
    except (TypeError, ValueError):
        return PENDING_S


def not_ready() -> CarrierError:
    return CarrierError(
        "find the call's recording", status=202, code="recording_pending", message="not made yet"
    )
