"""The address of the one who is told, put into an account's URL."""

from __future__ import annotations

from urllib.parse import quote

from mapokezi.records.notices import ADDRESS_MARK


def with_address(url: str, address: str) -> str:
    """Put an address into an account's URL; nothing in it can change the rest of the URL."""
    return url.replace(ADDRESS_MARK, quote(address, safe=""))
