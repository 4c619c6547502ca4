"""All settings together."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import msgspec

from mapokezi.config.keeping import RecordingsConfig, RetentionConfig, StoreConfig
from mapokezi.config.line import LineConfig, ModelConfig, SpeechConfig, VoiceConfig
from mapokezi.config.money import CapsConfig, ExchangeConfig, LedgerConfig
from mapokezi.config.people import (
    AfterCallConfig,
    DeskConfig,
    EgressConfig,
    OfficeConfig,
    WayConfig,
)
from mapokezi.config.platform import CarrierConfig, EmulatorConfig


class LogConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is logged."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """``debug``, ``info``, ``warning`` or ``error``."""
    pii: bool = False
    """Write personal data (numbers, names, words spoken) into the log."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that an operator may set."""

    line: LineConfig = LineConfig()
    voice: VoiceConfig = VoiceConfig()
    speech: SpeechConfig = SpeechConfig()
    store: StoreConfig = StoreConfig()
    recordings: RecordingsConfig = RecordingsConfig()
    retention: RetentionConfig = RetentionConfig()
    office: OfficeConfig = OfficeConfig()
    carrier: CarrierConfig = CarrierConfig()
    desk: DeskConfig = DeskConfig()
    aftercall: AfterCallConfig = AfterCallConfig()
    emulator: EmulatorConfig = EmulatorConfig()
    log: LogConfig = LogConfig()
    exchange: ExchangeConfig = ExchangeConfig()
    ledger: LedgerConfig = LedgerConfig()
    caps: CapsConfig = CapsConfig()
    price: dict[str, dict[str, Any]] = {}
    """An operator's own prices of voice models, by the vendor's name of the model."""
    model: dict[str, ModelConfig] = {}
    """Model profiles by name."""
    egress: EgressConfig = EgressConfig()
    way: dict[str, WayConfig] = {}
    """The ways by which people are told, by name."""

    @property
    def data_folder(self) -> Path:
        """The data folder, as an absolute path."""
        return Path(self.store.folder).absolute()

    @property
    def database_url(self) -> str:
        """The database's URL, SQLite in the data folder by default."""
        return self.store.database or f"sqlite+aiosqlite:///{self.data_folder / 'mapokezi.db'}"

    @property
    def speech_address(self) -> str:
        """The address of the speech process."""
        return self.speech.address or f"unix://{self.data_folder / 'speech.sock'}"

    @property
    def line_socket(self) -> Path:
        """The line's own face, for the other processes of this machine."""
        return self.data_folder / "line.sock"

    @property
    def line_url(self) -> str:
        """Where callbacks reach the line: the public URL, or the address it listens on."""
        return self.line.public_url.rstrip("/") or f"http://{self.line.host}:{self.line.port}"

    @property
    def desk_url(self) -> str:
        """Where the staff reach the desk."""
        return self.desk.url.rstrip("/") or f"http://{self.desk.host}:{self.desk.port}"

    @property
    def is_public(self) -> bool:
        """Whether callbacks come from outside this machine."""
        return bool(self.line.public_url) and not re.match(
            r"https?://(127\.|localhost|\[::1\])", self.line.public_url
        )
