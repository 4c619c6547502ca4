"""The operator's settings: one TOML file, and the environment over it.

A setting's key is ``section.key``; the environment's name for it is ``MAPOKEZI_SECTION_KEY``.
Secrets are read from the environment, or from a file that it names with ``..._FILE``; they have
no key in the TOML file, so that the file can be shown to anybody.
"""

from __future__ import annotations

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
from mapokezi.config.reading import read_settings
from mapokezi.config.secrets import read_secret, read_secrets, variable_of
from mapokezi.config.settings import LogConfig, Settings

__all__ = [
    "AfterCallConfig",
    "CapsConfig",
    "CarrierConfig",
    "DeskConfig",
    "EgressConfig",
    "EmulatorConfig",
    "ExchangeConfig",
    "LedgerConfig",
    "LineConfig",
    "LogConfig",
    "ModelConfig",
    "OfficeConfig",
    "RecordingsConfig",
    "RetentionConfig",
    "Settings",
    "SpeechConfig",
    "StoreConfig",
    "VoiceConfig",
    "WayConfig",
    "read_secret",
    "read_secrets",
    "read_settings",
    "variable_of",
]
