"""``mapokezi line --urls``; what a running line does is tried in ``tests/processes``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import structlog

from mapokezi.cli.line import _tell
from mapokezi.telephony.urls import CallbackUrls

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


def test_the_addresses_for_the_platform_are_printed(shell: Shell) -> None:
    shell.on_the_usual_ports()
    said = shell.run("line", "--urls")
    assert said.out.split() == [
        *("voice_callback_url", "http://127.0.0.1:8480/voice"),
        *("events_url", "http://127.0.0.1:8480/voice/events"),
    ]


def test_unsigned_callbacks_come_to_a_secret_path_that_stays(shell: Shell) -> None:
    shell.set(
        MAPOKEZI_LINE_PUBLIC_URL="https://voice.example.co.ke",
        MAPOKEZI_LINE_UNSIGNED_CALLBACKS="true",
    )
    said = shell.run("line", "--urls")
    secret = (shell.data_folder / "voice-url-secret").read_text(encoding="utf-8")
    assert len(secret) >= 20
    assert f"https://voice.example.co.ke/{secret}/voice\n" in said.out
    assert shell.run("line", "--urls").out == said.out


def test_a_public_line_that_anybody_could_post_to_has_no_address(shell: Shell) -> None:
    shell.set(MAPOKEZI_LINE_PUBLIC_URL="https://voice.example.co.ke")
    assert "unsigned" in shell.run("line", "--urls").fault


def test_at_the_start_they_are_told_but_no_secret_goes_into_a_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = CallbackUrls("https://voice.example.co.ke", "drawn-at-the-first-start")
    log = structlog.testing.CapturingLogger()
    monkeypatch.setattr("mapokezi.cli.line.log", log)
    _tell(urls)
    (told,) = log.calls
    assert told.kwargs["url"] == "https://voice.example.co.ke/SECRET/voice"
    assert "drawn" not in str(log.calls) + capsys.readouterr().out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    _tell(urls)
    assert urls.voice in capsys.readouterr().out
