"""How the line starts."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from mapokezi.app import line
from mapokezi.app.line import run_line
from mapokezi.config import LineConfig, OfficeConfig, Settings, StoreConfig
from mapokezi.errors import ConfigurationError

EXAMPLE = Path(__file__).parents[2] / "examples" / "law-office"


@pytest.mark.anyio
async def test_callbacks_wait_in_its_socket_while_the_clerks_learn(
    tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    knocked = []

    def learn(*_: Any) -> None:
        with socket.create_connection(("127.0.0.1", free_port), timeout=1) as caller:
            knocked.append(caller.getpeername()[1])
        raise ConfigurationError("far enough")

    monkeypatch.setattr(line, "voices_of", learn)
    settings = Settings(
        line=LineConfig(port=free_port),
        store=StoreConfig(folder=str(tmp_path)),
        office=OfficeConfig(folders=(str(EXAMPLE),)),
    )
    with pytest.raises(ConfigurationError, match="far enough"):
        await run_line(settings)
    assert knocked == [free_port]


@pytest.fixture
def free_port() -> int:
    """A port of loopback that nobody uses just now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port
