"""The desk in a real browser: what a browser sends by itself no other test knows."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from tests.browser import IN_A_BROWSER, PHONE, Page, browser_page

if TYPE_CHECKING:
    from tests.desk.conftest import Desk
    from tests.sample_records import Examples

pytestmark = IN_A_BROWSER


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
    with browser_page(tmp_path / "profile", served) as page:
        page.open(f"/enter?key={outside.door.key}")
        yield page


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
    page.until("document.querySelector('audio').duration === 5")


def test_no_page_is_wider_than_a_telephone(outside: Desk, examples: Examples, page: Page) -> None:
    outside.keep(*examples.whole_call())
    page.ask("Emulation.setDeviceMetricsOverride", **PHONE)
    for path in ("/", "/?outcome=flash", "/messages", "/calls/c-000000", "/calls/none"):
        page.open(path)
        page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.run("document.documentElement.scrollWidth") <= 360, path
    assert [text for text in page.complaints if "404" not in text] == []
