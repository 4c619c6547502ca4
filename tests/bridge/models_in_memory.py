"""Voice models without a network: they hear, answer and fail on the loop's own time.

What is spoken here is murmured, not held on one level as elsewhere in these tests, because a
level meter and the watchdog look at it. Which text a murmur is, its lowest bits tell.
"""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from mapokezi.audio.formats import samples_in
from mapokezi.audio.tones import tone
from mapokezi.bridge import clock
from mapokezi.bridge.model_dialling import DialFailed, DialSettings, ModelSocket, SocketOwner
from mapokezi.bridge.models import Model
from mapokezi.voice.profile import ModelProfile
from mapokezi.voice.protocols.scripted import murmur
from mapokezi.voice.wire import OpenSocket

EXAMPLE = Path(__file__).parents[2] / "examples" / "own-model" / "plain_model.py"
_CODE = 0xFF
_STEADY = 200
_PAUSE_FRAMES = 25


class LivelyWords:
    """Texts as sounds that rise and fall; see `tests.bridge.conftest.Words`."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def sound(self, text: str, ms: int | None = None) -> bytes:
        code = self._codes.setdefault(text, len(self._codes) + 1)
        assert code <= _CODE
        samples = samples_in(murmur(text))
        if ms is not None:
            samples = np.resize(samples, 16 * (ms - ms % 20))
        # Pauses are not on one level either: a sound that is turned down must not look like
        # another text.
        restless = samples + 256 * np.resize([0, 1, 0, -1, 1, -1], len(samples))
        coded = (restless & ~_CODE) | code
        return bytes(coded.astype("<i2").tobytes())

    def heard_in(self, pcm: bytes) -> str:
        texts = {code: text for text, code in self._codes.items()}
        samples = samples_in(pcm)
        codes = np.where(samples == 0, 0, samples & _CODE)
        begins = np.flatnonzero(np.diff(codes, prepend=-1))
        lengths = np.diff(begins, append=codes.size)
        runs = zip(codes[begins].tolist(), lengths.tolist(), strict=True)
        steady = [code for code, length in runs if code in texts and length >= _STEADY]
        return " ".join(texts[code] for code, _ in groupby(steady))


class MemorySocket(ModelSocket):
    """One connection to a model in memory."""

    def __init__(self, connection: int, owner: SocketOwner, far: FarModel) -> None:
        super().__init__(connection, owner, DialSettings())
        self.far = far
        self.is_over = False
        self.opened_at = clock.monotonic()

    def send(self, message: bytes) -> None:
        if not self.is_over:
            self.far.take(self, json.loads(message))

    @property
    def is_unread(self) -> bool:
        return False

    def close(self, code: int = 1000) -> None:
        self.is_over = True
        self._owner = None
        self.ended.set()

    def abort(self) -> None:
        self.close()

    def tell(self, **message: Any) -> None:
        if not self.is_over and self._owner is not None:
            self._owner.message(self.connection, json.dumps(message).encode())

    def break_off(self, code: int, reason: str) -> None:
        if not self.is_over and self._owner is not None:
            self.is_over = True
            self.ended.set()
            self._owner.gone(self.connection, code, reason)


@dataclass
class FarModel:
    """One model's far side: it knows answers, and fails when it is told to."""

    words: LivelyWords
    answers: Mapping[str, str]
    thinks_s: float = 0.5
    opens_s: float = 0.2
    refuses: tuple[int, str] | None = None
    fails_as: str = ""
    """``killed``, ``frozen``, ``muted`` or ``toned``; empty while it is well."""
    writes: Mapping[str, str] = field(default_factory=dict)
    """What its transcript makes of some of the caller's words; empty: nothing at all."""
    sockets: list[MemorySocket] = field(default_factory=list)
    starts: list[dict[str, Any]] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    on_reply: Callable[[int], None] = lambda _nth: None
    """Called as each reply is half said."""
    _heard: bytearray = field(default_factory=bytearray)
    _quiet: int = 0
    _items: int = 0

    @property
    def socket(self) -> MemorySocket:
        return self.sockets[-1]

    def fail(self, how: str) -> None:
        self.fails_as = how
        if how == "killed" and self.sockets:
            self.socket.break_off(1011, "internal error")

    def take(self, socket: MemorySocket, said: dict[str, Any]) -> None:
        if self.fails_as in ("frozen", "killed"):
            return
        if said["type"] == "sound":
            self._hear(base64.b64decode(said["data"]))
            return
        self.taken.append(said)
        if said["type"] == "start":
            self.starts.append(said)
            socket.tell(type="ready")
            if said["reply_owed"]:
                self._later(self.thinks_s, self._answer, said["history"][-1][1])

    def _hear(self, pcm: bytes) -> None:
        if any(pcm):
            self._heard += pcm
            self._quiet = 0
        elif self._heard:
            self._quiet += len(pcm) // 640
            if self._quiet >= _PAUSE_FRAMES:
                text = self.words.heard_in(bytes(self._heard))
                self._heard.clear()
                if written := self.writes.get(text, text):
                    self.socket.tell(type="caller", text=written)
                self._later(self.thinks_s, self._answer, text)

    def _answer(self, question: str) -> None:
        self._items += 1
        item, text = f"i{self._items}", self.answers.get(question, "I do not know that.")
        self.socket.tell(type="begin", item=item)
        self.socket.tell(type="words", item=item, text=text)
        self._later(0.05, self._say, item, self.words.sound(text), 0)

    def _say(self, item: str, sound: bytes, place: int) -> None:
        """Send the sound at twice its pace, a fifth of a second at a time."""
        size = 6_400
        if place == len(sound) // size // 2:
            self.on_reply(self._items)
        if self.fails_as in ("frozen", "killed"):
            return
        piece = sound[place * size : (place + 1) * size]
        if self.fails_as == "muted":
            piece = bytes(len(piece))
        elif self.fails_as == "toned":
            piece = tone(440, 200.0, level_dbfs=-12.0)
        self.socket.tell(type="sound", item=item, data=base64.b64encode(piece).decode())
        bad = self.fails_as in ("muted", "toned")
        if (place + 1) * size < len(sound) or (bad and place < 40):
            self._later(0.1, self._say, item, sound, place + 1)
        else:
            self.socket.tell(type="end", item=item)

    def _later(self, after_s: float, deed: Callable[..., None], *arguments: Any) -> None:
        """Do something, unless this connection is over by then."""
        socket = self.socket

        def do() -> None:
            if not socket.is_over and self.fails_as != "frozen":
                deed(*arguments)

        asyncio.get_running_loop().call_later(after_s, do)


class FarSide:
    """All models, by the host that they are dialled at; stands in for a `Dialler`."""

    def __init__(self, **models: FarModel) -> None:
        self.models = models
        self.dialled: list[tuple[float, str]] = []

    async def dial(
        self, order: OpenSocket, owner: SocketOwner, *, host: str, proxy: str | None = None
    ) -> None:
        far = self.models[host]
        self.dialled.append((clock.monotonic(), host))
        if far.refuses is not None:
            raise DialFailed(*far.refuses)
        await asyncio.sleep(min(far.opens_s, 2.0))
        if far.opens_s > 2.0:
            raise DialFailed(0, "not open within 2 s")
        if far.fails_as == "killed":
            raise DialFailed(0, "refused")
        far.sockets.append(MemorySocket(order.connection, owner, far))
        owner.opened(far.socket)

    def profiles(self) -> dict[str, Model]:
        """The models as the line has them."""
        spec = importlib.util.spec_from_file_location("plain_model_in_memory", EXAMPLE)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return {
            name: Model(
                profile=ModelProfile(name=name, protocol="plain", url=f"ws://{name}/"),
                make=partial(module.make),
                host=name,
            )
            for name in self.models
        }
