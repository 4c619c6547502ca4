"""Secrets, from the environment or from a file that it names; they are in no settings file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from mapokezi.errors import ConfigurationError


def read_secrets(name: str, environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Read a secret, or several that commas part, from the environment or the file it names.

    Args:
        name: The variable: ``SAUTIKIT_API_KEY``, ``MAPOKEZI_WEBHOOK_SECRETS``. The file's path
            would be in ``SAUTIKIT_API_KEY_FILE``.
        environment: The environment; the process's own by default.

    Raises:
        ConfigurationError: If the file that the environment names cannot be read.
    """
    text = read_secret(name, environment)
    return tuple(part.strip() for part in text.split(",") if part.strip())


def read_secret(name: str, environment: Mapping[str, str] | None = None) -> str:
    """Read one secret, in which a comma is a comma, from the environment or the file it names.

    Args:
        name: The variable; the file's path would be in the variable with ``_FILE``.
        environment: The environment; the process's own by default.

    Raises:
        ConfigurationError: If the file that the environment names cannot be read.
    """
    environment = os.environ if environment is None else environment
    text = environment.get(name, "")
    file = environment.get(f"{name}_FILE")
    if file:
        try:
            text = Path(file).read_text(encoding="utf-8")
        except OSError as error:
            raise ConfigurationError(f"{name}_FILE: cannot read {file}: {error.strerror}") from None
    return text.strip()


def variable_of(*parts: str) -> str:
    """The variable of what an operator or an office has named: ``MAPOKEZI_WAY_SMS_URL``."""
    return "_".join(("MAPOKEZI", *parts)).replace("-", "_").upper()
