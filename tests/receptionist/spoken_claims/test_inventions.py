"""The planted inventions are found, and nothing true is taken for one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bench.inventions import (
    alarms_in_talk,
    corrections,
    false_alarms,
    load,
    scene_of,
    what_the_clerk_says,
    what_the_clerk_says_in_calls,
)

from mapokezi.receptionist.office import Office
from mapokezi.receptionist.spoken_claims import ClaimKind, OfficeTruth
from mapokezi.units import E164

DATA = Path(__file__).parents[2] / "data"
PLANTED = load("inventions.toml", DATA)
TRUE = load("true_sayings.toml", DATA)
LATER = [
    load(name, DATA)
    for name in (
        "inventions_2.toml",
        "inventions_3.toml",
        "inventions_4.toml",
        "true_sayings_2.toml",
        "claims_kept_right.toml",
        "commitments_by_shape.toml",
        "commitments_unless_told.toml",
    )
]
BY_CLASS = load("commitments_by_class.toml", DATA)
LATER_PLANTED = [(data, entry) for data in LATER for entry in data.get("invention", ())]
LATER_TRUE = [(data, entry) for data in LATER for entry in data.get("saying", ())]


@pytest.fixture(scope="module")
def truth(law_office: Office) -> OfficeTruth:
    return OfficeTruth(law_office)


@pytest.mark.parametrize("entry", PLANTED["invention"], ids=lambda entry: entry["say"][:40])
def test_an_invention_is_put_right(truth: OfficeTruth, entry: Any) -> None:
    due = corrections(truth, entry["say"], scene_of(PLANTED, entry))
    kinds = {one.kind.value for one in due}
    assert kinds & {entry["kind"], *entry.get("also", ())}
    for one in due:
        assert one.say.startswith("I must correct myself: ")
        assert one.claim in entry["say"]


@pytest.mark.parametrize("entry", TRUE["saying"], ids=lambda entry: entry["say"][:40])
def test_what_is_so_is_left_alone(truth: OfficeTruth, entry: Any) -> None:
    assert corrections(truth, entry["say"], scene_of(TRUE, entry)) == ()


@pytest.mark.parametrize(
    ("data", "entry"), LATER_PLANTED, ids=[entry["say"][:40] for _, entry in LATER_PLANTED]
)
def test_later_inventions_are_put_right(truth: OfficeTruth, data: Any, entry: Any) -> None:
    scene = scene_of(data, entry)
    due = corrections(truth, entry["say"], scene)
    assert {one.kind.value for one in due} & {entry["kind"], *entry.get("also", ())}
    for one in due:
        assert corrections(truth, one.say, scene) == (), one.say


@pytest.mark.parametrize(
    ("data", "entry"), LATER_TRUE, ids=[entry["say"][:40] for _, entry in LATER_TRUE]
)
def test_later_true_sentences_are_left_alone(truth: OfficeTruth, data: Any, entry: Any) -> None:
    assert corrections(truth, entry["say"], scene_of(data, entry)) == ()


@pytest.mark.parametrize("of", sorted({entry["class"] for entry in BY_CLASS["invention"]}))
def test_a_class_of_commitments_is_put_right(truth: OfficeTruth, of: str) -> None:
    entries = [entry for entry in BY_CLASS["invention"] if entry["class"] == of]
    missed = []
    for entry in entries:
        due = corrections(truth, entry["say"], scene_of(BY_CLASS, entry))
        if not {one.kind.value for one in due} & {entry["kind"], *entry.get("also", ())}:
            missed.append(entry["say"])
    assert missed == []


@pytest.mark.parametrize("of", sorted({entry["class"] for entry in BY_CLASS["saying"]}))
def test_a_class_of_true_sentences_is_left_alone(truth: OfficeTruth, of: str) -> None:
    entries = [entry for entry in BY_CLASS["saying"] if entry["class"] == of]
    told = ((entry["say"], scene_of(BY_CLASS, entry)) for entry in entries)
    assert false_alarms(truth, told) == (len(entries), [])


def test_nothing_that_the_clerk_says_is_corrected(truth: OfficeTruth) -> None:
    count, alarms = false_alarms(truth, what_the_clerk_says(truth.office, scene_of(TRUE, {})))
    assert count > 1000
    assert alarms == []


def test_nothing_that_the_clerk_says_in_calls_is_corrected(
    truth: OfficeTruth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(DATA.parents[1])
    scene = scene_of(TRUE, {})
    caller = E164(scene.caller)
    talks = what_the_clerk_says_in_calls(truth.office, scene.now, caller)
    assert len(talks) >= 240
    alarms = [each for talk in talks for each in alarms_in_talk(truth, talk, scene.now, caller)]
    assert alarms == []


@pytest.mark.parametrize("entry", PLANTED["invention"], ids=lambda entry: entry["say"][:40])
def test_a_correction_is_itself_beyond_reproach(truth: OfficeTruth, entry: Any) -> None:
    scene = scene_of(PLANTED, entry)
    for one in corrections(truth, entry["say"], scene):
        assert corrections(truth, one.say, scene) == (), one.say


def test_there_are_a_hundred_of_all_kinds() -> None:
    assert len(PLANTED["invention"]) == 100
    kinds = {entry["kind"] for entry in PLANTED["invention"]}
    assert kinds == {kind.value for kind in ClaimKind} - {"emergency"}
