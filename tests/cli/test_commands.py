"""Every command: its help, and how it says what is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import typer.main
from typer.core import TyperGroup

from mapokezi.cli import app

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


def all_commands() -> list[tuple[tuple[str, ...], Any]]:
    """Every command and group with the words that call it."""
    found: list[tuple[tuple[str, ...], Any]] = []

    def walk(words: tuple[str, ...], command: Any) -> None:
        found.append((words, command))
        if isinstance(command, TyperGroup):
            for name, below in command.commands.items():
                walk((*words, name), below)

    walk((), typer.main.get_command(app))
    assert len(found) > 12
    return found


def plain(text: str) -> str:
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", text.replace("`", "")).split())


@pytest.mark.parametrize(
    ("words", "command"), [pytest.param(*each, id=" ".join(each[0])) for each in all_commands()]
)
def test_every_command_and_option_explains_itself(
    shell: Shell, words: tuple[str, ...], command: Any
) -> None:
    shell.set(COLUMNS="200")
    said = shell.run(*words, "--help")
    assert said.code == 0
    help_text = plain(said.out)
    assert f"Usage: {' '.join(('mapokezi', *words))}" in help_text
    assert command.help
    assert plain(command.help.split("\n\n", maxsplit=1)[0]) in help_text
    for parameter in command.params:
        text = getattr(parameter, "help", None)
        assert text, f"{words}: {parameter.name} has no help"
        assert plain(text) in help_text


def test_without_a_command_the_commands_are_shown(shell: Shell) -> None:
    said = shell.run()
    for name in ("serve", "demo", "calls", "office"):
        assert name in said.out


@pytest.mark.parametrize(
    "words", [("sevre",), ("calls", "lsit"), ("calls", "list", "--limit", "0"), ("calls", "show")]
)
def test_a_wrong_word_is_told_with_where_to_look(shell: Shell, words: tuple[str, ...]) -> None:
    said = shell.run(*words)
    assert said.code == 2
    assert "--help" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("calls", "list"),
        ("calls", "show", "last"),
        ("messages", "list"),
        ("call", "--silent"),
        ("desk", "--link"),
        ("demo",),
        ("line",),
        ("emulator",),
    ],
)
def test_a_wrong_settings_file_is_told_by_every_command_that_reads_it(
    shell: Shell, words: tuple[str, ...]
) -> None:
    (shell.folder / "mapokezi.toml").write_text("[line]\nprot = 80\n", encoding="utf-8")
    assert shell.run(*words).fault.startswith("mapokezi.toml, line 2: line.prot: ")
    (shell.folder / "mapokezi.toml").rename(shell.folder / "other.toml")
    assert shell.run(*words, "-c", "other.toml").fault.startswith("other.toml, line 2: ")
    assert "cannot be read" in shell.run(*words, "--config", "none.toml").fault


def test_the_data_folder_is_made_and_is_the_owner_s_alone(shell: Shell) -> None:
    shell.set(MAPOKEZI_STORE_FOLDER="deep/below")
    shell.run("calls", "list")
    assert (shell.folder / "deep" / "below").stat().st_mode & 0o777 == 0o700


def test_a_data_folder_that_cannot_be_made_is_told(shell: Shell) -> None:
    (shell.folder / "file").write_text("")
    shell.set(MAPOKEZI_STORE_FOLDER="file/below")
    assert "store.folder: " in shell.run("calls", "list").fault


def test_a_secret_s_file_that_is_not_there_is_told_by_its_variable(shell: Shell) -> None:
    shell.set(MAPOKEZI_WEBHOOK_SECRETS_FILE="none")
    assert "MAPOKEZI_WEBHOOK_SECRETS_FILE: cannot read none" in shell.run("line").fault


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("MAPOKEZI_VOICE_KIND", "parrot", "voice.kind: 'parrot' is neither local nor script"),
        ("MAPOKEZI_LINE_TRACK", "both", "line.track: 'both' is none of"),
        ("MAPOKEZI_LINE_STREAM_RATE_HZ", "44100", "the platform knows 8000 and 16000"),
        ("MAPOKEZI_LINE_PUBLIC_URL", "voice.example", "is no http or https address"),
        ("MAPOKEZI_LINE_PUBLIC_URL", "https://voice.example", "MAPOKEZI_WEBHOOK_SECRETS"),
        ("MAPOKEZI_SPEECH_ADDRESS", "http://x", "write unix:///path/of/socket or tcp://"),
    ],
)
def test_a_setting_that_makes_no_sense_stops_the_line_with_a_line(
    shell: Shell, variable: str, value: str, says: str
) -> None:
    shell.set(**{variable: value})
    assert says in shell.run("line").fault


def test_a_script_that_cannot_be_followed_is_told_by_file_and_line(shell: Shell) -> None:
    (shell.folder / "tour.toml").write_text('[[step]]\nsya = "Hello"\n', encoding="utf-8")
    shell.set(MAPOKEZI_VOICE_KIND="script", MAPOKEZI_VOICE_SCRIPT="tour.toml")
    assert shell.run("line").fault.startswith("voice.script: tour.toml: line 1")
    shell.set(MAPOKEZI_VOICE_SCRIPT="none.toml")
    assert "none.toml: No such file" in shell.run("line").fault


def test_another_server_s_address_is_not_for_our_own_speech_process(shell: Shell) -> None:
    shell.set(MAPOKEZI_SPEECH_ADDRESS="tcp://ears.example:10300")
    assert "is another server's" in shell.run("speech").fault


def test_the_demo_is_not_for_a_public_address(shell: Shell) -> None:
    shell.set(MAPOKEZI_LINE_PUBLIC_URL="https://voice.example")
    assert "line.public_url" in shell.run("demo").fault
