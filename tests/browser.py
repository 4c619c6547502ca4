"""Debian's chromium without a window, driven by the DevTools protocol as far as it is needed."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(
    str(distribution("axe-playwright-python").locate_file("axe_playwright_python/axe.min.js"))
)
PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
DESKTOP = {"width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": False}
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt install chromium"),
]
"""What a test module says of itself."""
_SWITCHES = (
    "headless no-sandbox disable-gpu disable-quic no-first-run disable-background-networking "
    "disable-component-update disable-sync remote-debugging-port=0"
)


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
            if answer.get("method") == "Runtime.exceptionThrown":
                self.complaints.append(str(answer["params"]["exceptionDetails"]))
            if answer.get("id") == self.count:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def run(self, script: str) -> Any:
        """Evaluate a script in the page, as if somebody had touched it; a promise is waited for."""
        answer = self.ask(
            "Runtime.evaluate",
            expression=script,
            returnByValue=True,
            awaitPromise=True,
            userGesture=True,
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def open(self, path: str) -> None:
        """Go to a page and wait until it has loaded."""
        self.run("window.left = true")
        self.ask("Page.navigate", url=path if path.startswith("http") else self.base + path)
        self.loaded()

    def click(self, words: str) -> None:
        """Press the first button with these words, and wait for the page that follows."""
        self.run("window.left = true")
        self.press(words)
        self.loaded()

    def press(self, words: str) -> None:
        """Press the first button with these words."""
        pressed = (
            "(b => { b.click(); return b.textContent; })([...document.querySelectorAll('button')]"
            f".find(b => b.textContent === {json.dumps(words)}))"
        )
        assert self.run(pressed) == words

    def loaded(self) -> None:
        """Wait until another page than the last one stands there whole."""
        # A context's first, empty document may be replaced by another one, which is no page either.
        is_page = "location.protocol !== 'about:'"
        self.until(f"!window.left && {is_page} && document.readyState === 'complete'")

    def until(self, holds: str, within_s: float = 30.0) -> Any:
        """Wait until a script's value is true, and give it."""
        ends_at = time.monotonic() + within_s
        while not (found := self.run(holds)):
            assert time.monotonic() < ends_at, f"not within {within_s} s: {holds}\n{self.text}"
            time.sleep(0.02)
        return found

    def accessibility_faults(self) -> list[str]:
        """What axe finds: an element and the rule that it breaks."""
        self.run(AXE.read_text(encoding="utf-8"))
        found = self.run("axe.run().then(found => JSON.stringify(found.violations))")
        return [
            f"{fault['id']}: {node['html']} {node['failureSummary']}"
            for fault in json.loads(found)
            for node in fault["nodes"]
        ]

    def look(self, size: Mapping[str, Any], *, dark: bool = False) -> None:
        """Have a screen of this size, light or dark."""
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self, path: Path) -> None:
        """Write the whole page as a PNG file."""
        taken = self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(taken["data"]))

    @property
    def text(self) -> str:
        """What can be read."""
        return str(self.run("document.body.innerText"))

    @property
    def path(self) -> str:
        """Where it is."""
        return str(self.run("location.pathname"))


@dataclass(frozen=True)
class Browser:
    """A browser that is up."""

    devtools: str
    """Its own socket."""

    @contextmanager
    def page(self, base: str) -> Iterator[Page]:
        """A page that knows nothing of any other: with cookies, stores and caches of its own.

        Args:
            base: What paths are added to.
        """
        with connect(self.devtools, max_size=None) as devtools:
            page = Page(devtools, base)
            apart = page.ask("Target.createBrowserContext")["browserContextId"]
            target = page.ask("Target.createTarget", url="about:blank", browserContextId=apart)
            attached = page.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
            page.session = attached["sessionId"]
            page.ask("Log.enable")
            page.ask("Runtime.enable")
            try:
                yield page
            finally:
                page.session = ""
                page.ask("Target.disposeBrowserContext", browserContextId=apart)


@contextmanager
def running_browser(profile: Path, *switches: str) -> Iterator[Browser]:
    """Start a browser, which takes seconds of a processor: one for all tests of a module.

    Args:
        profile: Where the browser keeps its things; a folder that is not there yet.
        switches: Further switches, without their hyphens.
    """
    assert CHROMIUM is not None
    command = [CHROMIUM, *(f"--{switch}" for switch in (*_SWITCHES.split(), *switches))]
    process = subprocess.Popen(
        [*command, f"--user-data-dir={profile}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Browser(_devtools(profile))
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def browser_page(profile: Path, base: str, *switches: str) -> Iterator[Page]:
    """Start a browser for one page alone, and give its page; see `running_browser`."""
    with running_browser(profile, *switches) as browser, browser.page(base) as page:
        yield page


def _devtools(profile: Path) -> str:
    """The browser's own socket, which it writes down when it is up."""
    file = profile / "DevToolsActivePort"
    ends_at = time.monotonic() + 60
    while not (file.is_file() and len(file.read_text().split()) == 2):
        assert time.monotonic() < ends_at, "chromium did not start"
        time.sleep(0.05)
    port, path = file.read_text().split()
    return f"ws://127.0.0.1:{port}{path}"
