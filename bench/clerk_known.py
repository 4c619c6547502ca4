"""The clerk on the sets of utterances that it was made with."""

from bench.clerk import measure_known as measure

__all__ = ["measure"]
