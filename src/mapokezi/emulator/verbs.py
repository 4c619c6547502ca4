"""Say, Play, GetDigits and Record: the verbs by which the platform itself talks to a caller."""

from __future__ import annotations

import asyncio
from urllib.parse import urljoin, urlsplit

import httpx2
import numpy as np

from mapokezi.audio.formats import ms_of, samples_in
from mapokezi.audio.tones import beep
from mapokezi.audio.wav import WavError
from mapokezi.emulator.call_posts import Question
from mapokezi.emulator.call_states import CallState
from mapokezi.emulator.live_call import LiveCall
from mapokezi.emulator.recordings import keep_recording
from mapokezi.emulator.sounds import fetched_sound, spoken
from mapokezi.emulator.telephone_line import LINE_RATE_HZ
from mapokezi.telephony.actions import GetDigits, Play, Record, Say

MOST_LOOPS = 100
"""A document that asks for more repeats than this means for ever."""
DIGITS_TIMEOUT_S = 5.0
"""How long GetDigits waits for a key if the document does not say."""
RECORD_SILENCE_S = 5.0
"""How much silence ends a recording if the document does not say."""
RECORD_MOST_S = 3600.0
VOICE_PEAK = 700
"""A frame whose peak is above this (-33 dBFS) is somebody speaking."""


async def say(call: LiveCall, action: Say) -> None:
    """Speak a text. ``loop`` 0 is once, as the SDK has it."""
    sound = await spoken(action.text, action.language or "", call.settings.synthesiser)
    call.tell("said", text=action.text, duration_ms=round(ms_of(len(sound), LINE_RATE_HZ)))
    await _repeat(call, sound, action.loop)


async def play(call: LiveCall, action: Play) -> None:
    """Play a WAV file of the web. One that cannot be had is an event, and the next verb runs."""
    url = urljoin(call.document_url, action.url)
    hosts = call.settings.play_hosts
    if hosts is not None and urlsplit(url).hostname not in hosts:
        call.tell("play_failed", url=url, why="its host is not on the workspace's list")
        return
    try:
        sound = await fetched_sound(call.switchboard.webhooks, url)
    except (WavError, httpx2.HTTPError, httpx2.InvalidURL) as error:
        call.tell("play_failed", url=url, why=str(error))
        return
    call.tell("played", url=url, duration_ms=round(ms_of(len(sound), LINE_RATE_HZ)))
    await _repeat(call, sound, action.loop)


async def _repeat(call: LiveCall, sound: bytes, loop: int | None) -> None:
    for _ in range(min(max(loop or 1, 1), MOST_LOOPS)):
        await call.player.play(sound)


async def get_digits(call: LiveCall, action: GetDigits) -> Question | None:
    """Collect keys; they go to the voice URL. No key: the next verb."""
    _forget_keys(call)
    timeout_s = DIGITS_TIMEOUT_S if action.timeout_s is None else float(action.timeout_s)
    keys = _Keys(call, action.num_digits or 0, action.finish_on_key or "#")
    prompt = asyncio.create_task(_prompt(call, action))
    try:
        await keys.collect(prompt, timeout_s)
    finally:
        prompt.cancel()
        call.player.stop()
    call.tell("digits", count=len(keys.pressed))
    if not keys.pressed:
        return None
    return Question(call.number.voice_url, digits=keys.pressed)


async def _prompt(call: LiveCall, action: GetDigits) -> None:
    for nested in action.nested:
        await (say(call, nested) if isinstance(nested, Say) else play(call, nested))


class _Keys:
    """The keys of one GetDigits."""

    def __init__(self, call: LiveCall, wanted: int, finish_on: str) -> None:
        self._call, self._wanted, self._finish_on = call, wanted, finish_on
        self.pressed = ""

    async def collect(self, prompt: asyncio.Task[None], timeout_s: float) -> None:
        """Wait for keys; the time to wait begins anew with each, and after the prompt."""
        while not (self._wanted and len(self.pressed) >= self._wanted):
            key = await self._next(prompt, timeout_s)
            if key is None or key == self._finish_on:
                return
            self.pressed += key

    async def _next(self, prompt: asyncio.Task[None], timeout_s: float) -> str | None:
        waiting = asyncio.create_task(self._call.digits.get())
        try:
            if not prompt.done():
                await asyncio.wait({waiting, prompt}, return_when=asyncio.FIRST_COMPLETED)
                if waiting.done():
                    prompt.cancel()
                    self._call.player.stop()
            done, _ = await asyncio.wait({waiting}, timeout=timeout_s)
            return waiting.result() if done else None
        finally:
            waiting.cancel()


async def record(call: LiveCall, action: Record) -> Question:
    """Record the caller until silence, a key, the greatest length, or the end of the call."""
    _forget_keys(call)
    if action.play_beep is not False:
        await call.player.play(beep(LINE_RATE_HZ))
    call.tell("recording")
    take = Recorder(
        silence_s=action.timeout_s or RECORD_SILENCE_S,
        most_s=action.max_length_s or RECORD_MOST_S,
    )
    url = urljoin(call.document_url, action.action) if action.action else call.number.voice_url
    call.listeners.append(take.feed)
    key = asyncio.create_task(_key(call, action.finish_on_key or "#"))
    whole = False
    try:
        await asyncio.wait({take.done, key}, return_when=asyncio.FIRST_COMPLETED)
        whole = True
    finally:
        key.cancel()
        call.listeners.remove(take.feed)
        recording_url = keep_recording(call, take.sound(trimmed=bool(action.trim_silence)))
        if not whole:  # the caller hung up, as people do after a message
            facts = call.facts(CallState.ANSWERED, recording_url=recording_url)
            call.posts.tell(url, facts)
    return Question(url, recording_url=recording_url, else_go_on=True)


def _forget_keys(call: LiveCall) -> None:
    """Keys that were pressed before anybody asked are nobody's answer."""
    while not call.digits.empty():
        call.digits.get_nowait()


async def _key(call: LiveCall, wanted: str) -> None:
    while await call.digits.get() not in wanted:
        pass


class Recorder:
    """Takes the caller's sound a frame a tick, until it has been silent for long enough."""

    def __init__(self, silence_s: float, most_s: float) -> None:
        self._silence_s, self._most_s = silence_s, most_s
        self._pcm = bytearray()
        self._voice_until = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def feed(self, frame: bytes) -> None:
        """Take one frame of S16LE mono 8 kHz."""
        self._pcm += frame
        if int(np.abs(samples_in(frame).astype(np.int32)).max()) > VOICE_PEAK:
            self._voice_until = len(self._pcm)
        second = LINE_RATE_HZ * 2
        silent_s = (len(self._pcm) - self._voice_until) / second
        over = silent_s >= self._silence_s or len(self._pcm) / second >= self._most_s
        if over and not self.done.done():
            self.done.set_result(None)

    def sound(self, trimmed: bool) -> bytes:
        """What was recorded; ``trimmed``: without the silence at its end."""
        return bytes(self._pcm[: self._voice_until] if trimmed else self._pcm)
