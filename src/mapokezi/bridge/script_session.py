"""The voice that follows a script file, driven: a level meter for ears, the pure script for a mind.

No recogniser and no synthesis run during a call, so a script can be held up to any number of
calls at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from mapokezi.audio.level import LevelMeter, VoiceRose
from mapokezi.bridge import clock
from mapokezi.voice.events import VoiceEvent
from mapokezi.voice.protocols.scripted import ScriptedVoice
from mapokezi.voice.script_file import Script
from mapokezi.voice.session import SessionBriefing, Tell


class ScriptSession:
    """One call's walk through a script. See `mapokezi.voice.session.VoiceSession`."""

    def __init__(self, script: Script, sounds: Mapping[str, bytes], prefix: str) -> None:
        """Prepare; `open` begins."""
        self._voice = ScriptedVoice(script, sounds, item_prefix=prefix)
        self._meter = LevelMeter()
        self._timer: asyncio.TimerHandle | None = None
        self._follows = False
        self._closed = False

    def open(self, briefing: SessionBriefing, tell: Tell) -> None:
        """Start at the script's first step, or behind its opening words if taking over."""
        self._tell = tell
        self._voice.open(clock.monotonic(), taking_over=bool(briefing.history))
        self._follow_soon()

    def caller_audio(self, pcm: bytes) -> None:
        """Measure the caller's sound for voice."""
        edges = self._meter.feed(pcm)
        if not edges:
            return
        now = clock.monotonic()
        for edge in edges:
            if isinstance(edge, VoiceRose):
                self._voice.voice_started(edge.at_ms, now)
            else:
                self._voice.voice_stopped(edge.at_ms, now)
        self._follow_soon()

    def caller_digit(self, digit: str) -> None:
        """A key, which the script may wait for."""
        self._voice.digit(digit, clock.monotonic())
        self._follow_soon()

    def speak(self, text: str, item_id: str) -> None:
        """Say a sentence that is not in the script."""
        self._voice.speak(text, item_id, clock.monotonic())
        self._follow_soon()

    def reply_audible(self, item_id: str) -> None:
        """Nothing in a script depends on it."""

    def cut_reply(self, item_id: str, heard_ms: int, heard_text: str) -> None:
        """Go on with the script from what was cut."""
        self._voice.cut(item_id, clock.monotonic())
        self._follow_soon()

    def disregard_turn(self, turn_id: str) -> None:
        """A script cannot take a step back."""

    def answer_tool(self, tool_call_id: str, result: Mapping[str, Any]) -> None:
        """Give the result that the script waits for."""
        self._voice.tool_answered(tool_call_id, result, clock.monotonic())
        self._follow_soon()

    def close(self) -> None:
        """End."""
        self._closed = True
        self._voice.close()
        if self._timer is not None:
            self._timer.cancel()

    def _follow_soon(self) -> None:
        """Tell what the script has to tell, but never from within a method of this session."""
        if not self._follows:
            self._follows = True
            asyncio.get_running_loop().call_soon(self._follow)

    def _follow(self) -> None:
        self._follows = False
        for event in self._voice.events():
            self._say(event)
        self._arm_timer()

    def _say(self, event: VoiceEvent) -> None:
        if not self._closed:
            self._tell(event)

    def _arm_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._voice.next_timer()
        if due is not None and not self._closed:
            self._timer = asyncio.get_running_loop().call_at(due, self._timer_due)

    def _timer_due(self) -> None:
        self._timer = None
        self._voice.handle_timer(clock.monotonic())
        self._follow()
