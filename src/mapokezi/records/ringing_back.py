"""The label of a call by which we ring somebody back who rang once and hung up.

The platform is asked to place it under this label, and tells it in its own posts; so nobody but
the holder of the API key can have a call taken for one.
"""

from __future__ import annotations

from mapokezi.calls import CallId

_LABEL = "mapokezi-flash-"
RECEPTIONIST = "the receptionist"
"""Who has done it, as the staff read it in the task's comments."""


def ring_back_label(flash: CallId) -> str:
    """The label of the call back for a flash; its idempotency key, too: one flash, one call."""
    return f"{_LABEL}{flash}"


def flash_of(label: str) -> CallId | None:
    """The flash for which a call of this label is made; None: it is made for none."""
    return CallId(label.removeprefix(_LABEL)) if label.startswith(_LABEL) else None
