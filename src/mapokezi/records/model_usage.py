"""What voice models have counted in a call: by profile, by model, by kind of unit.

Only counted here; what it costs is for the ledger, by a table of prices with a date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """What one model has counted in one call."""

    profile: str
    """The operator's name for it."""
    model: str
    """The vendor's name, by which it is priced; empty if it was not told."""
    units: Mapping[str, int] = field(default_factory=dict)
    """By kind, as `mapokezi.voice.events.UsageReported` has them: ``audio_in``, ``text_out``. Empty
    of a model that was used and has counted nothing: what it costs is not known."""


def with_added(
    known: tuple[ModelUsage, ...], profile: str, model: str, units: Mapping[str, int]
) -> tuple[ModelUsage, ...]:
    """Add what a model has counted since it last told; a model that is new goes to the end.

    No units: the profile is used, and may never tell what that costs.
    """
    if not units:
        is_known = any(one.profile == profile for one in known)
        return known if is_known else (*known, ModelUsage(profile, model))
    known = tuple(one for one in known if one.units or one.profile != profile)
    for place, one in enumerate(known):
        if (one.profile, one.model) == (profile, model):
            kinds = dict.fromkeys((*one.units, *units))
            summed = {kind: one.units.get(kind, 0) + units.get(kind, 0) for kind in kinds}
            return (*known[:place], ModelUsage(profile, model, summed), *known[place + 1 :])
    return (*known, ModelUsage(profile, model, dict(units)))
