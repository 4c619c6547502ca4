"""What the media path costs: processor time of the line a call and second, by calls at once.

The voice follows a script, so neither recogniser nor synthesis is in it; the recording, the echo
and key detectors, the playout and the records are.
"""

from __future__ import annotations

from statistics import median

from bench.figures import Figure, Load, Measured, load_average
from bench.many_calls import SCRIPT, cost_of
from bench.stage import stage

CALLS = (1, 10, 20)
RUNS = 3
FOR_S = 15.0


async def measure() -> Measured:
    """Take the figures, the numbers of calls in turn: a machine's speed drifts."""
    before = load_average()
    taken: dict[int, list[float]] = {count: [] for count in CALLS}
    async with stage(
        "media-path", VOICE_KIND="script", VOICE_SCRIPT=str(SCRIPT), LINE_MAX_CALLS="40"
    ) as up:
        for _ in range(RUNS):
            for count in CALLS:
                spent_ms, _ = await cost_of(up, count, FOR_S)
                taken[count].append(round(spent_ms, 2))
    return Measured(
        "media_path",
        "Processor time of the line, scripted voice",
        [
            Figure(f"{count} calls at once, median of {RUNS}", median(taken[count]), "ms a call-s")
            for count in CALLS
        ],
        Load(before, load_average()),
        details={"runs": taken},
    )
