"""Taking ports and sockets before anything else."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from mapokezi.errors import ConfigurationError
from mapokezi.line.listening import line_sockets
from mapokezi.line.ports import listening_socket
from mapokezi.line.settings import LineSettings
from mapokezi.telephony.urls import CallbackUrls


def test_a_taken_port_names_its_setting() -> None:
    with listening_socket("127.0.0.1", 0, "desk.port") as first:
        port = first.getsockname()[1]
        with pytest.raises(ConfigurationError, match=rf"desk\.port: .*:{port}: Address already"):
            listening_socket("127.0.0.1", port, "desk.port")
    listening_socket("127.0.0.1", port, "desk.port").close()


def test_a_line_holds_its_port_and_its_data_folder(tmp_path: Path) -> None:
    def settings(port: int) -> LineSettings:
        urls = CallbackUrls("http://127.0.0.1:8480")
        return LineSettings(urls, port=port, internal_socket=tmp_path / "line.sock")

    with line_sockets(settings(0)) as held:
        # A connection waits until the line answers it.
        socket.create_connection(held.public.getsockname()).close()
        with (
            pytest.raises(ConfigurationError, match=r"line\.sock"),
            line_sockets(settings(0)),
        ):
            pass
        taken = held.public.getsockname()[1]
        with pytest.raises(ConfigurationError, match=r"line\.port"), line_sockets(settings(taken)):
            pass
    assert not (tmp_path / "line.sock").exists()
