"""What a process costs, read from ``/proc`` (Linux)."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """A process at one instant."""

    at_s: float
    cpu_s: float
    """User and system time since its start, all threads."""
    resident_kb: int

    @classmethod
    def of(cls, pid: int) -> Cost:
        """Look at a process.

        Raises:
            OSError: There is none.
        """
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        resident = re.search(r"VmRSS:\s+(\d+)", status)
        cpu_s = (int(stat[11]) + int(stat[12])) / _TICKS_PER_S
        return cls(time.monotonic(), cpu_s, int(resident[1]) if resident else 0)

    def cpu_ms_per_call_second(self, before: Cost, calls: int) -> float:
        """Give the processor time since ``before``, a call and second."""
        return (self.cpu_s - before.cpu_s) * 1000 / (self.at_s - before.at_s) / calls
