"""What the local voice has to say, one item after the other, sentence by sentence."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import structlog

from mapokezi.audio.formats import SAMPLE_RATE_HZ
from mapokezi.audio.pauses import PauseCutter
from mapokezi.bridge.recorded_speech import RecordedSpeech
from mapokezi.bridge.watched_voice import NotSpeech
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.turns import Sentence
from mapokezi.speech.seams import TextToSpeech
from mapokezi.voice.events import (
    ReplyAudio,
    ReplyCancelled,
    ReplyEnded,
    ReplyStarted,
    ReplyText,
    VoiceFailed,
)
from mapokezi.voice.session import Tell

log = structlog.get_logger("mapokezi.bridge.speaking")

_BYTES_PER_MS = SAMPLE_RATE_HZ * 2 // 1000
_TRIES = 2
_BETWEEN_MS = 280
"""From one sentence of an item to the next, as a speaker takes breath."""
BETWEEN_SENTENCES = bytes(_BETWEEN_MS * _BYTES_PER_MS)
"""That silence, S16LE mono at 16 kHz."""
_WITHIN_MS = 100
"""From a clause to what follows in the same sentence."""


class SentenceSounds:
    """Sentences that were spoken before, as sound; one for all calls of the line.

    An office says the same sentences all day: its facts, its questions. A sentence that is here
    is heard without waiting for the speech process, and while that process is down.

    Args:
        most_bytes: Room for sound; 64 MiB are 35 minutes of speech.
    """

    def __init__(self, most_bytes: int = 64 * 1024 * 1024) -> None:
        self._most_bytes = most_bytes
        self._held_bytes = 0
        self._sounds: OrderedDict[str, bytes] = OrderedDict()

    def find(self, text: str) -> bytes | None:
        """The sentence's sound, S16LE mono at 16 kHz, if it was kept."""
        sound = self._sounds.get(text)
        if sound is not None:
            self._sounds.move_to_end(text)
        return sound

    def keep(self, text: str, sound: bytes) -> None:
        """Keep a sentence's sound; the one not used for longest makes room."""
        self._held_bytes += len(sound) - len(self._sounds.pop(text, b""))
        self._sounds[text] = sound
        while self._held_bytes > self._most_bytes:
            self._held_bytes -= len(self._sounds.popitem(last=False)[1])


@dataclass(slots=True)
class _Item:
    item_id: str
    in_reply_to: str
    sentences: list[Sentence]
    is_whole: bool
    """Whether no further sentence comes."""
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def sentence(self, place: int) -> Sentence | None:
        """Wait for a sentence; None if there is none."""
        while place >= len(self.sentences):
            if self.is_whole:
                return None
            self.news.clear()
            await self.news.wait()
        return self.sentences[place]


