"""``mapokezi demo``: what it leaves one with."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapokezi.cli.demo import _invite, phone_page
from mapokezi.config import EmulatorConfig, Settings, StoreConfig


def test_it_ends_by_telling_where_the_telephone_in_the_browser_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(
        store=StoreConfig(folder=str(tmp_path)), emulator=EmulatorConfig(port=18_482)
    )
    assert phone_page(settings) == "http://127.0.0.1:18482/"
    _invite(settings, tmp_path)
    said = capsys.readouterr().out
    assert "by a telephone in the browser:\n  http://127.0.0.1:18482/\n" in said
