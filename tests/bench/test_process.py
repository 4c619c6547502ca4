"""What a process costs, by the kernel's own account of it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from bench.process import Cost


def test_another_process_s_time_is_read_finely() -> None:
    spin = "import sys, time\nwhile time.process_time() < 0.3: pass\nprint()\nsys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", spin], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        cost = Cost.of(process.pid)
        assert 0.3 <= cost.cpu_s < 0.5
        assert cost.waited_s >= 0
        assert cost.resident_kb > 1_000
        process.communicate()


def test_shares_are_of_the_time_between_two_looks() -> None:
    before = Cost(at_s=10.0, cpu_s=1.0, waited_s=0.5, resident_kb=1)
    after = Cost(at_s=20.0, cpu_s=3.0, waited_s=1.0, resident_kb=1)
    assert after.cpu_ms_per_call_second(before, 20) == pytest.approx(10.0)
    assert after.share_of_a_core(before) == pytest.approx(20.0)
    assert after.share_waited(before) == pytest.approx(5.0)


def test_a_process_that_is_gone_is_told_of() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    with pytest.raises(FileNotFoundError):
        Cost.of(process.pid)