class Speaking:
    """Turns sentences into the events of a voice session, in order, one item at a time.

    A sentence that cannot be synthesised is tried twice; then the session has failed, and
    `unsaid` gives what the session that follows has to say.
    """

    def __init__(
        self,
        speech: TextToSpeech,
        sounds: SentenceSounds,
        tell: Tell,
        pronounce: Callable[[str], str] = str,
        recorded: RecordedSpeech | None = None,
    ) -> None:
        """Begin with nothing to say; events go to ``tell``.

        ``pronounce`` spells a sentence for the voice; what is told of it keeps its own words.
        ``recorded`` has the sentences that are in none of the voice's languages.
        """
        self._pronounce = pronounce
        self._recorded = recorded or RecordedSpeech()
        self._speech = speech
        self._sounds = sounds
        self._tell = tell
        self._waiting: deque[_Item] = deque()
        self._task: asyncio.Task[None] | None = None
        self._current: _Item | None = None
        self._said = 0
        """Of the current item, how many sentences are made into sound."""
        self._failed: tuple[Sentence, ...] = ()

    def say(
        self,
        item_id: str,
        sentences: Sequence[Sentence],
        in_reply_to: str = "",
        *,
        more: bool = False,
    ) -> None:
        """Have an item spoken after those that wait.

        Args:
            item_id: New for the whole call.
            sentences: What is said; nothing is done about an item without any.
            in_reply_to: The caller's turn that it answers.
            more: Whether further sentences may follow by `add`, until `end`.
        """
        if not sentences:
            return
        self._waiting.append(_Item(item_id, in_reply_to, list(sentences), not more))
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work())

    def add(self, item_id: str, sentence: Sentence) -> None:
        """Have a further sentence spoken in an item; of one that was stopped, nothing is."""
        for item in self._open(item_id):
            item.sentences.append(sentence)
            item.news.set()

    def end(self, item_id: str) -> None:
        """No further sentence comes to an item."""
        for item in self._open(item_id):
            item.is_whole = True
            item.news.set()

    def _open(self, item_id: str) -> list[_Item]:
        known = [*self._waiting] if self._current is None else [self._current, *self._waiting]
        return [item for item in known if item.item_id == item_id and not item.is_whole]

    def stop(self) -> list[str]:
        """Stop at once, and forget what waits.

        Returns:
            The items that were begun or waited and will not be completed.
        """
        stopped = [item.item_id for item in self._waiting]
        self._waiting.clear()
        if self._current is not None:
            stopped.insert(0, self._current.item_id)
            self._current = None
        if self._task is not None:
            self._task.cancel()
            self._task = None
        return stopped

    def take_back(self) -> None:
        """Stop, and tell that what was begun is taken back."""
        for item_id in self.stop():
            self._tell(ReplyCancelled(item_id))

    def unsaid(self) -> tuple[Sentence, ...]:
        """Give the sentences that were to be said and are not made into sound yet."""
        rest = self._current.sentences[self._said :] if self._current is not None else []
        waiting = (sentence for item in self._waiting for sentence in item.sentences)
        return (*self._failed, *rest, *waiting)

    async def _work(self) -> None:
        me = asyncio.current_task()
        while self._waiting and self._task is me:
            item = self._waiting.popleft()
            self._current, self._said = item, 0
            self._tell(ReplyStarted(item.item_id, item.in_reply_to))
            try:
                await self._speak(item)
            except MapokeziError as error:
                log.warning("sentence_not_spoken", reason=str(error))
                is_bad = isinstance(error, NotSpeech)
                self._fail(item, f"speech synthesis: {error}", is_bad=is_bad)
                return
            except Exception as error:
                log.exception("speaking_failed")
                self._fail(item, f"speech synthesis: {type(error).__name__}")
                return
            if self._current is item:
                self._current = None
                self._tell(ReplyEnded(item.item_id))

    def _fail(self, item: _Item, reason: str, *, is_bad: bool = False) -> None:
        """Give up, but remember what should have been said.

        Args:
            item: What was being said.
            reason: For the operator.
            is_bad: Whether its sound is no speech: nobody is to hear the rest of it, and another
                try would bring no better.
        """
        if self._current is not item:
            return  # it was stopped meanwhile, so nobody misses it
        self._failed = self.unsaid()
        self._current = None
        self._waiting.clear()
        self._tell(ReplyEnded(item.item_id, broke_off=True))
        self._tell(VoiceFailed(reason, recoverable=not is_bad, unheard_is_bad=is_bad))

    async def _speak(self, item: _Item) -> None:
        said_bytes = place = 0
        while (sentence := await item.sentence(place)) is not None:
            if place and self._current is item:
                breath = _breath_after(item.sentences[place - 1])
                self._tell(ReplyAudio(item.item_id, breath, SAMPLE_RATE_HZ))
                said_bytes += len(breath)
            if self._current is not item:
                return  # what was told just now has led to its being stopped
            self._tell(
                ReplyText(
                    item.item_id,
                    f" {sentence.text}" if place else sentence.text,
                    starts_ms=said_bytes // _BYTES_PER_MS,
                    fact_ids=sentence.fact_ids,
                )
            )
            said_bytes += await self._speak_sentence(item.item_id, sentence)
            self._said = place = place + 1

    async def _speak_sentence(self, item_id: str, sentence: Sentence) -> int:
        text = self._pronounce(sentence.text)
        kept = self._recorded.sound(sentence.language, sentence.pieces) or self._sounds.find(text)
        if kept is not None:
            self._tell(ReplyAudio(item_id, kept, SAMPLE_RATE_HZ))
            return len(kept)
        for attempt in range(1, _TRIES + 1):
            sound = bytearray()
            try:
                async with aclosing(spoken(self._speech, text)) as pieces:
                    async for piece in pieces:
                        sound += piece
                        self._tell(ReplyAudio(item_id, piece, SAMPLE_RATE_HZ))
            except MapokeziError as error:
                # Half a sentence cannot be said again from its start.
                if sound or attempt == _TRIES or isinstance(error, NotSpeech):
                    raise
            else:
                if sound:
                    self._sounds.keep(text, bytes(sound))
                return len(sound)
        raise AssertionError("unreachable: the last try returns or raises")


def _breath_after(sentence: Sentence) -> bytes:
    is_clause = sentence.text.endswith((",", ";", ":", "—", "–"))
    return bytes((_WITHIN_MS if is_clause else _BETWEEN_MS) * _BYTES_PER_MS)


async def spoken(speech: TextToSpeech, text: str) -> AsyncGenerator[bytes, None]:
    """Have a text spoken, without the silence that engines put around it and between sentences.

    Yields:
        S16LE mono at 16 kHz, as it is made.

    Raises:
        MapokeziError: If the speech process cannot.
    """
    cutter = PauseCutter()
    async with aclosing(speech.synthesize(text)) as pieces:
        async for piece in pieces:
            if audible := cutter.feed(piece):
                yield audible
    if rest := cutter.flush():
        yield rest
