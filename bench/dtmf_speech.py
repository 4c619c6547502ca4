"""How many keys, and machines, are heard in half an hour of speech in which there are none?

    .venv/bin/python bench/dtmf_speech.py [--minutes 30] [--seed 1]

Synthesises varied sentences at several speeds, moves pitch and formants from a deep voice to a
child's, sends all of it through a telephone line (band 300 to 3400 Hz, mu-law, noise) at several
levels, and feeds it to the detectors, that of keys at 8 and at 16 kHz. Prints one line of JSON; the
bar is no false key, and no fax, modem or announcement, in the speech or in the keys. As a proof
that the detector was awake, keys are pressed between the sentences, at the level of the speech and
with the same noise, and have to be heard each once.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter

import numpy as np
import numpy.typing as npt
from hibari import Hibari

from mapokezi.audio.formats import decode_mu_law, encode_mu_law, pcm_of, samples_in
from mapokezi.audio.machine_tones import MachineTones
from mapokezi.audio.resample import Resampler
from mapokezi.audio.tones import dtmf
from mapokezi.telephony.dtmf import DtmfDetector

Sound = npt.NDArray[np.float64]

WHO = "Missus Wanjiru Kamau|my brother Otieno|the landlord|a lady from Kisumu|Peter|my employer"
WHAT = (
    "signed the lease|never paid the deposit|wants to see the advocate|lost the title deed|"
    "asked about the opening hours|owes me forty two thousand shillings|is moving out on Tuesday"
)
WHEN = "last week|at half past three|since the ninth of March|every Saturday|yesterday|in Mombasa"
ASK = (
    "Can somebody call me back please?|How much is a consultation?|Where exactly are you?|"
    "Could you spell that for me?|Who is looking after this case?|Oh, really? Hmm, I see.|"
    "Whee, ooh, ah, hello? Is anybody there?|You do not need an appointment, do you?"
)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def sentence(rng: np.random.Generator) -> str:
    """Make up something that a caller of an office may say."""
    who, what, when, ask = (str(rng.choice(kind.split("|"))) for kind in (WHO, WHAT, WHEN, ASK))
    number = " ".join(str(digit) for digit in rng.integers(0, 10, 10))
    spelled = ", ".join(rng.choice(list(LETTERS), 5))
    return str(
        rng.choice(
            [
                f"{who} {what} {when}. {ask}",
                f"My number is {number}. {ask}",
                f"It is spelled {spelled}. {who} {what}.",
                f"{ask} {when}, {who} {what}, and {who} {what}.",
            ]
        )
    )


def shifted(sound: Sound, factor: float) -> Sound:
    """Raise (factor above 1) or lower pitch and formants together, as a smaller head would."""
    at = np.arange(0, len(sound) - 1, factor)
    moved: Sound = np.interp(at, np.arange(len(sound)), sound)
    return moved


def band(sound: Sound, rate_hz: int) -> Sound:
    """Keep 300 to 3400 Hz, with the gentle edges of a telephone."""
    spectrum = np.fft.rfft(sound)
    hz = np.fft.rfftfreq(len(sound), 1 / rate_hz)
    gain = 1 / np.sqrt((1 + (300 / np.maximum(hz, 1)) ** 8) * (1 + (hz / 3400) ** 24))
    passed: Sound = np.fft.irfft(spectrum * gain, len(sound))
    return passed


def on_the_line(sound: Sound, level_dbfs: float, snr_db: float, rng: np.random.Generator) -> bytes:
    """Set the level of the loud parts, limit the band, add noise, code as mu-law; 8 kHz."""
    sound = band(sound, 8000)
    loud = np.sqrt(np.quantile(np.square(sound), 0.95)) + 1e-9
    wanted = 32_768 * 10 ** (level_dbfs / 20)
    sound = sound / loud * wanted + rng.normal(0, wanted * 10 ** (-snr_db / 20), len(sound))
    return decode_mu_law(encode_mu_law(pcm_of(sound)))


def main() -> int:
    """Run, print, and fail if a key was heard that nobody pressed, or a machine that was none."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--minutes", type=float, default=30.0)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    rng = np.random.default_rng(chosen.seed)
    voice = Hibari()
    detectors = {rate: DtmfDetector(rate) for rate in (8000, 16_000)}
    upward, downward = Resampler(8000, 16_000), Resampler(24_000, 8000)
    heard: dict[int, Counter[str]] = {8000: Counter(), 16_000: Counter()}
    machines = MachineTones()
    speech_s = cpu_s = machines_cpu_s = 0.0
    false_keys = false_machines = pressed = missed = 0
    while speech_s < chosen.minutes * 60:
        spoken = voice(sentence(rng), speed=float(rng.choice([0.8, 1.0, 1.2, 1.45])), seed=0)
        moved = shifted(spoken.astype(np.float64) * 20_000, float(rng.uniform(0.75, 1.5)))
        narrow = samples_in(downward.feed(pcm_of(moved)) + downward.flush()).astype(np.float64)
        level, snr = float(rng.choice([-30, -24, -18, -10])), float(rng.choice([15, 25, 45]))
        pcm = on_the_line(narrow, level, snr, rng)
        speech_s += len(pcm) / 16_000
        key = str(rng.choice(list("0123456789*#")))
        press = samples_in(dtmf(key, float(rng.uniform(50, 200)), 8000, level - 3)).astype(float)
        press = np.pad(press, 1600)
        press += rng.normal(0, 32_768 * 10 ** ((level - 25) / 20), len(press))
        pressed += 1
        for rate, detector in detectors.items():
            sound, tone = pcm, decode_mu_law(encode_mu_law(pcm_of(press)))
            if rate == 16_000:
                sound, tone = upward.feed(sound), upward.feed(tone)
            before = time.process_time()
            keys = detector.feed(sound)
            cpu_s += (time.process_time() - before) if rate == 16_000 else 0
            false_keys += len(keys)
            heard[rate].update(keys)
            missed += "".join(detector.feed(tone)) != key
        before = time.process_time()
        found = machines.feed(sound)
        machines_cpu_s += time.process_time() - before
        if found or machines.feed(tone):
            false_machines, machines = false_machines + 1, MachineTones()
        if sys.stderr.isatty():
            print(f"\r{speech_s / 60:5.1f} min, {false_keys} false", end="", file=sys.stderr)
    print(
        json.dumps(
            {
                "speech_minutes": round(speech_s / 60, 1),
                "rates_hz": list(detectors),
                "false_keys": false_keys,
                "false_by_rate": {rate: dict(counts) for rate, counts in heard.items()},
                "keys_pressed": pressed,
                "keys_missed_or_doubled": missed,
                "cpu_ms_per_second_16_khz": round(cpu_s / speech_s * 1000, 2),
                "false_machines": false_machines,
                "machines_cpu_ms_per_second": round(machines_cpu_s / speech_s * 1000, 3),
            }
        )
    )
    return 1 if false_keys or missed or false_machines else 0


if __name__ == "__main__":
    raise SystemExit(main())
