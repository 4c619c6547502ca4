"""``mapokezi desk --link``; what a running desk does is tried in ``tests/desk``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapokezi.desk.door import Door

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


def test_the_link_of_a_running_desk_is_printed_and_nothing_else(shell: Shell) -> None:
    shell.on_the_usual_ports()
    shell.data_folder.mkdir()
    door = Door(shell.data_folder / "desk-link", lambda: 0.0)
    said = shell.run("desk", "--link")
    assert said.code == 0
    assert said.out == f"http://127.0.0.1:8481/enter?key={door.key}\n"
    assert door.enter(door.key)
    assert shell.run("desk", "--link").out != said.out


def test_the_link_names_the_desk_s_own_port(shell: Shell) -> None:
    shell.data_folder.mkdir()
    Door(shell.data_folder / "desk-link", lambda: 0.0)
    shell.set(MAPOKEZI_DESK_PORT="9999")
    assert shell.run("desk", "--link").out.startswith("http://127.0.0.1:9999/enter?key=")


def test_without_a_desk_there_is_no_link(shell: Shell) -> None:
    assert "no desk is up with the data folder" in shell.run("desk", "--link").fault
