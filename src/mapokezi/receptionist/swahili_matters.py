"""What offices deal with, as callers say it in Swahili: their files are written in English."""

from __future__ import annotations

_MATTERS = {
    "ardhi": "land and property",
    "shamba": "land and property",
    "mashamba": "land and property",
    "nyumba": "property",
    "familia": "family",
    "talaka": "divorce",
    "watoto": "custody of children",
    "mirathi": "succession",
    "urithi": "inheritance",
    "wosia": "wills",
    "kazi": "employment",
    "ajira": "employment",
    "mwajiri": "employer",
    "mshahara": "salary",
    "jinai": "criminal",
    "dhamana": "bail",
    "polisi": "police",
    "ajali": "accident",
    "trafiki": "traffic",
    "kampuni": "companies",
    "biashara": "business",
    "mkataba": "contracts",
    "mikataba": "contracts",
    "deni": "debt collection",
    "madeni": "debt collection",
    "hesabu": "accounts",
    "uhasibu": "accounts",
    "malipo": "payments",
    "kesi": "case",
    "miadi": "appointments",
}
"""By the words of the files."""


def matter_in_english(words: str) -> str:
    """Put the Swahili words of a matter into English, each for itself; the others stay."""
    return " ".join(_MATTERS.get(word, word) for word in words.split())
