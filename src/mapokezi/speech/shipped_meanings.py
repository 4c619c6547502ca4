"""The meanings of the sentences that hold for any office: found beforehand, part of the program.

They lie beside the sentences. ``python -m mapokezi.speech.shipped_meanings`` finds them anew, which
is due when a sentence is added or the encoder changes; until then the line has what is missing
found at its start.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from mapokezi.receptionist import examples
from mapokezi.receptionist.examples import general_sentences
from mapokezi.speech.engines import EngineAbout, find_engine
from mapokezi.speech.settings import WorkerSettings

_FILE = "meanings.msgpack"


class _Shipped(msgspec.Struct):
    """What stands in the file."""

    encoder: str
    """What found them, as `client.ServerAbout.encoder` tells it."""
    texts: list[str]
    rows: bytes
    """A row of 8-bit integers for each text: its meaning, as long as they allow. That turns a
    meaning by less than a degree, and is a quarter of the size."""


def shipped_meanings(encoder: str) -> dict[str, NDArray[np.float32]]:
    """The meanings that this encoder has found, one long, by the sentence; none of another's."""
    data = files(examples).joinpath(_FILE).read_bytes()
    shipped = msgspec.msgpack.decode(data, type=_Shipped)
    if shipped.encoder != encoder:
        return {}
    rows = np.frombuffer(shipped.rows, np.int8).astype(np.float32)
    rows = rows.reshape(len(shipped.texts), -1)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return dict(zip(shipped.texts, rows, strict=True))


def main() -> None:
    """Find the meanings of all general sentences, and write them beside these."""
    settings = WorkerSettings()
    engine = find_engine(settings.encoder)
    about: EngineAbout = engine.about
    texts = list(general_sentences())
    rows = engine(folder=settings.encoder_folder).meanings(texts)
    rows = np.rint(rows * (127 / np.abs(rows).max(axis=1, keepdims=True))).astype(np.int8)
    shipped = _Shipped(f"{about.name} {about.version}", texts, rows.tobytes())
    path = Path(str(files(examples))) / _FILE
    path.write_bytes(msgspec.msgpack.encode(shipped))


if __name__ == "__main__":
    main()
