"""What an office never answers, only passes on: the kinds that its topics name."""

from __future__ import annotations

_NAMED_BY = {
    "advice": ("advice", "advise", "opinion"),
    "outcome": ("outcome", "advice", "chance"),
    "medical": ("medical", "diagnos", "results", "medicine", "treatment"),
    "price": ("fee", "price", "cost", "charge"),
    "discount": ("fee", "price", "cost", "discount", "charge"),
    "private": ("private", "personal", "number", "address"),
    "client": ("client", "patient", "customer"),
}
"""The kinds of the general examples, and the words by which an office's topics name each."""


def closed_kinds(topics: tuple[str, ...]) -> frozenset[str]:
    """Give the kinds that an office's topics close."""
    named = " ".join(topics).lower()
    return frozenset(
        kind for kind, words in _NAMED_BY.items() if any(word in named for word in words)
    )
