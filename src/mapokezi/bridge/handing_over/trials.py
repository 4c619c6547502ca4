"""A call in which one executor is tried, though it is not proven: placed by `mapokezi doctor`.

The label with which the platform was asked to place it says which. It comes back in the platform's
own posts, so nobody but the holder of the API key can have an executor tried.
"""

from __future__ import annotations

from mapokezi.records.executors import Executor

_LABEL = "mapokezi-trial-"


_BY_CLOSE = "close-"


def trial_label(executor: Executor, key: str, *, by_close: bool = False) -> str:
    """The label of a call in which an executor is tried.

    Args:
        executor: Which.
        key: Something that no other call has, in hexadecimal digits.
        by_close: Of `Executor.DIAL`: whether the stream is closed at once, without asking by text.
    """
    return f"{_LABEL}{executor.value}-{_BY_CLOSE if by_close else ''}{key}"


def closes_on_trial(label: str) -> bool:
    """Whether the stream is closed under the caller in a call of this label, to see what follows.

    It is the operator's own call: nobody else hears the silence, if there is one.
    """
    return label.startswith(f"{_LABEL}{Executor.DIAL.value}-{_BY_CLOSE}")


def trial_of(label: str) -> Executor | None:
    """Which executor is tried in a call of this label; None: none is."""
    if not label.startswith(_LABEL):
        return None
    word = label.removeprefix(_LABEL).partition("-")[0]
    return Executor(word) if word in (Executor.DIAL, Executor.CONFERENCE) else None
