"""What the tests of sending share: a mail server and an HTTP receiver on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.fakes.mail_server import MailServer
from tests.fakes.scripted_api import Reply, ScriptedApi


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A mail server that takes everything unless told otherwise."""
    with MailServer().serving() as server:
        yield server


@pytest.fixture
def receiver() -> Iterator[ScriptedApi]:
    """An HTTP server that answers 200 unless told otherwise."""
    scripted = ScriptedApi()
    scripted.otherwise = lambda _asked: Reply(200, {})
    with scripted.serving():
        yield scripted
