"""The class of picows that is private to it. What it does is tried over HTTP in ``tests/line``."""

from __future__ import annotations

import logging

import picows.picows
import pytest

from mapokezi.upgrade import protocol_arguments, upgraded_protocol_class

pytestmark = pytest.mark.anyio

LOGGER = logging.getLogger("tests.upgrade")


async def test_the_private_class_still_has_the_constructor_that_we_know() -> None:
    """If this fails, picows has changed: mend `upgrade`, or serve the line on `media_port`."""
    arguments = protocol_arguments(
        lambda _request: None, LOGGER, max_frame_bytes=1000, read_buffer_bytes=1000
    )
    private = picows.picows.WSProtocol  # type: ignore[attr-defined]
    private(**arguments)
    for name in arguments:
        with pytest.raises(TypeError):
            private(**{key: value for key, value in arguments.items() if key != name})
    with pytest.raises(TypeError):
        private(**arguments, something_new=1)
    for method in ("get_buffer", "buffer_updated", "connection_made", "connection_lost"):
        assert callable(getattr(private, method))
    ours = upgraded_protocol_class(
        lambda _request: None, LOGGER, max_frame_bytes=1000, read_buffer_bytes=1000
    )
    assert ours.__mro__[1] is private
