"""The tables. `migrations` builds them; a test holds the two together.

Identifiers and enumerations are plain text, so that a new outcome needs no migration. Lists that
are only ever read whole (hand-offs, unsure slots, fact ids) are JSON in their row.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from mapokezi.stores.column_types import HeardText, UtcInstant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

calls = Table(
    "calls",
    metadata,
    Column("call_id", Text, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("office_id", Text, nullable=False),
    Column("office_version", Integer),
    Column("node", Text, nullable=False),
    Column("caller", Text),
    Column("dialled", Text, nullable=False),
    Column("arrived_at", UtcInstant, nullable=False),
    Column("answered_at", UtcInstant),
    Column("ended_at", UtcInstant),
    Column("outcome", Text),
    Column("termination_result", Text),
    Column("termination_reason", Text),
    Column("termination_detail", HeardText),
    Column("voice", Text, nullable=False),
    Column("recording", Text),
    Column("notice_wording", HeardText),
    Column("notice_at", UtcInstant),
    Column("caller_ms", Integer),
    Column("receptionist_ms", Integer),
    Column("both_ms", Integer),
    Column("thinking_ms", Integer),
    Column("dead_air_ms", Integer),
    Column("cost_minor", Integer),
    Column("cost_currency", Text),
    Column("cost_estimated", Boolean),
    Column("hand_offs", JSON, nullable=False),
    Column("model_usage", JSON(none_as_null=True)),
    Column("claims", JSON(none_as_null=True)),
    Column("notices", JSON(none_as_null=True)),
    Column("recording_refused", JSON(none_as_null=True)),
    Column("ledger", JSON(none_as_null=True)),
    Column("rings_back", Text),
    # Each list is read along an index that already has its order, so that a page costs the same
    # whatever the number of calls. The outcome at the end of the first two lets a day be counted
    # from the index alone.
    Index("ix_calls_arrived", "arrived_at", "call_id", "outcome"),
    Index("ix_calls_office_arrived", "office_id", "arrived_at", "call_id", "outcome"),
    Index("ix_calls_outcome", "outcome", "arrived_at", "call_id"),
    Index("ix_calls_office_outcome", "office_id", "outcome", "arrived_at", "call_id"),
    Index("ix_calls_caller", "caller", "arrived_at", "call_id"),
    Index("ix_calls_session", "session_id"),
    Index("ix_calls_rings_back", "rings_back"),
    Index("ix_calls_node_ended", "node", "ended_at"),
)

turns = Table(
    "turns",
    metadata,
    Column("call_id", Text, ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("speaker", Text, nullable=False),
    Column("text", HeardText, nullable=False),
    Column("started_ms", Integer, nullable=False),
    Column("ended_ms", Integer, nullable=False),
    Column("cut", Boolean, nullable=False),
    Column("unheard_text", HeardText, nullable=False),
    Column("fact_ids", JSON, nullable=False),
)

timeline = Table(
    "timeline",
    metadata,
    Column("call_id", Text, ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at_ms", Integer, nullable=False),
    Column("what", Text, nullable=False),
    Column("values", JSON, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    Column("message_id", Text, primary_key=True),
    # No foreign key: a message outlives the record of its call (retention differs by kind), and
    # must be kept even if that record could not be.
    Column("call_id", Text, nullable=False),
    Column("office_id", Text, nullable=False),
    Column("name", HeardText, nullable=False),
    Column("number", HeardText, nullable=False),
    Column("reason", HeardText, nullable=False),
    Column("best_time", HeardText, nullable=False),
    Column("for_person", HeardText, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("unsure", JSON, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("read_at", UtcInstant),
    UniqueConstraint("call_id", "for_person", name="uq_messages_call_person"),
    Index("ix_messages_call", "call_id", "created_at", "message_id"),
    Index("ix_messages_created", "created_at", "message_id"),
    Index("ix_messages_office_created", "office_id", "created_at", "message_id"),
    Index("ix_messages_office_read", "office_id", "read_at", "created_at", "message_id"),
    Index("ix_messages_read", "read_at", "created_at", "message_id"),
)

platform_calls = Table(
    "platform_calls",
    metadata,
    # No foreign key: word of a session may come before its call is on record, or without one.
    Column("session_id", Text, primary_key=True),
    Column("call_uuid", Text, nullable=False),
    Column("ended_at", UtcInstant),
    Column("duration_s", Integer),
    Column("end", HeardText, nullable=False),
    Column("recordings", JSON, nullable=False),
    Index("ix_platform_calls_uuid", "call_uuid"),
)

platform_events = Table(
    "platform_events",
    metadata,
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("received_at", UtcInstant, nullable=False),
    Column("last_at", UtcInstant, nullable=False),
    Column("node", Text, nullable=False),
    Column("session_id", Text, nullable=False),
    Column("call_uuid", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due_at", UtcInstant, nullable=False),
    Column("worked_at", UtcInstant),
    Index("ix_platform_events_waiting", "worked_at", "due_at", "key"),
    Index("ix_platform_events_last", "last_at"),
    Index("ix_platform_events_uuid", "call_uuid", "worked_at"),
)

notices = Table(
    "notices",
    metadata,
    Column("notice_id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("office_id", Text, nullable=False),
    # No foreign key: a notice may be of no call, and retention differs by kind.
    Column("call_id", Text),
    Column("task_id", Text),
    Column("person_id", Text),
    Column("for_person", Text, nullable=False),
    Column("caller", Text),
    Column("kind", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("way_kind", Text, nullable=False),
    Column("address", HeardText, nullable=False),
    Column("language", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("title", HeardText, nullable=False),
    Column("text", HeardText, nullable=False),
    Column("link", Text, nullable=False),
    Column("step", Integer, nullable=False),
    Column("planned_at", UtcInstant, nullable=False),
    Column("not_before", UtcInstant, nullable=False),
    Column("state", Text, nullable=False),
    Column("is_repeat", Boolean, nullable=False),
    Column("blind_repeats", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("begun_at", UtcInstant),
    Column("sent_at", UtcInstant),
    Column("why", Text, nullable=False),
    Column("receipt", Text, nullable=False),
    UniqueConstraint("key", name="uq_notices_key"),
    Index("ix_notices_due", "state", "not_before"),
    Index("ix_notices_planned", "planned_at", "notice_id"),
    Index("ix_notices_call", "call_id", "planned_at"),
    Index("ix_notices_task", "task_id", "state"),
    Index("ix_notices_caller", "caller"),
    Index("ix_notices_address", "address", "kind", "planned_at"),
)

notice_attempts = Table(
    "notice_attempts",
    metadata,
    Column(
        "notice_id", Text, ForeignKey("notices.notice_id", ondelete="CASCADE"), primary_key=True
    ),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("begun_at", UtcInstant, nullable=False),
    Column("ended_at", UtcInstant),
    Column("outcome", Text, nullable=False),
    Column("is_repeat", Boolean, nullable=False),
    Column("why", Text, nullable=False),
    Column("receipt", Text, nullable=False),
)

tasks = Table(
    "tasks",
    metadata,
    Column("task_id", Text, primary_key=True),
    Column("office_id", Text, nullable=False),
    # No foreign keys: a task outlives the records of its call and message (retention differs).
    Column("call_id", Text, nullable=False),
    Column("message_id", Text),
    Column("kind", Text, nullable=False),
    Column("owner", HeardText, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("opened_at", UtcInstant, nullable=False),
    Column("due_at", UtcInstant, nullable=False),
    Column("revised_at", UtcInstant),
    Column("taken_by", HeardText, nullable=False),
    Column("taken_at", UtcInstant),
    Column("done_by", HeardText, nullable=False),
    Column("done_at", UtcInstant),
    Column("escalations", Integer, nullable=False),
    Column("escalate_at", UtcInstant),
    Index("ix_tasks_due", "done_at", "due_at", "task_id"),
    Index("ix_tasks_office_due", "office_id", "done_at", "due_at", "task_id"),
    Index("ix_tasks_escalate", "done_at", "taken_at", "escalate_at"),
    Index("ix_tasks_call", "call_id"),
    Index("ix_tasks_message", "message_id"),
)

task_comments = Table(
    "task_comments",
    metadata,
    Column("task_id", Text, ForeignKey("tasks.task_id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcInstant, nullable=False),
    Column("by", HeardText, nullable=False),
    Column("text", HeardText, nullable=False),
)

effects = Table(
    "effects",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("effect", Text, primary_key=True),
    Column("call_id", Text),
    Column("tries", Integer, nullable=False),
    Column("due_at", UtcInstant),
    Column("done_at", UtcInstant),
    Column("version", UtcInstant),
    Column("why", Text, nullable=False),
    Index("ix_effects_done", "done_at", "due_at"),
    Index("ix_effects_call", "call_id"),
)

call_notes = Table(
    "call_notes",
    metadata,
    Column("call_id", Text, primary_key=True),
    Column("office_id", Text, nullable=False),
    Column("made_at", UtcInstant, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("lines", JSON, nullable=False),
    Column("promises", JSON, nullable=False),
    Column("fields", JSON, nullable=False),
    Column("unsure", JSON, nullable=False),
    Column("tags", JSON, nullable=False),
    Index("ix_call_notes_made", "made_at"),
)

open_questions = Table(
    "open_questions",
    metadata,
    # No foreign key: a question may be saved before, or without, the record of its call.
    Column("question_id", Text, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("office_id", Text, nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("at_ms", Integer, nullable=False),
    Column("turn", Integer),
    Column("words", HeardText, nullable=False),
    Column("settled_at", UtcInstant),
    Column("settled_by", HeardText, nullable=False),
    Column("fact_id", Text, nullable=False),
    Index("ix_open_questions_call", "call_id"),
    Index("ix_open_questions_open", "settled_at", "at", "question_id"),
)

recordings = Table(
    "recordings",
    metadata,
    # No foreign key: the file is there whether or not the call's record is.
    Column("call_id", Text, primary_key=True),
    Column("copy", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("length_ms", Integer),
    Column("size_bytes", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("kept_at", UtcInstant, nullable=False),
    Index("ix_recordings_key", "key_id", "kept_at"),
)

audit_trail = Table(
    "audit_trail",
    metadata,
    Column("entry_id", Text, primary_key=True),
    Column("at", UtcInstant, nullable=False),
    Column("who", HeardText, nullable=False),
    Column("deed", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Index("ix_audit_trail_at", "at", "entry_id"),
    Index("ix_audit_trail_deed", "deed", "at"),
    Index("ix_audit_trail_subject", "subject", "at"),
)

erased_calls = Table(
    "erased_calls",
    metadata,
    # What is still said of these calls, by whoever comes late, is not kept.
    Column("call_id", Text, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("call_uuid", Text, nullable=False),
    Column("erased_at", UtcInstant, nullable=False),
    Index("ix_erased_calls_session", "session_id"),
    Index("ix_erased_calls_uuid", "call_uuid"),
)

executor_standings = Table(
    "executor_standings",
    metadata,
    Column("executor", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("since", UtcInstant),
    Column("why", Text, nullable=False),
    Column("by_close", Boolean, nullable=False),
)

presence = Table(
    "presence",
    metadata,
    Column("office_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("said_at", UtcInstant, nullable=False),
    Column("until", UtcInstant),
    Column("said_by", HeardText, nullable=False),
)

forwardings = Table(
    "forwardings",
    metadata,
    Column("office_id", Text, primary_key=True),
    Column("number", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("switched_at", UtcInstant, nullable=False),
    Column("until", UtcInstant),
    Column("switched_by", HeardText, nullable=False),
)

wallet_figures = Table(
    "wallet_figures",
    metadata,
    Column("wallet", Text, primary_key=True),
    Column("balance_minor", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Column("seen_at", UtcInstant, nullable=False),
)

office_versions = Table(
    "office_versions",
    metadata,
    Column("office_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcInstant, nullable=False),
    Column("who", HeardText, nullable=False),
    Column("files", JSON, nullable=False),
    Column("difference", JSON, nullable=False),
)
