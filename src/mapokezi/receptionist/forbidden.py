"""What an office never answers, only passes on: the kinds that its topics name."""

from __future__ import annotations

import re

_NAMED_BY = {
    "advice": ("advice", "advise", "opinion"),
    "outcome": ("outcome", "advice", "chance"),
    "medical": ("medical", "diagnos", "results", "medicine", "treatment"),
    "price": ("fee", "price", "cost", "charge"),
    "discount": ("fee", "price", "cost", "discount", "charge"),
    "private": ("private", "personal", "number", "address"),
    "client": ("client", "patient", "customer", "tenant"),
}
"""The kinds of the general examples, and the words by which an office's topics name each."""


def closed_kinds(topics: tuple[str, ...]) -> frozenset[str]:
    """Give the kinds that an office's topics close."""
    named = " ".join(topics).lower()
    return frozenset(
        kind for kind, words in _NAMED_BY.items() if any(word in named for word in words)
    )


_OF_ANOTHER = re.compile(
    r"\b(?:is|was|are|were|has|have|did) (?!(?:i|we|you|it|there|this|that|he or she)\b)"
    r"(?:\w+ ){1,6}?(?:one of |a |among |with )?your (?:\w+ )?"
    r"(?:clients?|patients?|customers?|tenants?|members?)\b"
    r"|\b(?:is|was|are|were) (?!(?:i|we|you|it|there|this|that)\b)(?:\w+ ){1,6}?"
    r"an? (?:client|patient|customer|tenant|member) of (?:yours|your)\b"
)


def asks_of_another(said: str, topics: tuple[str, ...]) -> bool:
    """Say whether plain text asks whether somebody is a client, and the office keeps that back."""
    return _OF_ANOTHER.search(said) is not None and "client" in closed_kinds(topics)
