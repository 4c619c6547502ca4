"""The meanings of an office's sentences, asked once and kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import structlog

from mapokezi.bridge.office_meanings import OfficeMeanings
from mapokezi.receptionist.examples import general_sentences
from mapokezi.speech.engines import find_engine
from mapokezi.speech.errors import SpeechBusy, SpeechUnavailable
from mapokezi.speech.settings import WorkerSettings

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

TEXTS = [f"sentence {'abcdefghij'[number % 10]} {number}" for number in range(230)]


@pytest.fixture
def speech(kit: Any) -> Any:
    return kit.speech(kit.words())


async def test_they_are_asked_once_and_kept_for_the_next_start(speech: Any, tmp_path: Path) -> None:
    path = tmp_path / "data" / "meanings"
    found = await OfficeMeanings(path).of([*TEXTS, *TEXTS], speech)
    assert speech.understood == TEXTS
    again = await OfficeMeanings(path).of(TEXTS, speech)
    assert speech.understood == TEXTS
    assert found is not None
    assert again is not None
    rows = await speech.meanings(TEXTS)
    for text, row in zip(TEXTS, rows, strict=True):
        assert again[text].tolist() == found[text].tolist() == row.tolist()


async def test_only_what_is_new_is_asked_and_what_is_gone_is_dropped(
    speech: Any, tmp_path: Path
) -> None:
    kept = OfficeMeanings(tmp_path / "meanings")
    await kept.of(TEXTS[:3], speech)
    await kept.of(TEXTS[2:5], speech)
    assert speech.understood == TEXTS[:5]
    await kept.of(TEXTS[:1], speech)
    assert speech.understood == [*TEXTS[:5], TEXTS[0]]


async def test_what_the_program_brings_along_is_not_asked(speech: Any, tmp_path: Path) -> None:
    engine = find_engine(WorkerSettings().encoder).about
    speech.encoder = f"{engine.name} {engine.version}"
    general = general_sentences()
    found = await OfficeMeanings(tmp_path / "meanings").of([*general, "a sentence of ours"], speech)
    assert speech.understood == ["a sentence of ours"]
    assert found is not None
    assert list(found) == [*general, "a sentence of ours"]


async def test_meanings_of_another_make_are_not_used(speech: Any, tmp_path: Path) -> None:
    kept = OfficeMeanings(tmp_path / "meanings")
    await kept.of(TEXTS[:2], speech)
    speech.encoder = "fake 2"
    await kept.of(TEXTS[:2], speech)
    assert speech.understood == TEXTS[:2] * 2


async def test_what_was_found_before_a_failure_stays(speech: Any, tmp_path: Path) -> None:
    kept = OfficeMeanings(tmp_path / "meanings")
    find = speech.meanings

    async def tires(texts: list[str]) -> Any:
        if len(speech.understood) >= 100:
            raise SpeechBusy("busy")
        return await find(texts)

    speech.meanings = tires
    with pytest.raises(SpeechBusy):
        await kept.of(TEXTS, speech)
    speech.meanings = find
    await kept.of(TEXTS, speech)
    assert speech.understood == TEXTS


async def test_a_server_that_finds_none_is_not_asked(speech: Any, tmp_path: Path) -> None:
    speech.encoder = ""
    assert await OfficeMeanings(tmp_path / "meanings").of(TEXTS, speech) is None
    assert speech.understood == []


async def test_a_server_that_is_away_is_an_error(speech: Any, tmp_path: Path) -> None:
    speech.away = True
    with pytest.raises(SpeechUnavailable):
        await OfficeMeanings(tmp_path / "meanings").of(TEXTS, speech)


@pytest.mark.parametrize(
    "bad", [b"", b"rubbish", b"\x82\xa7encoder\xa6fake 1\xa8meanings\x81\xa1a\xc4\3abc"]
)
async def test_a_broken_file_is_made_anew(speech: Any, tmp_path: Path, bad: bytes) -> None:
    path = tmp_path / "meanings"
    path.write_bytes(bad)
    found = await OfficeMeanings(path).of(["a"], speech)
    assert found is not None
    assert speech.understood == ["a"]


async def test_a_disk_that_will_not_have_them_is_no_reason_not_to_answer(
    speech: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with structlog.testing.capture_logs() as logs:
        found = await OfficeMeanings(tmp_path / "file" / "meanings").of(["a"], speech)
    assert found is not None
    assert "meanings_not_kept" in {entry["event"] for entry in logs}
