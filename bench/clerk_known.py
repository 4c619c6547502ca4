"""The clerk on the set of utterances by whose failures its rules were mended."""

from bench.clerk import measure_known as measure

__all__ = ["measure"]
