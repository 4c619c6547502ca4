"""What a task is: something that somebody of the office has to do for a caller, by a time.

A task says nothing of what the caller said: it names the call and the message, and what stands
there is shown with it. So it holds no personal data but what the staff write into its comments.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from mapokezi.calls import CallId, OfficeId
from mapokezi.errors import MapokeziError
from mapokezi.records.instants import AtAnInstant, require_utc
from mapokezi.records.message_record import MessageId

TaskId = NewType("TaskId", str)
"""Our own id of a task: that of the message it is about, or the call's and why it is rung back."""


class TaskKind(StrEnum):
    """What is to be done."""

    MESSAGE = "message"
    """A message was left: answer it."""
    CALL_BACK = "call_back"
    """Nothing was left, and the caller is to be rung all the same."""


class TaskState(StrEnum):
    """How far it is."""

    OPEN = "open"
    """Nobody has said that they do it."""
    TAKEN = "taken"
    DONE = "done"


class TaskDeed(StrEnum):
    """What the staff do with a task."""

    TAKE = "take"
    PUT_BACK = "put_back"
    """Nobody does it just now, or it was not done after all."""
    FINISH = "finish"


class TaskDeedRefused(MapokeziError):  # noqa: N818  in the words of the trade
    """A task cannot be moved so: somebody else was quicker, or it is done."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done for a caller."""

    task_id: TaskId
    office_id: OfficeId
    call_id: CallId
    kind: TaskKind
    opened_at: datetime
    due_at: datetime
    message_id: MessageId | None = None
    owner: str = ""
    """The person's id in the office's directory; empty: anybody of the office."""
    urgent: bool = False
    revised_at: datetime | None = None
    """Of which version of the message it is; None: not of one."""
    taken_by: str = ""
    """Their id in the directory, or their name as they wrote it."""
    taken_at: datetime | None = None
    done_by: str = ""
    done_at: datetime | None = None
    escalations: int = 0
    """How often the next person was told that nobody has taken it."""
    escalate_at: datetime | None = None
    """When the next person is told, unless somebody takes it; None: nobody any more."""

    def __post_init__(self) -> None:
        """Check the instants."""
        for name in ("opened_at", "due_at", "revised_at", "taken_at", "done_at", "escalate_at"):
            require_utc(getattr(self, name), f"Task.{name}")

    @property
    def state(self) -> TaskState:
        """How far it is."""
        if self.done_at is not None:
            return TaskState.DONE
        return TaskState.OPEN if self.taken_at is None else TaskState.TAKEN

    def is_late(self, now: datetime) -> bool:
        """Whether it should have been done by now."""
        return self.done_at is None and self.due_at <= now


@dataclass(frozen=True, slots=True)
class TaskComment(AtAnInstant):
    """What somebody of the staff wrote to a task."""

    task_id: TaskId
    number: int
    """Counts from 0 within its task."""
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class TaskInFull:
    """A task with its comments."""

    task: Task
    comments: tuple[TaskComment, ...] = ()


@dataclass(frozen=True, slots=True)
class MoveTask(AtAnInstant):
    """Somebody of the staff takes a task, puts it back, or has done it. See `moved`."""

    task_id: TaskId
    deed: TaskDeed
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CommentTask(AtAnInstant):
    """Somebody of the staff writes something to a task. The same twice stands once."""

    task_id: TaskId
    by: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks are wanted; what is None does not matter."""

    office_id: OfficeId | None = None
    owner: str | None = None
    call_id: CallId | None = None
    is_open: bool | None = True
    """True: still to be done, the first due first; False: done, the latest first; None: both, the
    first due first."""


ALL_OPEN = TaskFilter()


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """How many tasks of an office, or of all, are at what point."""

    open: int = 0
    taken: int = 0
    late: int = 0
    """Of the open and the taken ones, those that should have been done."""
    done: int = field(default=0)


PUT_BACK_TOLD_AFTER = timedelta(minutes=5)
"""The next person is told of what was put back: nobody has it any more. Not at once, for whoever
pressed the wrong button takes it again in a moment."""


def moved(task: Task, move: MoveTask) -> Task:
    """Carry out what somebody does with a task.

    Raises:
        TaskDeedRefused: it is done already, or somebody else has it.
    """
    if move.deed is TaskDeed.PUT_BACK:
        if task.state is TaskState.OPEN:
            return task
        told_at = move.at + PUT_BACK_TOLD_AFTER
        return replace(
            task, taken_by="", taken_at=None, done_by="", done_at=None, escalate_at=told_at
        )
    if task.state is TaskState.DONE:
        raise TaskDeedRefused("this task is done already")
    if move.deed is TaskDeed.FINISH:
        return replace(task, done_by=move.by, done_at=move.at, escalate_at=None)
    if task.state is TaskState.TAKEN and task.taken_by != move.by:
        raise TaskDeedRefused("somebody else has taken this task already")
    return replace(task, taken_by=move.by, taken_at=move.at, escalate_at=None)


def revised(standing: Task, told: Task) -> Task:
    """Bring a task up to its message, which the caller has corrected since.

    What was done before the correction may have been wrong, so a task that is done is open again;
    who has taken it keeps it.
    """
    if told.revised_at is None or (
        standing.revised_at is not None and told.revised_at <= standing.revised_at
    ):
        return standing
    return replace(
        standing,
        owner=told.owner,
        urgent=told.urgent,
        due_at=min(standing.due_at, told.due_at) if standing.done_at is None else told.due_at,
        revised_at=told.revised_at,
        done_by="",
        done_at=None,
        escalate_at=told.escalate_at if standing.taken_at is None else None,
    )
