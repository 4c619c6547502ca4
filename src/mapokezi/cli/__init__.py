"""The commands, one file each. This module puts them together."""

from __future__ import annotations

import sys

import typer

from mapokezi import logs
from mapokezi.cli import (
    audit,
    call,
    callers,
    calls,
    calls_export,
    db,
    demo,
    desk,
    digest,
    doctor,
    emulator,
    hand_offs,
    line,
    messages,
    notices,
    numbers,
    office_record,
    questions,
    recordings,
    retention,
    serve,
    speech,
    tasks,
)
from mapokezi.cli.settings import tell_supervisor
from mapokezi.errors import MapokeziError

app = typer.Typer(
    name="mapokezi",
    help=(
        "The reception desk: answers an office's telephone by voice.\n\n"
        "New here? `mapokezi demo` rings it once and shows what happens; "
        "`mapokezi call --say 'Are you open on Saturday?'` lets you try it yourself."
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)

ANSWER = "Answer the telephone"
TRY = "Try it without a telephone"
READ = "Read what came of it"
KEEP = "Keep, give out, erase"
CHECK = "Set up and check"

app.command("serve", rich_help_panel=ANSWER)(serve.serve)
app.command("line", rich_help_panel=ANSWER)(line.line)
app.command("speech", rich_help_panel=ANSWER)(speech.speech)
app.command("desk", rich_help_panel=ANSWER)(desk.desk)
app.command("demo", rich_help_panel=TRY)(demo.demo)
app.command("emulator", rich_help_panel=TRY)(emulator.emulator)
app.command("call", rich_help_panel=TRY)(call.call)
app.add_typer(calls.app, name="calls", rich_help_panel=READ)
app.add_typer(messages.app, name="messages", rich_help_panel=READ)
app.add_typer(tasks.app, name="tasks", rich_help_panel=READ)
app.add_typer(questions.app, name="questions", rich_help_panel=READ)
app.add_typer(hand_offs.app, name="hand-offs", rich_help_panel=ANSWER)
app.add_typer(notices.app, name="notices", rich_help_panel=READ)
app.command("digest", rich_help_panel=READ)(digest.digest)
calls.app.command("export")(calls_export.export)
app.add_typer(recordings.app, name="recordings", rich_help_panel=KEEP)
app.add_typer(retention.app, name="retention", rich_help_panel=KEEP)
app.add_typer(callers.app, name="callers", rich_help_panel=KEEP)
app.add_typer(audit.app, name="audit", rich_help_panel=KEEP)
app.add_typer(db.app, name="db", rich_help_panel=KEEP)
app.command("doctor", rich_help_panel=CHECK)(doctor.doctor)
app.add_typer(office_record.app, name="office", rich_help_panel=CHECK)
app.add_typer(numbers.app, name="numbers", rich_help_panel=CHECK)


def main() -> None:
    """Run the command that was asked for; a foreseen error is one clear line and exit 1."""
    try:
        app()
    except MapokeziError as error:
        logs.finish()
        if not tell_supervisor(error):
            sys.stderr.write(f"mapokezi: {error}\n")  # in one go: other processes write there, too
        sys.exit(1)
