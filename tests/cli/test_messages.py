"""``mapokezi messages``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.postgres import on_each_database

from mapokezi.records.changes import Change, MarkMessage, SaveMessage

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


@on_each_database
def test_with_no_messages_it_says_so(shell: Shell) -> None:
    shell.keep(())
    assert shell.run("messages", "list").out == "No messages yet.\n"
    assert shell.run("messages", "list", "--unread").out == "No unread messages.\n"


@on_each_database
def test_a_message_is_two_lines_whole_also_on_a_narrow_terminal(
    shell: Shell, a_call: tuple[Change, ...]
) -> None:
    shell.keep(a_call)
    first, second = shell.run("messages", "list").out.splitlines()
    assert first == (
        "• 2026-11-20 06:30 UTC  for wanjiku-kamau: urgent "
        "Grace [/red] Njeri +254722000100 (not sure: name)"
    )
    assert second == (
        "  The transfer of a plot in Kiambu, which is a long and complicated matter.; "
        "best time: tomorrow at ten  c-000000"
    )


@on_each_database
def test_what_was_read_has_no_mark_and_can_be_left_out(
    shell: Shell, a_call: tuple[Change, ...]
) -> None:
    shell.keep(a_call)
    message = next(change for change in a_call if isinstance(change, SaveMessage)).message
    shell.keep((MarkMessage(message.message_id, datetime(2026, 11, 21, tzinfo=UTC)),))
    assert shell.run("messages", "list").out.startswith("  2026-11-20")
    assert shell.run("messages", "list", "--unread").out == "No unread messages.\n"


def test_before_the_first_start_it_says_that_there_is_no_database(shell: Shell) -> None:
    assert "there is no database at" in shell.run("messages", "list").fault
