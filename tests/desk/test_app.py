"""The desk behind its door, as a browser meets it."""

from __future__ import annotations

import pytest

from tests.desk.conftest import Desk, Examples

PAGES = (
    "/",
    "/messages",
    "/calls/c-0000",
    "/calls/c-0000/recording",
    "/no-such-page",
    "/enterprise",
    "/healthz/more",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_sees_no_page(outside: Desk, examples: Examples, path: str) -> None:
    outside.keep(*examples.whole_call())
    answer = outside.browser.get(path)
    assert answer.status_code == 401
    assert "mapokezi desk --link" in answer.text
    assert "0722" not in answer.text
