"""With every logger at its most talkative, no call of the client's writes its key anywhere."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from base64 import b64encode
from collections.abc import Iterator

import pytest
import structlog
from tests.carrier.conftest import KEY, OwnTime
from tests.carrier.test_asking import ALL
from tests.fakes.scripted_api import Reply, ScriptedApi, refusal

from mapokezi.carrier import CarrierError, Patience, SautiKit, TimeLimits

pytestmark = pytest.mark.anyio

FORMS = (KEY, KEY.upper(), b64encode(KEY.encode()).decode(), KEY.encode().hex(), KEY[12:])
"""The key as it is, and as it would be written by somebody who meant to hide it."""
FAULTS = {
    "none": None,
    "a refusal that repeats the key": refusal(401, "api_key.invalid", f"no such key: {KEY}"),
    "a fault that repeats it": refusal(500, "internal_error", f"Bearer {KEY}"),
    "a page that repeats it": Reply(200, f"<html>Authorization: Bearer {KEY}</html>".encode()),
    "a redirect": Reply(307, None, {"Location": "https://elsewhere.example/v1"}),
    "half an answer": Reply(200, b"x" * 100, cut_after=10),
    "no answer": Reply(cut_after=-1),
}


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """What all loggers write, those of the HTTP library and of asyncio among them."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s %(exc_info)s"))
    root = logging.getLogger()
    quiet = {
        name: logging.getLogger(name).level
        for name in ("httpx2", "httpcore2", *logging.root.manager.loggerDict)
    }
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in quiet:
        logging.getLogger(name).setLevel(logging.DEBUG)
    with structlog.testing.capture_logs() as lines:
        yield written
    written.write(repr(lines))
    root.removeHandler(handler)
    root.setLevel(before)
    for name, level in quiet.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_call_writes_the_key(
    api: ScriptedApi,
    time: OwnTime,
    fault: str,
    everything_logged: io.StringIO,
    capfd: pytest.CaptureFixture[str],
) -> None:
    asyncio.get_running_loop().set_debug(True)
    limits = TimeLimits(usual=Patience(each_s=5.0, all_s=60.0))
    async with SautiKit(api.url, KEY, limits=limits, clock=time.clock) as sautikit:
        for name, (ask, good) in ALL.items():
            planted = FAULTS[fault]
            api.otherwise = lambda _asked, reply=planted or good: reply  # type: ignore[misc]
            try:
                await ask(sautikit)
            except CarrierError as error:
                logging.getLogger("a program").debug("%s failed", name, exc_info=error)
                shown = f"{error} {error!r} {vars(error)}"
                sys.stderr.write(shown)
    asyncio.get_running_loop().set_debug(False)
    keys = {asked.headers.get("authorization") for asked in api.asked} - {None}
    assert keys == {f"Bearer {KEY}"}, "it was sent"
    said = capfd.readouterr()
    logged = everything_logged.getvalue() + said.out + said.err
    assert "httpcore2.http11" in logged, "the HTTP library told each step"
    assert "httpx2" in logged or fault == "no answer"
    assert not [form for form in FORMS if form in logged]


def test_the_search_would_find_it(everything_logged: io.StringIO) -> None:
    logging.getLogger("httpcore2.http11").debug("sent %r", [(b"authorization", KEY.encode())])
    assert KEY in everything_logged.getvalue()
