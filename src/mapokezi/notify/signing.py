"""Signatures of webhooks, by Standard Webhooks 1.0.0 (standardwebhooks.com, "Signature scheme").

``webhook-signature`` holds, for each secret, ``v1,`` and the base64 of the HMAC-SHA256 of
``ID.TIMESTAMP.BODY``, parted by spaces, so that a secret can be changed without a gap.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from mapokezi.errors import ConfigurationError

_PREFIX = "whsec_"
_LEAST_BYTES, _MOST_BYTES = 24, 64
"""Of a secret, by the specification."""


def read_secret(text: str, variable: str) -> bytes:
    """Read a secret of the form ``whsec_`` and base64.

    Raises:
        ConfigurationError: Names the variable; never repeats the secret.
    """
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not text.startswith(_PREFIX) or not _LEAST_BYTES <= len(key) <= _MOST_BYTES:
        raise ConfigurationError(
            f"{variable}: must be {_PREFIX} and the base64 of {_LEAST_BYTES} to {_MOST_BYTES} "
            "random bytes"
        )
    return key


def signed_headers(
    message_id: str, at: datetime, body: bytes, keys: Sequence[bytes]
) -> dict[str, str]:
    """The three headers of a webhook.

    Args:
        message_id: Its id, the same at each repetition.
        at: The instant of this attempt, aware.
        body: As it is sent.
        keys: The secrets' bytes, at least one.
    """
    seconds = str(int(at.timestamp()))
    content = f"{message_id}.{seconds}.".encode() + body
    signatures = (
        "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        for key in keys
    )
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(signatures),
    }
