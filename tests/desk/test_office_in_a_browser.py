"""An office's forms in a real browser, at both sizes and in both lights, without a script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest
from tests.browser import DESKTOP, IN_A_BROWSER, PHONE, Page
from tests.desk.test_in_a_browser import browser, page, served

if TYPE_CHECKING:
    from tests.desk.conftest import Desk

pytestmark = IN_A_BROWSER
__all__ = ["browser", "page", "served"]
OURS = "/office/law-office"
PAGES = (
    OURS,
    f"{OURS}/people/brian-otieno",
    f"{OURS}/messages",
    f"{OURS}/files/facts.md",
    f"{OURS}/history/1",
)
MORE = ("hours", "people", "ringing", "telling", "facts?new", "prices?new", "voice", "history")


def fill(page: Page, name: str, value: str) -> None:
    page.run(f"document.querySelector('[name=\"{name}\"]').value = {value!r}")


def test_closed_today_by_hand_is_seen_saved_and_taken_back(outside: Desk, page: Page) -> None:
    page.look(PHONE)
    page.open("/office")
    fill(page, "closures.1.reason", "a funeral")
    page.click("Look at it")
    assert "closed for a funeral" in page.text
    assert page.accessibility_faults() == []
    page.run("document.querySelector('select[name=who]').value = 'brian-otieno'")
    page.click("Save it")
    assert page.path == OURS
    assert "Saved as version 2" in page.text
    assert page.accessibility_faults() == []
    page.open(f"{OURS}/history/1")
    page.click("Bring version 1 back")
    assert "Saved as version 3" in page.text
    assert "funeral" not in (outside.office_folder / "hours.toml").read_text("utf-8")
    assert [text for text in page.complaints if "401" not in text] == []


@pytest.mark.proof
def test_what_is_wrong_is_told_where_it_was_typed(outside: Desk, page: Page) -> None:
    page.look(PHONE)
    page.open(f"{OURS}/people/brian-otieno")
    fill(page, "mobile", "0700000102")
    page.click("Look at the difference")
    told = page.run(
        "document.getElementById(document.querySelector('[name=mobile]')"
        ".getAttribute('aria-describedby').split(' ')[1]).innerText"
    )
    assert 'write "+254700000102"' in told
    assert page.run("document.documentElement.scrollWidth") <= 360
    assert page.accessibility_faults() == []


@pytest.mark.parametrize(
    "pages",
    [PAGES, pytest.param([f"{OURS}/{one}" for one in MORE], marks=pytest.mark.proof)],
    ids=["pages", "more"],
)
def test_the_pages_of_an_office_fit_and_can_be_read(
    outside: Desk, page: Page, pages: Sequence[str]
) -> None:
    page.open(f"{OURS}/calls")
    fill(page, "call_cap_minutes", "20")
    page.click("Look at the difference")
    page.click("Save it")
    for number, path in enumerate(pages):
        for size, dark in ((PHONE, bool(number % 2)), (DESKTOP, not number % 2)):
            page.look(size, dark=dark)
            page.open(path)
            page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert page.run("document.documentElement.scrollWidth") <= size["width"], path
        assert page.accessibility_faults() == [], path
    assert [text for text in page.complaints if "401" not in text] == []


def test_a_form_is_filled_with_the_keyboard_alone(outside: Desk, page: Page) -> None:
    page.open(f"{OURS}/calls")
    page.run("document.querySelector('[name=call_cap_minutes]').focus()")
    page.run("document.querySelector('[name=call_cap_minutes]').select()")
    page.ask("Input.insertText", text="20")
    page.run("window.left = true")
    for kind in ("keyDown", "keyUp"):
        page.ask(
            "Input.dispatchKeyEvent", type=kind, key="Enter", text="\r", windowsVirtualKeyCode=13
        )
    page.loaded()
    assert "Is this meant?" in page.text, "Enter looks at the difference, and saves nothing"
    assert "20" in page.text
    assert page.run("document.querySelector('main button').value") == "save"
