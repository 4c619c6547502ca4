"""The example's office, open at all hours and brief, with people who can be reached, on a stage."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from bench.stage import FOLDER, Stage, stage

EXAMPLE = Path("examples/law-office")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CHANGED = {
    "greeting": '"Good day."',
    "notice": '"I am a machine, and this call is recorded."',
    "goodbye": '"Thank you. Goodbye."',
    "call_cap_per_number_per_minute": "60",
}


@asynccontextmanager
async def hand_off_stage(name: str, models_port: int) -> AsyncIterator[Stage]:
    """Start the program with that office, and a Gemini model that answers first.

    Args:
        name: of the data folder.
        models_port: where the model listens.
    """
    folder = (FOLDER / f"{name}-office").absolute()
    shutil.rmtree(folder, ignore_errors=True)
    office = always_open(folder / "law-office")
    settings = folder / "mapokezi.toml"
    settings.write_text(_settings(office, models_port), encoding="utf-8")
    async with stage(name, config=settings, MODEL_FAKE_KEY="any") as up:
        yield up


async def set_callee(up: Stage, number: str, script: Mapping[str, object]) -> None:
    """Say how the person behind a number behaves from now on; keys as in the emulator's file."""
    await _ask(up, "PUT", f"/emulator/callees/{number}", script)


async def _ask(up: Stage, method: str, path: str, body: Mapping[str, object]) -> None:
    emulator = up.settings.emulator
    async with httpx2.AsyncClient(base_url=f"http://{emulator.host}:{emulator.port}") as client:
        (await client.request(method, path, json=body)).raise_for_status()


def always_open(folder: Path) -> Path:
    """Copy the example's office to a folder, brief and open at all hours; gives the folder."""
    shutil.copytree(EXAMPLE, folder)
    path = folder / "office.toml"
    path.write_text(in_brief(path.read_text(encoding="utf-8"), _CHANGED), encoding="utf-8")
    (folder / "hours.toml").write_text(_hours(), encoding="utf-8")
    return folder


def in_brief(text: str, changed: Mapping[str, str]) -> str:
    """Put other values for keys of ``office.toml`` that stand above its first table."""
    lines = text.splitlines()
    kept = [line for line in lines if line.partition(" =")[0] not in changed]
    told = [f"{key} = {value}" for key, value in changed.items()]
    return "\n".join([*told, *kept]) + "\n"


def _hours() -> str:
    text = (EXAMPLE / "hours.toml").read_text(encoding="utf-8")
    text = re.sub(r"(?s)\[\[closures\]\].*", "", text).replace('"KE"', '""')
    week = "\n".join(f'{day} = ["00:00-23:59"]' for day in _DAYS)
    return f"{text[: text.index('[week]')]}[week]\n{week}\n"


def _settings(office: Path, models_port: int) -> str:
    return (
        f'[office]\nfolders = ["{office}"]\n\n[voice]\nmodels = ["fake"]\n\n'
        f'[model.fake]\nprotocol = "gemini_live"\nurl = "ws://127.0.0.1:{models_port}"\n'
    )
