"""Swahili figures, days and deeds are judged too."""

from __future__ import annotations

from datetime import datetime

import pytest
from bench.inventions import Scene, corrections

from mapokezi.receptionist.office import Office
from mapokezi.receptionist.spoken_claims import ClaimKind, OfficeTruth
from mapokezi.receptionist.spoken_claims.swahili import in_english

NOW = "2026-12-02T11:20:00+03:00"


@pytest.mark.parametrize(
    ("said", "english"),
    [
        ("saa nne asubuhi", "ten oclock in the morning"),
        ("saa nane na nusu", "half past two"),
        ("saa kumi na moja", "five oclock"),
        ("jumamosi", "saturday"),
        ("elfu tano", "five thousand"),
        ("we are open", "we are open"),
    ],
)
def test_figures_and_days_are_put_into_english(said: str, english: str) -> None:
    assert in_english(said) == english


@pytest.mark.parametrize(
    ("say", "kind"),
    [
        ("Tunafungua saa moja asubuhi.", ClaimKind.HOURS),
        ("Nimekutumia email.", ClaimKind.COMMITMENT),
        ("Atakupigia simu leo jioni.", ClaimKind.COMMITMENT),
        ("Tunafungua saa mbili asubuhi.", None),
        ("Nimeelewa, nitaandika ujumbe.", None),
        ("It is America and Italian law.", None),
    ],
)
def test_claims_in_swahili(law_office: Office, say: str, kind: ClaimKind | None) -> None:
    scene = Scene(datetime.fromisoformat(NOW), "+254722000111")
    kinds = {one.kind for one in corrections(OfficeTruth(law_office), say, scene)}
    assert kinds == ({kind} if kind else set())
