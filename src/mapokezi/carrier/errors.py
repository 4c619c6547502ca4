"""What can go wrong between us and the phone platform's REST API.

The platform has two forms of error (contract section 2): ``{"error": {"code", "message",
"request_id"}}``, and, about recordings, a bare ``{"code", "reason"}``. Its code decides which error
is raised, the HTTP status where the code is unknown. Every error says in `mend` what can be done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from mapokezi.errors import MapokeziError


class CarrierError(MapokeziError):
    """The phone platform refused, failed, or could not be reached."""

    mend = "try again; if it stays so, give the request id to SautiKit's support"
    """What an operator can do about it, in one line."""

    def __init__(
        self,
        deed: str,
        *,
        status: int | None,
        code: str,
        message: str = "",
        request_id: str = "",
        retry_after_s: float | None = None,
        scope: str = "",
        may_be_done: bool = False,
    ) -> None:
        """Describe it.

        Args:
            deed: What was asked for, as in "could not ...".
            status: The HTTP status; None if no answer came.
            code: The platform's own word, or ours for what is none of its making.
            message: The platform's explanation, or the ``reason`` of the bare form.
            request_id: For SautiKit's support.
            retry_after_s: When it wants to be asked again.
            scope: What the key needs for this deed, where that is known.
            may_be_done: Whether the deed may have been done all the same.
        """
        self.deed = deed
        self.status = status
        """The HTTP status, or None if no answer came."""
        self.code = code
        """The platform's own word, such as ``wallet.insufficient_funds``."""
        self.message = message
        """Its explanation, empty if it gave none."""
        self.request_id = request_id
        """For SautiKit's support; empty if it told none."""
        self.retry_after_s = retry_after_s
        """When it wants to be asked again; None if it did not say."""
        self.scope = scope
        """The scope that the key needs for this, as far as the platform or its pages tell."""
        self.may_be_done = may_be_done
        """No answer came to something that was not to be asked twice: it may have been done."""
        super().__init__(deed, code)

    def __str__(self) -> str:
        """What failed, the code, and what the platform says."""
        text = f"could not {self.deed}: {self.code}"
        if self.message:
            text += f": {self.message}"
        known = [f"HTTP {self.status}"] if self.status else []
        known += [f"request {self.request_id}"] if self.request_id else []
        text += f" ({', '.join(known)})" if known else ""
        return text + ("; it may have been done all the same" if self.may_be_done else "")


class RequestWrong(CarrierError, ValueError):  # noqa: N818  named as one says it
    """What was to be asked breaks a rule of the platform's; nothing was sent."""

    mend = "correct what was asked for"

    def __init__(self, deed: str, why: str) -> None:
        """Say which rule."""
        super().__init__(deed, status=None, code="not_sent", message=why)


class Unreachable(CarrierError):  # noqa: N818  named as one says it
    """No connection, or it broke before the answer was whole."""

    mend = "see that this machine reaches the internet and that `carrier.url` is right"


class TimedOut(Unreachable):
    """The answer did not come in time."""

    mend = "try again; SautiKit may be slow, or this machine's way to it"


class Unreadable(CarrierError):  # noqa: N818  named as one says it
    """An answer came that is not what the contract says."""

    mend = (
        "see that `carrier.url` is SautiKit's API and not a page or a proxy; if it is, the API "
        "has changed"
    )


class KeyRefused(CarrierError):  # noqa: N818  named as one says it
    """The API key is missing, wrong, expired or revoked (401)."""

    mend = "put a key that is valid into SAUTIKIT_API_KEY"


class Denied(CarrierError):  # noqa: N818  named as one says it
    """The key is right and may not do this (403)."""

    mend = "ask the owner of the workspace on SautiKit"


class ScopeDenied(Denied):
    """The key lacks a scope (403 ``api_key.scope_denied``)."""

    @property
    def mend(self) -> str:  # type: ignore[override]
        """Which scope, if it is known."""
        which = f"the scope `{self.scope}`" if self.scope else "the scope that this needs"
        return f"give the API key {which} in SautiKit's console, or make a new key that has it"


class AccountSuspended(Denied):
    """The whole workspace is suspended (``account.suspended``): calls are not answered either."""

    mend = "settle the account with SautiKit: while it is suspended no call comes through"


