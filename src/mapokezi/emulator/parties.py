"""People at the other ends of the line who follow a script: rung by a dial, or ringing by REST."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from mapokezi.audio.tones import beep, dtmf, silence
from mapokezi.emulator.callees import CalleeScript
from mapokezi.emulator.heard_sound import HeardSound
from mapokezi.emulator.live_call import HangUp, LiveCall
from mapokezi.emulator.mouth import GAP_MS, KEY_MS
from mapokezi.emulator.settings import Synthesiser
from mapokezi.emulator.sounds import Player, spoken
from mapokezi.emulator.telephone_line import LINE_RATE_HZ

LATER_AFTER_S = 2.0
"""From the keys to what is said after them: by then a room or a person is there."""
LATER_EVERY_S = 4.0


@dataclass(frozen=True, slots=True)
class PartyScript:
    """What somebody does once the call is answered."""

    voice: bytes = b""
    """What they say: S16LE mono 8 kHz."""
    says_after_s: float = 0.0
    presses: str = ""
    presses_after_s: float = 1.5
    later_voice: bytes = b""
    """What they say when they have pressed, every `LATER_EVERY_S`."""
    stays_s: float = 2.0


async def party_script(callee: CalleeScript, synthesiser: Synthesiser | None) -> PartyScript:
    """Make a callee's voice ready."""
    voice = await spoken(callee.says, "", synthesiser) if callee.says else b""
    if callee.ends_with_beep:
        voice += beep(LINE_RATE_HZ)
    later = await spoken(callee.then_says, "", synthesiser) if callee.then_says else b""
    return PartyScript(voice, 0.0, callee.presses, callee.presses_after_s, later, callee.talk_s)


class DialledParty:
    """Somebody whom a Dial has joined to the caller: no call of their own."""

    def __init__(self, script: PartyScript, kept: HeardSound | None) -> None:
        self._script, self._kept = script, kept
        self._player = Player()
        if script.voice:
            self._player.play(script.voice)

    def exchange(self, caller: bytes) -> bytes:
        """Hear 20 ms of the caller, and say 20 ms."""
        if self._kept is not None:
            self._kept.feed(caller)
        return self._player.take()

    async def stay(self) -> None:
        """Be there, press what the script says, and go."""
        script = self._script
        before_s = min(script.presses_after_s, script.stays_s) if script.presses else 0.0
        await asyncio.sleep(before_s)
        if script.presses:
            gap = silence(GAP_MS, LINE_RATE_HZ)
            self._player.play(
                b"".join(dtmf(key, KEY_MS, LINE_RATE_HZ) + gap for key in script.presses)
            )
        await asyncio.sleep(max(0.0, script.stays_s - before_s))


class ScriptedPhone:
    """A telephone without a socket: hears, speaks, presses and hangs up by its script."""

    def __init__(self, hangs_up_as: str, script: PartyScript | None = None) -> None:
        """Make one; ``hangs_up_as`` is ``caller`` or ``callee``."""
        self._script, self._hangs_up_as = script or PartyScript(), hangs_up_as
        self._player = Player()
        self._call: LiveCall | None = None
        self._timers: list[asyncio.TimerHandle] = []

    def take(self, call: LiveCall) -> None:
        """Be at this call's end of the line."""
        self._call = call

    def follow(self, script: PartyScript) -> None:
        """Do this once the call is answered."""
        self._script = script

    def hear(self, pcm: bytes) -> None:
        """Take 20 ms, and say 20 ms."""
        if self._call is not None:
            self._call.mouth.feed(self._player.take())

    def tell(self, event: dict[str, Any]) -> None:
        """Begin with the answer; stop at the end."""
        if event["type"] == "answered":
            self._begin()
        elif event["type"] == "ended":
            for timer in self._timers:
                timer.cancel()

    def _begin(self) -> None:
        loop, script = asyncio.get_running_loop(), self._script
        self._timers.append(loop.call_later(script.says_after_s, self._speak))
        if script.presses:
            self._timers.append(loop.call_later(script.presses_after_s, self._press))
        self._timers.append(loop.call_later(script.stays_s, self._hang_up))

    def _speak(self) -> None:
        if self._script.voice:
            self._player.play(self._script.voice)

    def _press(self) -> None:
        if self._call is not None:
            for key in self._script.presses:
                self._call.press(key)
        if self._script.later_voice:
            self._later(LATER_AFTER_S)

    def _later(self, seconds: float) -> None:
        self._timers.append(asyncio.get_running_loop().call_later(seconds, self._speak_later))

    def _speak_later(self) -> None:
        self._player.play(self._script.later_voice)
        self._later(LATER_EVERY_S)

    def _hang_up(self) -> None:
        if self._call is not None:
            self._call.hang_up(HangUp(self._hangs_up_as))
