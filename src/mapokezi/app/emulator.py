"""The phone platform on this machine, put together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from mapokezi.app.offices import read_offices
from mapokezi.config import Settings, read_secrets
from mapokezi.emulator.callees import WAYS, CalleeScript
from mapokezi.emulator.server import Emulator
from mapokezi.emulator.settings import EmulatorSettings, Number
from mapokezi.speech.client import SpeechClient
from mapokezi.speech.settings import ClientSettings


async def run_emulator(
    emulated: EmulatorSettings, ready: Callable[[Emulator], None] | None = None
) -> None:
    """Run the phone platform on this machine until cancelled.

    Args:
        emulated: What it is set to.
        ready: Called once telephones can be used.
    """
    async with Emulator(emulated) as emulator:
        if ready is not None:
            ready(emulator)
        await asyncio.get_running_loop().create_future()


def stand_alone_settings(settings: Settings) -> EmulatorSettings:
    """What the emulator is set to for a webhook that is not ours: no office, no speech of ours."""
    return EmulatorSettings(
        host=settings.emulator.host, port=settings.emulator.port, keep_legs=True
    )


def emulator_settings(settings: Settings, callees: Mapping[str, CalleeScript]) -> EmulatorSettings:
    """What the emulator is set to for these offices."""
    offices = read_offices(settings).values()
    people: dict[str, CalleeScript] = {
        number: WAYS["answer"]
        for office in offices
        for number in (office.reception, *(person.mobile for person in office.people))
        if number
    }
    voice_url = f"{settings.line_url}/voice"
    secrets = read_secrets("MAPOKEZI_WEBHOOK_SECRETS")
    # The real platform has a voice of its own, which keeps no caller waiting for ours.
    speech = SpeechClient(settings.speech_address, ClientSettings(waits_for_server=False))

    async def speak(text: str, _language: str) -> bytes:
        return b"".join([piece async for piece in speech.synthesize(text)])

    return EmulatorSettings(
        numbers=tuple(
            Number(
                number,
                voice_url,
                f"{settings.line_url}/voice/events",
                signing_secret=secrets[0] if secrets else "",
            )
            for office in offices
            for number in office.numbers
        ),
        host=settings.emulator.host,
        port=settings.emulator.port,
        callees={**people, **callees},
        synthesiser=speak,
        recordings=settings.data_folder / "emulator-recordings",
        captions=f"unix://{settings.line_socket}",
    )
