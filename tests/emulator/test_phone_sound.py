"""A telephone whose own sound has another rate than the line's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from mapokezi.emulator.phone_sound import PhoneSound

if TYPE_CHECKING:
    from tests.emulator.conftest import Rigs

Sine = Callable[..., bytes]


def strength(pcm: bytes, hz: float, rate_hz: int) -> float:
    samples = np.frombuffer(pcm, "<i2").astype(float)
    at = np.arange(samples.size) / rate_hz
    return float(abs(np.sum(samples * np.exp(-2j * np.pi * hz * at))) / samples.size * 2)


def test_a_telephone_of_the_lines_own_rate_is_left_alone(sine: Sine) -> None:
    sound, pcm = PhoneSound(), sine(1000, 100, 8_000)
    assert sound.from_phone(pcm) == pcm
    assert sound.to_phone(pcm[:320]) == pcm[:320]


@pytest.mark.parametrize("piece", [1, 7, 640, 641, 5_000])
def test_from_16_khz_whatever_the_pieces(sine: Sine, piece: int) -> None:
    sound, pcm = PhoneSound(16_000), sine(1000, 500)
    heard = b"".join(sound.from_phone(pcm[at : at + piece]) for at in range(0, len(pcm), piece))
    assert len(heard) == len(pcm) // 2
    assert strength(heard[1_600:], 1000, 8_000) == pytest.approx(8_000, rel=0.02)


def test_to_16_khz_frame_by_frame(sine: Sine) -> None:
    sound, pcm = PhoneSound(16_000), sine(1000, 500, 8_000)
    frames = [sound.to_phone(pcm[at : at + 320]) for at in range(0, len(pcm), 320)]
    assert {len(frame) for frame in frames} == {640}
    assert strength(b"".join(frames)[3_200:], 1000, 16_000) == pytest.approx(8_000, rel=0.02)


def test_no_other_rate() -> None:
    with pytest.raises(ValueError, match="8000, 16000"):
        PhoneSound(48_000)


@pytest.mark.anyio
async def test_a_call_at_16_khz(rigs: Rigs, sine: Sine) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.phone()
        phone.mouth = sine(1000, 1000)
        await phone.send({"type": "dial", "from": "0722000001", "to": "0209000000",
                          "rate_hz": 16_000})  # fmt: skip
        media = await office.next_media()
        await media.frames_after(25)
        # The telephone of the test sends 320 bytes every 20 ms: half of the pace, half silence.
        assert strength(b"".join(media.frames), 1000, 16_000) > 1_000
        await phone.hang_up()
        assert {len(frame) for frame in phone.heard} == {640}


@pytest.mark.anyio
@pytest.mark.parametrize("rate", [44_100, "16000", None, 8_000.5])
async def test_a_rate_that_cannot_be_is_refused(rigs: Rigs, rate: object) -> None:
    async with rigs() as rig:
        phone = await rig.phone()
        await phone.send({"type": "dial", "from": "0722000001", "to": "0209000000",
                          "rate_hz": rate})  # fmt: skip
        assert "rate_hz" in (await phone.event("ended"))["why"]
