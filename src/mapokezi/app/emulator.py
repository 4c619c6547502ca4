"""The phone platform on this machine, put together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from mapokezi.app.offices import read_offices
from mapokezi.config import Settings, read_secrets
from mapokezi.emulator.callees import CalleeScript
from mapokezi.emulator.server import Emulator
from mapokezi.emulator.settings import EmulatorSettings, Number
from mapokezi.speech.client import SpeechClient
from mapokezi.speech.settings import ClientSettings


async def run_emulator(
    settings: Settings,
    callees: Mapping[str, CalleeScript],
    ready: Callable[[Emulator], None] | None = None,
) -> None:
    """Run the phone platform on this machine until cancelled: the offices' numbers ring the line.

    Args:
        settings: The operator's settings.
        callees: How the people behind the numbers behave; everybody else of the offices answers.
        ready: Called once telephones can be used.
    """
    async with Emulator(emulator_settings(settings, callees)) as emulator:
        if ready is not None:
            ready(emulator)
        await asyncio.get_running_loop().create_future()


def emulator_settings(settings: Settings, callees: Mapping[str, CalleeScript]) -> EmulatorSettings:
    """What the emulator is set to for these offices."""
    offices = read_offices(settings).values()
    answering = CalleeScript(after_s=3.0, talk_s=6.0)
    people: dict[str, CalleeScript] = {
        number: answering
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
    )
