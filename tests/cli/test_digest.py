"""``mapokezi digest``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapokezi.records.changes import Change

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


def test_a_day_in_short(shell: Shell, a_call: tuple[Change, ...]) -> None:
    shell.keep(a_call)
    assert shell.run("digest", "--day", "2026-11-20").out.splitlines() == [
        "Kamau and Otieno Advocates, Friday 20/11",
        "  1 call: 1 left a message.",
        "  Phone line: about KES 1.25.",
    ]
    swahili = shell.run("digest", "--day", "2026-11-20", "--language", "sw").out
    assert "Ijumaa 20/11" in swahili
    assert "No calls today." in shell.run("digest", "--day", "2026-11-19").out


def test_of_one_office(shell: Shell) -> None:
    shell.keep(())
    assert "Kamau" in shell.run("digest", "--office", "law-office").out
    assert "there is no office clinic" in shell.run("digest", "--office", "clinic").fault
