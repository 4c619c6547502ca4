"""Asking the operator before something is done that costs money or cannot be taken back."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]


def is_wanted(question: str, yes: bool) -> bool:
    """Whether the operator wants it; nobody there to be asked is a no."""
    if yes:
        return True
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
