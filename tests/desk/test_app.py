"""The desk behind its door, as a browser meets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.desk.conftest import Desk
    from tests.sample_records import Examples

HIDDEN = (
    "/",
    "/messages",
    "/calls/c-000000",
    "/calls/c-000000/recording",
    "/no-such-page",
    "/enterprise",
    "/healthz/more",
    "//static/desk.css",
)


@pytest.mark.parametrize("path", HIDDEN)
def test_a_stranger_sees_no_page(outside: Desk, examples: Examples, path: str) -> None:
    outside.keep(*examples.whole_call())
    answer = outside.browser.get(path)
    assert answer.status_code == 401
    assert "mapokezi desk --link" in answer.text
    assert "722" not in answer.text


def test_the_link_lets_a_browser_in_once(outside: Desk) -> None:
    key = outside.door.key
    answer = outside.browser.get("/enter", params={"key": key}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert outside.browser.get("/").status_code == 200
    outside.browser.cookies.clear()
    again = outside.browser.get("/enter", params={"key": key})
    assert again.status_code == 401
    assert "This link has been used" in again.text


@pytest.mark.parametrize("key", [None, "", "wrong", "%C3%A9"])
def test_a_wrong_link_opens_nothing(outside: Desk, key: str | None) -> None:
    path = "/enter" if key is None else f"/enter?key={key}"
    answer = outside.browser.get(path)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


def test_a_made_up_cookie_is_no_key(outside: Desk) -> None:
    outside.browser.cookies.set("mapokezi-desk", "made-up")
    assert outside.browser.get("/").status_code == 401


def test_the_cookie_is_good_for_a_working_day(desk: Desk) -> None:
    desk.clock.now += 12 * 3600 - 1
    assert desk.browser.get("/").status_code == 200
    desk.clock.now += 1
    assert desk.browser.get("/").status_code == 401


def test_logging_out_needs_a_new_link(desk: Desk) -> None:
    assert desk.send("/leave") == 303
    assert desk.browser.get("/").status_code == 401
    desk.come_in()
    assert desk.browser.get("/").status_code == 200


def test_a_cookie_that_was_kept_is_worthless_after_logging_out(desk: Desk) -> None:
    kept = desk.browser.cookies["mapokezi-desk"]
    desk.send("/leave")
    desk.browser.cookies.set("mapokezi-desk", kept)
    assert desk.browser.get("/").status_code == 401


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "",
        "https://elsewhere.example",
        "http://testserver.elsewhere.example",
        "http://testserver:8080",
        "testserver",
    ],
)
def test_forms_of_other_sites_are_refused(
    desk: Desk, examples: Examples, origin: str | None
) -> None:
    desk.keep(*examples.whole_call())
    assert desk.send("/messages/m-000000/read", origin) == 403
    assert desk.send("/leave", origin) == 403
    assert desk.read_at() is None
    assert desk.browser.get("/").status_code == 200


def test_a_stranger_cannot_send_a_form_either(outside: Desk, examples: Examples) -> None:
    outside.keep(*examples.whole_call())
    assert outside.send("/messages/m-000000/read") == 401
    assert outside.read_at() is None


@pytest.mark.parametrize("path", ["/", "/messages", "/healthz", "/static/desk.css", "/nothing"])
def test_every_answer_carries_the_browser_s_orders(desk: Desk, path: str) -> None:
    headers = desk.browser.get(path).headers
    policy = headers["content-security-policy"]
    for order in ("default-src 'self'", "form-action 'self'", "frame-ancestors 'none'"):
        assert order in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "no-store" in headers["cache-control"]


def test_the_closed_door_carries_them_too(outside: Desk) -> None:
    assert "frame-ancestors 'none'" in outside.browser.get("/").headers["content-security-policy"]


def test_what_a_watcher_and_a_browser_need_first_is_open(outside: Desk) -> None:
    assert outside.browser.get("/healthz").text == "ok\n"
    assert "--ground" in outside.browser.get("/static/desk.css").text
    assert outside.browser.get("/static/bell.svg").headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/none"])
def test_nothing_but_static_files_is_open(outside: Desk, path: str) -> None:
    answer = outside.browser.get(path)
    assert answer.status_code in {401, 404}
    assert "def " not in answer.text


def test_a_page_that_is_not_there_is_said_so_in_the_desk_s_own_page(desk: Desk) -> None:
    answer = desk.browser.get("/no-such-page")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert 'href="/messages"' in answer.text


def test_no_page_holds_a_script_or_a_style_that_the_policy_would_stop(
    desk: Desk, examples: Examples
) -> None:
    desk.keep(*examples.whole_call())
    for path in ("/", "/messages", "/calls/c-000000", "/no-such-page"):
        text = desk.browser.get(path).text
        assert "<script" not in text
        assert "style=" not in text
        assert "http://" not in text
