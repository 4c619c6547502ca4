"""An operator's own prices and rate, as the settings file has them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from mapokezi.app.prices import price_table
from mapokezi.config import read_settings
from mapokezi.errors import ConfigurationError


def written(folder: Path, text: str) -> Path:
    path = folder / "mapokezi.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_prices_and_rate_are_read(tmp_path: Path) -> None:
    text = """
    [exchange]
    kes_per_usd = 129.2
    on = "2026-11-20"

    [price."gemini-3.8-live"]
    audio_in = 3.0
    since = 2026-11-01
    """
    table = price_table(read_settings(written(tmp_path, text), {}))
    assert table.of("gemini-3.8-live", date(2026, 11, 2)) == {"audio_in": Decimal("3.0")}
    assert table.rate is not None
    assert (table.rate.per_usd, table.rate.on) == (Decimal("129.2"), date(2026, 11, 20))


def test_without_a_rate_there_is_none() -> None:
    assert price_table(read_settings(None, {})).rate is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[price."m"]\naudio = 3\n', "audio is no unit"),
        ('[price."m"]\naudio_in = "x"\n', 'price."m": audio_in'),
        ("[exchange]\nkes_per_usd = -1\n", "exchange.kes_per_usd"),
        ('[exchange]\nkes_per_usd = 1\non = "soon"\n', "exchange.on"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, says: str) -> None:
    settings = read_settings(written(tmp_path, text), {})
    with pytest.raises(ConfigurationError) as caught:
        price_table(settings)
    assert says in str(caught.value)
