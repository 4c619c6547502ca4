"""Keys are read and checked at the start; what is missing is told in words."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tests.stores.test_recordings import recording

from mapokezi.app.keeping import (
    DeskKeeping,
    audit_secret,
    check_keys,
    keeping_opened,
    keyring_of,
    retention_parts,
)
from mapokezi.calls import OfficeId
from mapokezi.config import RecordingsConfig, RetentionConfig, Settings, StoreConfig, read_settings
from mapokezi.errors import ConfigurationError
from mapokezi.records.audit import Deed
from mapokezi.stores.office_files import read_office
from mapokezi.stores.recordings import save_recording
from mapokezi.stores.seal_keys import Keyring, MissingKeyError, SealKey

LAW_OFFICE = Path(__file__).parents[2] / "examples" / "law-office"
OFFICE = read_office(LAW_OFFICE)
OFFICES = {OfficeId("law-office"): OFFICE}
ONE, TWO = SealKey(bytes(32)), SealKey(bytes(range(32)))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a machine that callers do not reach from outside, and of one that they do."""
    for name in ("MAPOKEZI_RECORDING_KEYS", "MAPOKEZI_RECORDING_KEYS_FILE"):
        monkeypatch.delenv(name, raising=False)
    found = read_settings(environment={"MAPOKEZI_OFFICE_FOLDERS": str(LAW_OFFICE)})
    return msgspec.structs.replace(found, store=StoreConfig(folder=str(tmp_path / "data")))


def public(settings: Settings) -> Settings:
    line = msgspec.structs.replace(settings.line, public_url="https://voice.example.co.ke")
    return msgspec.structs.replace(settings, line=line)


def test_on_this_machine_alone_a_key_is_drawn_once_and_kept(settings: Settings) -> None:
    first = keyring_of(settings).first
    assert keyring_of(settings).first == first
    file = settings.data_folder / "recording-key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert SealKey.read(file.read_text()) == first
    assert [path.name for path in settings.data_folder.iterdir()] == ["recording-key"]


@pytest.mark.anyio
async def test_on_a_public_address_a_missing_key_stops_the_start(settings: Settings) -> None:
    settings = public(settings)
    keys = keyring_of(settings)
    assert len(keys) == 0
    assert not (settings.data_folder / "recording-key").exists()
    async with keeping_opened(settings) as keeping:
        stored = keeping.records.recordings
        with pytest.raises(ConfigurationError, match="MAPOKEZI_RECORDING_KEYS"):
            await check_keys(settings, OFFICES, keys, stored)
        silent = {OFFICE.id: msgspec.structs.replace(OFFICE, record_calls=False)}
        await check_keys(settings, silent, keys, stored)
        open_ones = msgspec.structs.replace(settings, recordings=RecordingsConfig(sealed=False))
        await check_keys(open_ones, OFFICES, keys, stored)


@pytest.mark.anyio
async def test_a_key_that_has_sealed_something_must_be_there(settings: Settings) -> None:
    async with keeping_opened(settings) as keeping:
        kept = recording(key_id=TWO.key_id)
        await keeping.records.writer.transact(lambda c: save_recording(c, kept))
        stored = keeping.records.recordings
        with pytest.raises(MissingKeyError, match=TWO.key_id):
            await check_keys(settings, OFFICES, Keyring([ONE]), stored)
        await check_keys(settings, OFFICES, Keyring([ONE, TWO]), stored)
        await check_keys(settings, OFFICES, Keyring([ONE], lost=[TWO.key_id]), stored)


def test_keys_of_the_environment_come_first_and_the_drawn_one_still_opens(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drawn = keyring_of(settings).first
    monkeypatch.setenv("MAPOKEZI_RECORDING_KEYS", f"{ONE.written()}, {TWO.written()}")
    assert list(keyring_of(settings)) == [ONE, TWO, drawn]
    file = tmp_path / "keys"
    file.write_text(TWO.written())
    monkeypatch.setenv("MAPOKEZI_RECORDING_KEYS_FILE", str(file))
    assert keyring_of(public(settings)).first == TWO


def test_a_wrong_key_is_told_without_being_shown(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAPOKEZI_RECORDING_KEYS", "c2VjcmV0")
    with pytest.raises(ConfigurationError, match="MAPOKEZI_RECORDING_KEYS") as wrong:
        keyring_of(settings)
    assert "c2VjcmV0" not in str(wrong.value)


def test_keys_that_are_lost_can_be_given_up_by_setting() -> None:
    found = read_settings(environment={"MAPOKEZI_RECORDINGS_LOST_KEYS": "aa, bb"})
    assert found.recordings.lost_keys == ("aa", "bb")


def test_the_trails_secret_is_drawn_once(settings: Settings) -> None:
    secret = audit_secret(settings)
    assert len(secret) == 32
    assert audit_secret(settings) == secret
    assert (settings.data_folder / "audit-secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.anyio
async def test_the_desk_keeps_and_removes_as_it_is_set(settings: Settings) -> None:
    async with keeping_opened(settings) as keeping:
        desk = DeskKeeping(settings, keeping.records, OFFICES, keeping.keys)
        assert [effect.name for effect in desk.effects()] == ["redact", "keep_recording"]
        assert [one.effect for one, _ in desk.rounds()] == ["retention"]
        by_hand = msgspec.structs.replace(settings, retention=RetentionConfig(daily=False))
        assert DeskKeeping(by_hand, keeping.records, OFFICES, keeping.keys).rounds() == ()
        wrong = msgspec.structs.replace(settings, retention=RetentionConfig(audit_days=0))
        with pytest.raises(ConfigurationError, match=r"retention\.audit_days"):
            retention_parts(wrong, keeping.records, OFFICES)


@pytest.mark.anyio
async def test_what_a_command_does_stands_on_the_trail(settings: Settings) -> None:
    async with keeping_opened(settings) as keeping:
        await keeping.note(Deed.ROTATED_KEYS, recordings=3)
        (entry,), _ = await keeping.records.audit_trail.page()
    assert entry.who.startswith("command ")
    assert entry.detail == {"recordings": 3}
