"""What a process costs, read from its own clock and from ``/proc`` (Linux)."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """A process at one instant."""

    at_s: float
    cpu_s: float
    """User and system time since its start, all threads."""
    waited_s: float
    """How long its first thread, the one of the event loop, wanted a core and had none."""
    resident_kb: int

    @classmethod
    def of(cls, pid: int) -> Cost:
        """Look at a process.

        Raises:
            FileNotFoundError: There is none.
        """
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        waited_ns = int(Path(f"/proc/{pid}/schedstat").read_text(encoding="utf-8").split()[1])
        resident = re.search(r"VmRSS:\s+(\d+)", status)
        # The number of another process's clock, as clock_getcpuclockid(3) makes it; in
        # nanoseconds, where /proc/PID/stat counts in hundredths of a second.
        cpu_s = time.clock_gettime(~pid << 3 | 2)
        return cls(time.monotonic(), cpu_s, waited_ns / 1e9, int(resident[1]) if resident else 0)

    def share_of_a_core(self, before: Cost) -> float:
        """Give the processor time since ``before`` as a share of one core, in per cent."""
        return (self.cpu_s - before.cpu_s) * 100 / (self.at_s - before.at_s)

    def share_waited(self, before: Cost) -> float:
        """Give the share of the time since ``before`` that was waited for a core, in per cent."""
        return (self.waited_s - before.waited_s) * 100 / (self.at_s - before.at_s)

    def cpu_ms_per_call_second(self, before: Cost, calls: int) -> float:
        """Give the processor time since ``before``, a call and second."""
        return (self.cpu_s - before.cpu_s) * 1000 / (self.at_s - before.at_s) / calls
