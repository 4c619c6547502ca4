"""The tutorial "your own office": its files, commands and clicks work as they are written."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer.main
from tests.browser import IN_A_BROWSER, Page, browser_page
from tests.fakes.mail_server import MailServer
from tests.tutorial import (
    ChangeLines,
    FillIn,
    PressButton,
    Step,
    TypeCommand,
    WriteFile,
    steps_of,
    write,
)
from typer.testing import CliRunner

from mapokezi.cli import app

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "tutorial" / "your-own-office.md"
PROGRAM = ".venv/bin/mapokezi "
_STARTED = "The receptionist is up."
_LINK = re.compile(r"http://127\.0\.0\.1:\d+(/\S*enter\S*)")


def steps() -> list[Step]:
    return list(steps_of(PAGE.read_text(encoding="utf-8")))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder in which nothing was done yet, as far as the tutorial needs it."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "mapokezi").symlink_to(Path(sys.executable).parent / "mapokezi")
    (tmp_path / "offices").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


# -- without a telephone: in every run --


def test_its_files_make_an_office_of_which_nothing_is_wrong(project: Path) -> None:
    said = ""
    for step in steps():
        if isinstance(step, TypeCommand) and step.line.startswith(f"{PROGRAM}office "):
            done = CliRunner().invoke(app, shlex.split(step.line.removeprefix(PROGRAM)))
            assert done.exit_code == 0, f"{step.line}\n{done.output}"
            said += done.output
        elif isinstance(step, WriteFile | ChangeLines):
            write(step, project)
    assert "Sunrise Salon, hello." in said
    assert "Braiding costs from two thousand five hundred shillings." in said
    assert (project / "mapokezi.toml").read_text(encoding="utf-8").startswith("[office]")


def test_every_command_that_it_has_is_one_with_these_options() -> None:
    typed = [step.line for step in steps() if isinstance(step, TypeCommand)]
    ours = [line for line in typed if line.startswith(PROGRAM)]
    others = {line.partition(" ")[0] for line in typed} - {PROGRAM.strip()}
    assert others == {"export", "make"}
    for line in ours:
        command, words = typer.main.get_command(app), shlex.split(line.removeprefix(PROGRAM))
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]  # type: ignore[attr-defined]
        command.make_context("typed", words, resilient_parsing=False)
    assert re.search(r"(?m)^run: .*\n\t@\$\(BIN\)/mapokezi demo$", (ROOT / "Makefile").read_text())


def test_what_is_pressed_and_filled_in_stands_on_the_desk() -> None:
    templates = ROOT / "src" / "mapokezi" / "desk" / "templates"
    pages = "\n".join(path.read_text(encoding="utf-8") for path in templates.glob("*.html"))
    words = {step.words for step in steps() if isinstance(step, PressButton)}
    labels = {step.label for step in steps() if isinstance(step, FillIn)}
    assert {"Messages", "Questions", "Make it a fact"} <= words
    for each in sorted(words):
        assert re.search(rf">{each}\b", pages), each
    for each in sorted(labels):
        assert f"<label>{each}" in pages, each


def test_a_block_that_nobody_is_told_what_to_do_with_is_an_error() -> None:
    with pytest.raises(ValueError, match="nobody is told"):
        list(steps_of("Look at this:\n\n```toml\na = 1\n```\n"))


def test_a_line_that_does_not_stand_there_cannot_be_changed(project: Path) -> None:
    (project / "a.toml").write_text('name = "A"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="0 lines that begin with greeting"):
        write(ChangeLines("a.toml", 'greeting = "B"\n'), project)


# -- all of it, with real calls --


class Terminal:
    """The terminals of whoever does the tutorial."""

    def __init__(self, project: Path, mail: MailServer) -> None:
        self.project = project
        self.environment = dict(os.environ) | _free_ports()
        self._account = f"mailto://127.0.0.1:{mail.port}?from=r@example.co.ke&to={{to}}"
        self.printed = ""
        """What the last command has printed."""
        self.link = ""

    def export(self, line: str) -> None:
        """Take a setting; of the account, which is everybody's own, the mail server's here."""
        name, _, value = line.removeprefix("export ").partition("=")
        assert "USER:PASSWORD@" in value
        self.environment[name] = self._account

    def type(self, line: str) -> None:
        """Type a command and wait until it is done."""
        done = subprocess.run(
            shlex.split(line),
            cwd=self.project,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        self.printed = done.stdout
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        if found := _LINK.search(done.stdout):
            self.link = found[0]

    @contextmanager
    def running(self) -> Iterator[None]:
        """`make run` in the first terminal, until Ctrl-C; its recipe is `mapokezi demo`."""
        process = subprocess.Popen(
            [*PROGRAM.split(), "demo"],
            cwd=self.project,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        lines: list[str] = []
        assert process.stdout is not None
        reading = threading.Thread(target=lines.extend, args=(process.stdout,))
        reading.start()
        try:
            ends_at = time.monotonic() + 300
            while not any(_STARTED in line for line in lines):
                assert process.poll() is None, "".join(lines)
                assert time.monotonic() < ends_at, "".join(lines)
                time.sleep(0.2)
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)
            reading.join(20)
            process.stdout.close()


def _free_ports() -> dict[str, str]:
    """Somebody may have a receptionist running here already."""
    found: dict[str, str] = {}
    with _free_sockets(3) as sockets:
        for key, probe in zip(("LINE", "DESK", "EMULATOR"), sockets, strict=True):
            found[f"MAPOKEZI_{key}_PORT"] = str(probe.getsockname()[1])
    return found


@contextmanager
def _free_sockets(count: int) -> Iterator[list[socket.socket]]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        yield sockets
    finally:
        for each in sockets:
            each.close()


def press(page: Page, words: str) -> None:
    """Press the first button, link or fold with these words, and wait for what follows."""
    page.run(
        "(b => b.click())([...document.querySelectorAll('button, a, summary')]"
        f".find(b => b.textContent.trim().startsWith({words!r})))"
    )
    time.sleep(0.5)
    page.until("document.readyState === 'complete'")


def fill_in(page: Page, label: str, text: str) -> None:
    page.run(
        "(l => { l.querySelector('input, textarea').value = "
        f"{text!r} }})([...document.querySelectorAll('label')]"
        f".find(l => l.textContent.trim().startsWith({label!r})))"
    )


@pytest.mark.proof
@pytest.mark.call
@IN_A_BROWSER[0]
@IN_A_BROWSER[1]
@pytest.mark.timeout(1500)
def test_it_is_done_as_it_is_written(project: Path) -> None:
    todo = steps()
    start = next(at for at, step in enumerate(todo) if step == TypeCommand("make run"))
    with MailServer().serving() as mail:
        terminal = Terminal(project, mail)
        for step in todo[:start]:
            if isinstance(step, WriteFile | ChangeLines):
                write(step, project)
            elif isinstance(step, TypeCommand) and step.line.startswith("export "):
                terminal.export(step.line)
            else:
                assert isinstance(step, TypeCommand)
                terminal.type(step.line)
        with terminal.running():
            printed = _second_terminal(terminal, todo[start + 1 :], project)
        assert [to for (to,) in mail.to] == ["mary@example.co.ke"]
        assert "Grace" in mail.mail[0].get_content()
    assert "Grace" in printed[0], "the message"
    assert "(braids" in printed[1], printed[1]
    assert "(gift-vouchers" not in printed[1], printed[1]
    assert "(gift-vouchers" in printed[2], printed[2]
    assert "gift vouchers at the salon" in (project / "offices/sunrise/facts.md").read_text()


def _second_terminal(terminal: Terminal, todo: list[Step], project: Path) -> list[str]:
    """Do what is done beside `make run`; give what lists and calls looked like."""
    printed: list[str] = []
    with browser_page(project / "browser", "") as page:
        for step in todo:
            if isinstance(step, TypeCommand):
                terminal.type(step.line)
                if " list" in step.line or " show" in step.line:
                    printed.append(terminal.printed)
                continue
            if page.path == "blank":
                page.open(terminal.link)
            if isinstance(step, PressButton):
                press(page, step.words)
            elif isinstance(step, FillIn):
                fill_in(page, step.label, step.text)
            assert page.complaints == []
    return printed
