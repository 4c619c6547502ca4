"""The relay in C, which stands in for the line: what comes over its media socket goes back."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from websockets.sync.client import connect

from bench import media_path
from mapokezi.telephony.actions import Stream
from mapokezi.telephony.markup import parse_xml
from mapokezi.telephony.stream import SUBPROTOCOL


@pytest.fixture
def relay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A relay's host and port."""
    monkeypatch.setattr(media_path, "FOLDER", tmp_path)
    program = media_path.built_relay()
    if program is None:
        pytest.skip("no C compiler")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([str(program), str(port)])
    try:
        transport = httpx2.HTTPTransport(retries=5)  # waits between them while it starts
        with httpx2.Client(transport=transport) as client:
            assert client.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def test_it_answers_the_first_post_with_a_stream_and_the_rest_with_nothing(relay: str) -> None:
    with httpx2.Client() as client:  # one connection for all of them
        asked = client.post(f"http://{relay}/voice", data={"callSessionState": "Ringing"})
        told = client.post(f"http://{relay}/voice", data={"callSessionState": "Completed"})
    (stream,) = parse_xml(asked.content)
    assert isinstance(stream, Stream)
    assert stream.url == f"ws://{relay}/media"
    assert stream.connect
    assert parse_xml(told.content) == ()


@pytest.mark.parametrize("size", [0, 1, 125, 126, 640, 64_000])
def test_it_sends_every_message_back(relay: str, size: int) -> None:
    sound = bytes(n * 7 % 256 for n in range(size))
    with connect(f"ws://{relay}/media", subprotocols=[SUBPROTOCOL]) as media:  # type: ignore[list-item]
        media.send("{}")  # metadata, which nothing comes of
        for _ in range(3):
            media.send(sound)
        assert [media.recv(timeout=30) for _ in range(3)] == [sound] * 3
        media.ping().wait(5)
