"""What a generation cost, by kind of unit.

Each report of the server is of one generation, with the whole context billed anew as its prompt,
so every report is a difference already. Its totals and its parts do not agree (25 to 51 tokens
were seen missing, and the total sometimes leaves the thoughts out), so the grand total is not
used at all, and what a total has over its parts is told as tokens of no known modality.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from mapokezi.voice.protocols.gemini_live.incoming import TokenCount, UsageMetadata

_KINDS = {"AUDIO": "audio", "TEXT": "text"}


def units_of(usage: UsageMetadata) -> Mapping[str, int]:
    """Give the units of one report; kinds as in `mapokezi.voice.events.UsageReported`.

    What came from the cache is told apart from the rest, not within it.
    """
    said, said_rest = _by_kind(
        usage.response_tokens_details or usage.candidates_tokens_details,
        usage.response_token_count or usage.candidates_token_count,
    )
    prompt, prompt_rest = _by_kind(usage.prompt_tokens_details, usage.prompt_token_count)
    cached, cached_rest = _by_kind(usage.cache_tokens_details, usage.cached_content_token_count)
    results, results_rest = _by_kind(
        usage.tool_use_prompt_tokens_details, usage.tool_use_prompt_token_count
    )
    if cached_rest and prompt["text"]:
        # The cache holds the beginning of the context: the instructions, which are text.
        cached["text"] += min(cached_rest, prompt["text"] - cached["text"])
    units = {
        "audio_in": prompt["audio"] - cached["audio"] + results["audio"],
        "audio_in_cached": cached["audio"],
        "text_in": prompt["text"] - cached["text"] + results["text"],
        "text_in_cached": cached["text"],
        "audio_out": said["audio"],
        "text_out": said["text"],
        "thought_out": usage.thoughts_token_count or 0,
        "tokens_in": prompt_rest + results_rest,
        "tokens_out": said_rest,
    }
    return {kind: count for kind, count in units.items() if count > 0}


def _by_kind(details: list[TokenCount] | None, total: int | None) -> tuple[Counter[str], int]:
    """Add up the parts; give also what the total has over those of a known kind."""
    parts: Counter[str] = Counter()
    for one in details or ():
        kind = _KINDS.get((one.modality or "").upper())
        if kind is not None:
            parts[kind] += max(0, one.token_count or 0)
    other = sum(
        max(0, one.token_count or 0)
        for one in details or ()
        if (one.modality or "").upper() not in _KINDS
    )
    return parts, max(other, (total or 0) - parts.total())
