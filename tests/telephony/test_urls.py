"""The addresses that the platform is given."""

from __future__ import annotations

from mapokezi.calls import CallId
from mapokezi.telephony.urls import After, CallbackUrls

CALL = CallId("20261122-081501-4f2a9c00")


def test_urls_of_a_public_address() -> None:
    urls = CallbackUrls("https://office.example")
    assert urls.voice == "https://office.example/voice"
    assert urls.events == "https://office.example/voice/events"
    assert urls.continued(CALL, After.DIAL) == (
        f"https://office.example/voice/continue?call={CALL}&after=dial"
    )
    assert urls.stream_status(CALL) == f"https://office.example/voice/stream-status?call={CALL}"
    assert urls.media(CALL, "node-1", "t_k-n") == (
        f"wss://office.example/ws/media/node-1?call={CALL}&token=t_k-n"
    )


def test_on_a_laptop_the_socket_is_unencrypted() -> None:
    urls = CallbackUrls("http://127.0.0.1:8480")
    assert urls.media(CALL, "n", "t").startswith("ws://127.0.0.1:8480/ws/media/n?")


def test_everything_hangs_below_the_unguessable_part() -> None:
    urls = CallbackUrls("https://office.example/line/", "s3cret")
    assert urls.voice == "https://office.example/line/s3cret/voice"
    assert urls.media(CALL, "n 1", "t").startswith(
        "wss://office.example/line/s3cret/ws/media/n%201?"
    )
    assert urls.prefix == "/line/s3cret"
    assert urls.local_prefix == "/s3cret"
