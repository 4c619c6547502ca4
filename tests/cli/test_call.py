"""``mapokezi call`` before it rings; whole calls are in ``tests/emulator`` and ``tests/calls``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.ports import free_port

from mapokezi.audio.wav import wav_bytes
from mapokezi.cli.call import timing_lines
from mapokezi.emulator.measuring import Timings

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "nothing to say: give --say, --wav, --silent or --microphone"),
        (("--silent", "--echo", "loud"), "--echo loud: write it as 20:100"),
        (("--silent", "--noise", "45"), "--noise 45: write a level from -90"),
        (("--keys", "12x"), "--keys: there is no key 'x'"),
        (("--wav", "none.wav"), "none.wav: No such file or directory"),
        (("--wav", "words.txt"), "words.txt: not a WAV file"),
    ],
)
def test_what_cannot_be_called_with_is_told(
    shell: Shell, words: tuple[str, ...], says: str
) -> None:
    (shell.folder / "words.txt").write_text("Hello")
    assert says in shell.run("call", *words).fault


def test_without_a_phone_platform_it_says_how_to_get_one(shell: Shell) -> None:
    (shell.folder / "hello.wav").write_bytes(wav_bytes(bytes(16_000), 8_000, channels=1))
    shell.set(MAPOKEZI_EMULATOR_PORT=str(free_port()))
    said = shell.run("call", "--wav", "hello.wav")
    assert said.code == 1
    assert said.err.splitlines()[0] == "ringing +254209000000 ..."
    assert "no phone platform answers at ws://127.0.0.1:" in said.err
    assert "`mapokezi demo` starts one" in said.err


def test_timings_are_written_for_people() -> None:
    timings = Timings(
        first_word_ms=(490,),
        gaps_ms=(1450, 1030, 1360),
        turns=3,
        cut_short=1,
        yields_ms=(230,),
        longest_wait_ms=1450,
        longest_silence_ms=2050,
        caller_ms=12_260,
        receptionist_ms=29_890,
        both_ms=230,
        silent_ms=29_760,
    )
    assert timing_lines(timings) == [
        "first word after 490 ms",
        "from the caller's last word to the answer: 1360 ms in the middle, 1450 ms at most, of 3",
        "from the caller's cutting in to silence: 230 ms in the middle, 230 ms at most, of 1",
        "turns of the caller: 3, cut short 1, unanswered 0",
        "longest wait for the receptionist 1.4 s, longest silence of both 2.0 s",
        "heard: caller 12.3 s, receptionist 29.9 s, both 0.2 s, nobody 29.8 s",
    ]


def test_a_call_in_which_nothing_was_heard_has_no_first_word() -> None:
    assert timing_lines(Timings())[0] == "turns of the caller: 0, cut short 0, unanswered 0"
