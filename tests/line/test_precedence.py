"""The line's priority, tried in processes of their own: what is asked for cannot be taken back."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from typing import Any

from mapokezi.line.precedence import _SESSION, NICENESS, keep_what_stays

_GO_FIRST = """
import json, os, sys, pathlib
from mapokezi.line.precedence import go_first
if sys.argv[1:]:
    os.setuid(int(sys.argv[1]))
before = os.getpriority(os.PRIO_PROCESS, 0)
went = go_first()
after = os.getpriority(os.PRIO_PROCESS, 0)
session = pathlib.Path("/proc/self/autogroup")
print(json.dumps({
    "went": went,
    "by": after - before,
    "niceness": after,
    # Empty where the session's leader lives outside this container.
    "session": (session.read_text().split() or [None])[-1] if session.exists() else None,
}))
"""


def gone_first(*arguments: str, own_session: bool = True) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", _GO_FIRST, *arguments],
        check=True,
        stdout=subprocess.PIPE,  # what it complains of is for the test's own report
        start_new_session=own_session,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_it_goes_first_where_it_may_and_says_so() -> None:
    told = gone_first()
    # What starts it may have gone first itself: then there is nothing left to raise.
    assert told["went"] is (told["niceness"] == NICENESS)
    if told["went"]:
        assert told["session"] in (str(NICENESS), None)


def test_another_s_session_is_left_alone() -> None:
    before = _SESSION.read_text(encoding="ascii") if _SESSION.exists() else None
    gone_first(own_session=False)
    assert (_SESSION.read_text(encoding="ascii") if _SESSION.exists() else None) == before


def test_a_line_that_may_not_runs_all_the_same() -> None:
    nobody = ("65534",) if os.getuid() == 0 else ()
    told = gone_first(*nobody)
    assert (told["went"], told["by"]) == (False, 0) or not nobody


def test_what_stays_is_not_walked_again() -> None:
    try:
        keep_what_stays()
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()


_ONE_THREAD = """
from threadpoolctl import threadpool_info
from mapokezi.line.precedence import keep_to_one_thread
import numpy
keep_to_one_thread()
print({pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"})
"""


def test_arithmetic_stays_in_its_own_thread() -> None:
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "2"}
    command = [sys.executable, "-c", _ONE_THREAD]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    assert done.stdout.strip() == "{1}"
