"""The times of the rules of `mapokezi.telephony.visit`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VisitSettings:
    """Times of the rules, in seconds."""

    duplicate_s: float = 8.0
    """How long a post counts as a delivery of the one before: the platform's own limit for an
    answer is about 10 s, and a retry comes sooner."""
    dial_timeout_s: int = 30
    """How long a dialled leg rings if its action does not say."""
    dial_slack_s: float = 15.0
    """Beyond ringing: the spoken sentence and the network. A dial that took longer, and of which
    the platform does not tell the outcome, was a conversation."""
    late_word_s: float = 0.8
    """A dialled leg takes longer than this to be busy; the word of the one before it does not."""
    least_talk_s: int = 4
    """Of a leg that was picked up: fewer seconds than a greeting and an answer take are no
    conversation, and the caller who is left comes back to the receptionist."""
