"""A caller's understanding: a recogniser of the caller's own, apart from the receptionist's.

It is moonshine, run in a thread of the caller's process; a caller who only follows a script needs
none.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from mapokezi.audio.formats import FULL_SCALE, SAMPLE_RATE_HZ, samples_in
from mapokezi.audio.resample import resampled
from mapokezi.emulator.caller_voice import Synthesis, VoiceShift, prepare_lines
from mapokezi.emulator.telephone_line import TelephoneLine
from mapokezi.errors import MapokeziError

PHONE_RATE_HZ = 8_000

Hear = Callable[[bytes], str]
"""Finds the words in S16LE mono PCM at 8 kHz. Called in a thread, one call at a time."""

_READ_BACK = ("{}. Is that right?", "I have {}. Is that right?", "Is your name {}?")
_AROUND = r"\b(is|if) that right\b|\bi have\b|\bis your name\b"
_FRAME_BYTES = 320

_SILENCE_AROUND_S = 0.2
"""Without it the recogniser loses the first and the last word."""
_AUDIBLE_PEAK = 0.01
"""Out of less than this the recogniser makes words up ("You")."""
_TYPICAL_PEAK = 0.5
"""Quiet sound is brought up to this; the recogniser misses words that are far below it."""


class CallerEarMissing(MapokeziError):  # noqa: N818 - in the words of the trade
    """No recogniser is installed, so a caller cannot answer what it hears."""

    def __str__(self) -> str:
        """Say what to install."""
        return (
            "a caller who answers what it hears needs the local recogniser: install mapokezi with"
            " the extra local-voice, or let the caller follow a script"
        )


def moonshine_ear() -> Hear:
    """Load moonshine (about half a second) and give what hears with it.

    Raises:
        CallerEarMissing: if it is not installed.
    """
    try:
        from moonshine_voice import ModelArch, get_model_path  # noqa: PLC0415 - an optional part
        from moonshine_voice.transcriber import Transcriber  # noqa: PLC0415
    except ImportError as missing:
        raise CallerEarMissing from missing
    # Its own voice detector is switched off: it is given whole turns.
    options = {"vad_threshold": "0.0", "vad_max_segment_duration": "60"}
    recogniser = Transcriber(str(get_model_path("tiny-en")), ModelArch.TINY, options=options)
    around = np.zeros(round(SAMPLE_RATE_HZ * _SILENCE_AROUND_S), dtype=np.float32)

    def hear(pcm: bytes) -> str:
        wide = resampled(pcm, PHONE_RATE_HZ, SAMPLE_RATE_HZ)
        samples = (samples_in(wide) / FULL_SCALE).astype(np.float32)
        loudest = float(np.abs(samples).max(initial=0.0))
        if loudest < _AUDIBLE_PEAK:
            return ""
        samples *= np.float32(min(8.0, _TYPICAL_PEAK / loudest))
        padded = np.concatenate([around, samples, around]).tolist()
        found = recogniser.transcribe_without_streaming(padded, SAMPLE_RATE_HZ)
        return " ".join(line.text.strip() for line in found.lines).strip()

    return hear


def ways_of_hearing(name: str, hear: Hear, synthesis: Synthesis | None = None) -> tuple[str, ...]:
    """Find out how a name is heard when it is said rightly, as people know their own name's sound.

    It is spoken in the unshifted voice, over a good line, in the sentences in which receptionists
    read a name back. Done before a call.

    Args:
        name: the name.
        hear: the caller's ear.
        synthesis: what speaks; hibari if None.

    Raises:
        CallerVoiceMissing: if hibari is needed and not installed.
    """
    sentences = [frame.format(name) for frame in _READ_BACK]
    sounds = prepare_lines(sentences, VoiceShift(1.0, 1.0), synthesis)
    heard = [hear(_over_a_good_line(sounds[sentence])) for sentence in sentences]
    forms = [re.sub(_AROUND, " ", words, flags=re.IGNORECASE) for words in heard]
    plain = (" ".join(re.findall(r"[A-Za-z']+", form)) for form in forms)
    return tuple(dict.fromkeys(form for form in plain if form))


def _over_a_good_line(pcm: bytes) -> bytes:
    line = TelephoneLine()
    # As a turn is heard: a little of the quiet before it, and the hang time after it.
    whole = bytes(10 * _FRAME_BYTES) + pcm + bytes(-len(pcm) % _FRAME_BYTES)
    whole += bytes(35 * _FRAME_BYTES)
    frames = (whole[at : at + _FRAME_BYTES] for at in range(0, len(whole), _FRAME_BYTES))
    return b"".join(line.toward_caller(frame) for frame in frames)
