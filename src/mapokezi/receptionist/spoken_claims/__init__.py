"""What a speech-to-speech model says, checked against what the office knows and what was done.

`SpokenClaims` is fed the model's transcript as it arrives, with what was looked up, done and said
by the caller, and gives a `Correction` for each claim that rests on nothing: a sentence to be said
aloud in the same call. The kinds of claims have a file each (``*_claims``, ``commitments``), and
what they look for in a sentence (``numbers``, ``times``, ``prices``) too. English: of a
sentence in Swahili the figures, days and deeds are judged, of one in another language only figures.
"""

from mapokezi.receptionist.spoken_claims.grounds import Grounds, OfficeTruth
from mapokezi.receptionist.spoken_claims.kinds import ClaimKind, Correction, Deed, said_together
from mapokezi.receptionist.spoken_claims.watching import SpokenClaims

__all__ = [
    "ClaimKind",
    "Correction",
    "Deed",
    "Grounds",
    "OfficeTruth",
    "SpokenClaims",
    "said_together",
]
