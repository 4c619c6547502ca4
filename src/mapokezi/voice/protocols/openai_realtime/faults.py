"""Which faults end a session for good, and which pass."""

from __future__ import annotations

from mapokezi.voice.protocols.openai_realtime.server_messages import ErrorInfo

ACTIVE_RESPONSE = "conversation_already_has_active_response"
"""Two asked for a response at once: the server's detector and we."""
SESSION_EXPIRED = "session_expired"

_FATAL = frozenset(
    {
        "insufficient_quota",
        "credit_balance_exhausted",
        "billing_hard_limit_reached",
        "invalid_api_key",
        "account_deactivated",
        "forbidden",
        "model_not_found",
        "invalid_model",
    }
)
"""Codes after which a new session would fail in the same way."""
_PASSING_STATUSES = frozenset({408, 409, 425, 429})
_LOWEST_STATUS, _HIGHEST_STATUS = 100, 599
_POLICY = 1008


def error_of(told: ErrorInfo | str | None) -> ErrorInfo:
    """Give an error in one form: some servers tell it as a text."""
    if isinstance(told, ErrorInfo):
        return told
    return ErrorInfo(message=told)


def is_fatal(error: ErrorInfo) -> bool:
    """Whether no session of this profile will do better."""
    return error.code in _FATAL or error.type in _FATAL


def describe(error: ErrorInfo) -> str:
    """Say what a server complained of, for the operator: its code, and its words if it has none.

    The words may quote what we sent, hence the caller, so they are not told beside a code.
    """
    return error.code or error.type or error.message or "no reason told"


def describe_close(code: int, reason: str) -> str:
    """Say how a socket ended."""
    if code == 0:
        return f"could not be reached: {reason}" if reason else "could not be reached"
    kind = "answered" if _LOWEST_STATUS <= code <= _HIGHEST_STATUS else "closed with"
    return f"{kind} {code}: {reason}" if reason else f"{kind} {code}"


def close_is_fatal(code: int, reason: str) -> bool:
    """Whether a socket's end says that dialling again is of no use."""
    if any(fatal in reason for fatal in _FATAL):
        return True
    if _LOWEST_STATUS <= code <= _HIGHEST_STATUS:
        return 400 <= code < 500 and code not in _PASSING_STATUSES
    return code == _POLICY
