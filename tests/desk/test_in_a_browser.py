"""The desk in a real browser: what a browser sends by itself no other test knows.

Driven by the DevTools protocol, as far as it is needed here, over its own WebSocket.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from websockets.sync.client import ClientConnection, connect

if TYPE_CHECKING:
    from tests.desk.conftest import Desk
    from tests.sample_records import Examples

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt install chromium"),
]


@dataclass
class Page:
    """A browser's one page."""

    socket: ClientConnection
    base: str
    session: str = ""
    count: int = 0
    complaints: list[str] = field(default_factory=list)

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its result; complaints that come meanwhile are kept."""
        self.count += 1
        message: dict[str, Any] = {"id": self.count, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv(timeout=30))
            if answer.get("method") == "Log.entryAdded":
                self.complaints.append(answer["params"]["entry"]["text"])
            if answer.get("id") == self.count:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def run(self, script: str) -> Any:
        """Evaluate a script in the page."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def open(self, path: str) -> None:
        """Go to a page of the desk and wait until it has loaded."""
        self.run("window.left = true")
        self.ask("Page.navigate", url=path if path.startswith("http") else self.base + path)
        self.loaded()

    def click(self, words: str) -> None:
        """Press the first button with these words, and wait for the page that follows."""
        self.run("window.left = true")
        pressed = (
            "(b => { b.click(); return b.textContent; })([...document.querySelectorAll('button')]"
            f".find(b => b.textContent === {json.dumps(words)}))"
        )
        assert self.run(pressed) == words
        self.loaded()

    def loaded(self) -> None:
        """Wait until another page than the last one stands there whole."""
        ends_at = time.monotonic() + 20
        while not self.run("!window.left && document.readyState === 'complete'"):
            assert time.monotonic() < ends_at, "the page did not load"

    @property
    def text(self) -> str:
        """What can be read."""
        return str(self.run("document.body.innerText"))

    @property
    def path(self) -> str:
        """Where it is."""
        return str(self.run("location.pathname"))


@pytest.fixture
def served(outside: Desk) -> Iterator[str]:
    """The desk on a port of its own, on its database's event loop."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(outside.browser.app, log_config=None, lifespan="off"))
    serving = outside.portal.start_task_soon(server.serve, [sock])
    yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    server.should_exit = True
    serving.result(timeout=20)
    sock.close()


@pytest.fixture
def page(outside: Desk, served: str, tmp_path: Path) -> Iterator[Page]:
    """A browser that has come in by the link."""
    assert CHROMIUM is not None
    profile = tmp_path / "profile"
    switches = (
        "headless no-sandbox disable-gpu disable-quic no-first-run disable-background-networking "
        "disable-component-update disable-sync remote-debugging-port=0"
    )
    command = [CHROMIUM, *(f"--{switch}" for switch in switches.split())]
    process = subprocess.Popen(
        [*command, f"--user-data-dir={profile}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with connect(_devtools(profile), max_size=None) as devtools:
            page = Page(devtools, served)
            target = page.ask("Target.createTarget", url="about:blank")["targetId"]
            attached = page.ask("Target.attachToTarget", targetId=target, flatten=True)
            page.session = attached["sessionId"]
            page.ask("Log.enable")
            page.open(f"/enter?key={outside.door.key}")
            yield page
    finally:
        process.terminate()
        process.wait(20)


def _devtools(profile: Path) -> str:
    """The browser's own socket, which it writes down when it is up."""
    file = profile / "DevToolsActivePort"
    ends_at = time.monotonic() + 30
    while not (file.is_file() and len(file.read_text().split()) == 2):
        assert time.monotonic() < ends_at, "chromium did not start"
        time.sleep(0.05)
    port, path = file.read_text().split()
    return f"ws://127.0.0.1:{port}{path}"


def test_the_buttons_work(outside: Desk, examples: Examples, page: Page) -> None:
    outside.keep(*examples.whole_call())
    page.open("/messages")
    assert page.run("document.querySelector('.count').textContent") == "1"
    page.click("Mark as read")
    assert page.path == "/messages"
    assert page.run("document.querySelector('.count')") is None
    assert outside.read_at() is not None
    page.click("Log out")
    assert "Please come in by a link" in page.text
    assert [text for text in page.complaints if "401" not in text] == []


def test_the_player_knows_how_long_the_recording_is(
    outside: Desk, examples: Examples, page: Page
) -> None:
    from mapokezi.records.changes import SaveArrival, SaveEnd

    recorded = examples.recorded(outside.data_folder, bytes(4 * 16_000 * 5))
    outside.keep(SaveArrival(examples.arrival()), SaveEnd(recorded))
    page.open("/calls/c-000000")
    ends_at = time.monotonic() + 20
    while page.run("document.querySelector('audio').duration") != 5:
        assert time.monotonic() < ends_at, page.run("document.querySelector('audio').error")


def test_no_page_is_wider_than_a_telephone(outside: Desk, examples: Examples, page: Page) -> None:
    outside.keep(*examples.whole_call())
    page.ask("Emulation.setDeviceMetricsOverride", **PHONE)
    for path in ("/", "/?outcome=flash", "/messages", "/calls/c-000000", "/calls/none"):
        page.open(path)
        page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.run("document.documentElement.scrollWidth") <= 360, path
    assert [text for text in page.complaints if "404" not in text] == []