class WalletEmpty(CarrierError):  # noqa: N818  named as one says it
    """The wallet does not hold enough (402)."""

    mend = "top up the wallet (M-Pesa, in SautiKit's console)"


class NotFound(CarrierError):  # noqa: N818  named as one says it
    """There is nothing of this name (404); of a recording: not yet, or never."""

    mend = "check the id: nothing of the workspace has it"


class Gone(CarrierError):  # noqa: N818  named as one says it
    """It was there and will not come back (410)."""

    mend = "nothing: it is lost on the platform"


class Conflict(CarrierError):  # noqa: N818  named as one says it
    """It contradicts what is under way (409), such as an idempotency key used for another call."""

    mend = "wait until what is under way is over, then try again"


class Refused(CarrierError):  # noqa: N818  named as one says it
    """The request is not to the platform's liking (any other 4xx)."""

    mend = "correct what was asked for"


class RateLimited(CarrierError):  # noqa: N818  named as one says it
    """Too many requests (429), also after those waits that were allowed."""

    mend = "wait a minute and try again"


class PlatformFault(CarrierError):  # noqa: N818  named as one says it
    """The platform failed (5xx)."""

    mend = "try again in some minutes; if it stays so, give the request id to SautiKit's support"


_BY_CODE: tuple[tuple[str, type[CarrierError]], ...] = (
    (r"wallet[._]insufficient_funds", WalletEmpty),
    (r"api_key\.scope_(denied|invalid)", ScopeDenied),
    (r"account\.suspended", AccountSuspended),
    (r"(api_key|auth)\..*", KeyRefused),
    (r"idempotency\.conflict", Conflict),
)
"""Codes that say more than their status does (contract section 2, "Code names seen")."""

_BY_STATUS: dict[int, type[CarrierError]] = {
    401: KeyRefused,
    402: WalletEmpty,
    403: Denied,
    404: NotFound,
    409: Conflict,
    410: Gone,
    429: RateLimited,
}

_SCOPE = re.compile(r"\b(?:numbers|wallet|calls|webrtc|webhooks|conferences)\.[a-z_]+\b")
_CODE = re.compile(r"[\w.:/-]{1,80}")
_MOST_MESSAGE = 300


class _Inner(msgspec.Struct):
    code: str = ""
    message: str = ""
    request_id: str = ""
    reason: str = ""
    retry_after_seconds: float | None = None


class _Envelope(_Inner):
    error: _Inner | str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is none, as it came."""

    status: int
    body: bytes
    retry_after_s: float | None = None
    """Of the header ``Retry-After``."""
    request_id: str = ""
    """Of the header ``X-Request-Id``, if the body has none."""


def error_of(deed: str, refusal: Refusal, *, scope: str = "", hide: str = "") -> CarrierError:
    """Read a refusal, in either form, or none at all.

    Args:
        deed: What was asked for.
        refusal: The answer.
        scope: What the key needs for it by the platform's pages, if it does not say so itself.
        hide: The API key, in case that the platform repeats it.
    """
    told = _told(refusal.body)
    code = told.code if _CODE.fullmatch(told.code) else "unknown"
    message = " ".join((told.message or told.reason).split())[:_MOST_MESSAGE]
    if hide:
        message, code = message.replace(hide, "[key]"), code.replace(hide, "[key]")
    kind = _kind(code, refusal.status)
    if kind is ScopeDenied:
        named = _SCOPE.findall(message)
        scope = named[0] if named else scope
    return kind(
        deed,
        status=refusal.status,
        code=code,
        message=message,
        request_id=told.request_id or refusal.request_id,
        retry_after_s=refusal.retry_after_s
        if refusal.retry_after_s is not None
        else told.retry_after_seconds,
        scope=scope if issubclass(kind, Denied) else "",
    )


def _kind(code: str, status: int) -> type[CarrierError]:
    for pattern, kind in _BY_CODE:
        if status < 500 and re.fullmatch(pattern, code):
            return kind
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return PlatformFault
    return Refused if status >= 400 else Unreadable


def _told(body: bytes) -> _Inner:
    try:
        envelope = msgspec.json.decode(body, type=_Envelope, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _Inner()
    if isinstance(envelope.error, _Inner):
        return envelope.error
    if isinstance(envelope.error, str):
        envelope.message = envelope.message or envelope.error
    return envelope
