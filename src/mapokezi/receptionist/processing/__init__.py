"""The record of processing and the draft of an impact assessment, made of an office's settings.

They say what is so by the settings, and nothing else. What a program cannot know (contracts, the
basis in law, who is responsible) stands as an open point for the owner.
"""

from __future__ import annotations

from mapokezi.receptionist.processing.assessment import impact_assessment
from mapokezi.receptionist.processing.facts import (
    Deployment,
    PlatformFacts,
    ProcessingFacts,
    SafetyFacts,
    WayFacts,
)
from mapokezi.receptionist.processing.record import processing_record

__all__ = [
    "Deployment",
    "PlatformFacts",
    "ProcessingFacts",
    "SafetyFacts",
    "WayFacts",
    "impact_assessment",
    "processing_record",
]
