"""The documents that the law wants, from the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.desk.conftest import Desk


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("processing-record", "# Record of processing: Kamau and Otieno Advocates"),
        ("dpia", "# Data protection impact assessment (draft): Kamau and Otieno Advocates"),
    ],
)
def test_a_document_is_made_of_the_office_as_it_stands(desk: Desk, name: str, title: str) -> None:
    answer = desk.browser.get(f"/documents/law-office/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/markdown")
    assert f'filename="law-office-{name}.md"' in answer.headers["content-disposition"]
    assert answer.text.startswith(title)
    assert f'href="/documents/law-office/{name}"' in desk.browser.get("/office/law-office").text


def test_what_there_is_not_is_not_found(desk: Desk) -> None:
    assert desk.browser.get("/documents/law-office/secrets").status_code == 404
    assert desk.browser.get("/documents/other/dpia").status_code == 404


def test_nobody_gets_them_from_outside(outside: Desk) -> None:
    assert outside.browser.get("/documents/law-office/dpia").status_code == 401
