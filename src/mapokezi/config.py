"""The operator's settings: one TOML file, and the environment over it.

A setting's key is ``section.key``; the environment's name for it is ``MAPOKEZI_SECTION_KEY``.
Secrets are read from the environment, or from a file that it names with ``..._FILE``; they have
no key in the TOML file, so that the file can be shown to anybody.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
import tomlkit
import tomlkit.exceptions

from mapokezi.errors import ConfigurationError

_MODEL_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RESERVED_NAMES = frozenset({"local", "script"})
"""What the voices that are built in are called in records."""
_LISTS = frozenset({"folders", "models", "lost_keys", "private"})
"""Keys whose value in the environment is a list, parted by commas."""


class LineConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The process that answers calls."""

    host: str = "127.0.0.1"
    """The address it listens on. Loopback unless a proxy or tunnel needs otherwise."""
    port: int = 8480
    """The port of webhooks and media sockets alike."""
    media_port: int = 0
    """A second port for media sockets alone; 0 keeps them on ``port``."""
    public_url: str = ""
    """Where the phone platform reaches us: ``https://voice.example.co.ke``; empty: the address
    above, for the emulator."""
    node: str = "node-1"
    """This machine's name in stream URLs, where several share one address."""
    max_calls: int = 30
    """More calls than this at once get the fallback document."""
    unsigned_callbacks: bool = False
    """Accept callbacks without a signature on a public URL; its path then carries a secret part."""
    track: str = "inbound_track"
    """``inbound_track``, or ``both_tracks`` as the first public example has it."""
    stream_rate_hz: int = 16_000
    """8000 or 16000; the wider band is understood better."""
    drain_limit_s: float = 120.0
    """How long a stop waits for calls in progress before they are bid goodbye."""
    answers: Literal["xml", "json"] = "xml"
    """In which form callbacks are answered: ``xml``, proven in production, or ``json``."""
    legacy_signature: bool = False
    """Accept the platform's old signature over the body alone, too: it can be replayed for ever."""


class VoiceConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which voice answers."""

    kind: str = "local"
    """``local``: this machine's recogniser, the clerk and this machine's voice. ``script``: a
    script file."""
    script: str = ""
    """The script's path, for ``script``."""
    models: tuple[str, ...] = ()
    """Model profiles for offices that name none, in the order in which they are tried. Behind
    them, for every office, stands the clerk."""
    early_models: int = 10
    """How many models' sockets may be open at once for calls that were announced by a signed
    callback and whose media socket has not come yet; 0: none is opened early."""


class ModelConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model profile, ``[model.NAME]``. Its key: ``MAPOKEZI_MODEL_NAME_KEY``."""

    protocol: str
    """``gemini_live``, ``openai_realtime``, ``chat_completions``, or a name that an entry point
    gives."""
    model: str = ""
    """The vendor's name of the model; empty: the protocol's default."""
    url: str = ""
    """Where it is, ``wss://`` or, on this machine, ``ws://`` (a chat model: ``https://``,
    ``http://``); empty: the vendor's own address."""
    api_version: str = ""
    """Empty: the protocol's default."""
    headers: dict[str, str] = {}
    """Further headers of the handshake; secret ones: ``MAPOKEZI_MODEL_NAME_HEADERS``."""
    voice: str = ""
    """The vendor's name of the voice; empty: the protocol's default."""
    proxy: str = ""
    """``http://``, ``https://``, ``socks4://`` or ``socks5://`` address of a proxy; empty: none."""
    tells_words: bool = True
    """Whether it tells the words that it speaks; if so, speech without words counts as a fault."""
    options: dict[str, Any] = {}
    """What only its protocol knows."""


class ExchangeConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a US dollar is worth: voice models are priced in it."""

    kes_per_usd: float = 0.0
    """Kenya shillings for a dollar; 0: not told, and then costs stand in dollars alone."""
    on: str = ""
    """The day of that rate, as in ``2026-11-20``."""


class LedgerConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a minute costs on the phone platform's meter, for our estimates."""

    inbound_kes_per_minute: float = 0.0
    """Of the caller's own leg; free by the platform's price page."""
    outbound_kes_per_minute: float = 3.0
    """Of a leg that is dialled for the caller, from its answer."""
    rounding: Literal["second", "minute"] = "second"
    """Each leg is rounded up to whole seconds, or to started minutes."""


class CapsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The most that calls may cost, on both meters, and how long they may be; 0: no cap."""

    call_minutes: int = 0
    """One call; the office's own ``call_cap_minutes`` holds beside it."""
    call_kes: float = 0.0
    """One call."""
    day_minutes: int = 0
    """All calls of an office on its local day."""
    day_kes: float = 0.0
    """All calls of an office on its local day."""
    number_minutes: int = 0
    """All calls of one caller's number with an office on its local day."""
    number_kes: float = 0.0
    """All calls of one caller's number with an office on its local day."""


class SpeechConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The speech process, or any other Wyoming server."""

    address: str = ""
    """``unix:///path`` or ``tcp://host:port``; empty: our own, in the data folder."""
    workers: int = 0
    """Inference workers; 0: one a core."""


class StoreConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where things are kept."""

    folder: str = "var"
    """The data folder: database, recordings, cached phrases, sockets."""
    database: str = ""
    """An SQLAlchemy URL of SQLite or Postgres; empty: SQLite in the data folder."""


class RecordingsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Recordings after the call. Their keys: ``MAPOKEZI_RECORDING_KEYS``."""

    format: Literal["flac", "opus"] = "flac"
    """``flac``: as it was, at a third of its size; ``opus``: Ogg Opus, a tenth of that, for ears
    alone."""
    sealed: bool = True
    """Encrypt them."""
    cipher: Literal["aes-256-gcm", "chacha20-poly1305"] = "aes-256-gcm"
    """How; ChaCha20 is quicker on processors without AES instructions."""
    lost_keys: tuple[str, ...] = ()
    """Ids of keys that are gone for good: what they sealed is given up, and no error any more."""


class RetentionConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The removal of what was kept for long enough; how long that is, each office says."""

    daily: bool = True
    """Remove by itself what is due, once a day, a day after it was shown in a plan."""
    audit_days: int = 730
    """For how long the audit trail is kept."""


class OfficeConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The offices that are answered for."""

    folders: tuple[str, ...] = ("examples/law-office",)
    """One folder an office; relative ones are looked for beside the settings file."""


class CarrierConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The phone platform's REST API. Its key: ``SAUTIKIT_API_KEY``."""

    url: str = "https://api.sautikit.com"
    """The base of the REST API."""


class DeskConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The pages for people."""

    host: str = "127.0.0.1"
    """Loopback: the desk's port stays private."""
    port: int = 8481
    """Where the pages are."""
    url: str = ""
    """Where the staff reach the desk, for the links in their notices; empty: the address above."""


class WayConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way by which people are told, ``[way.NAME]``. Its account: ``MAPOKEZI_WAY_NAME_URL``."""

    kind: Literal["email", "sms", "whatsapp", "chat"]
    """How its addresses look, and how long its texts may be; ``chat`` is Slack, Telegram, ntfy and
    whatever else is not one of the others."""


class EgressConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The way out to addresses that offices give: webhooks."""

    private: tuple[str, ...] = ()
    """Ranges of private addresses that may be spoken to, ``10.1.0.0/16``; in them also without
    TLS."""


class AfterCallConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done after each call, in the desk's process."""

    summary_model: str = ""
    """The model profile (of protocol ``chat_completions``) that writes a call's three lines;
    empty: they are made of the record by rules, and nothing leaves this machine."""
    digest_at: str = "18:00"
    """When the day in short is told, on each office's own clock; empty: never."""
    wallet_days: int = 3
    """The staff are told when the phone platform's wallet is enough for so many days or fewer; 0:
    never."""
    platform_recordings: bool = False
    """Fetch the phone platform's own recordings as second copies."""


class EmulatorConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The phone platform on this machine."""

    host: str = "127.0.0.1"
    """Loopback."""
    port: int = 8482
    """Its REST API and its telephones."""


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


def read_settings(
    path: Path | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Read the settings.

    Args:
        path: The TOML file; without one ``mapokezi.toml`` in the working folder, if it is there.
        environment: The environment; the process's own by default.

    Raises:
        ConfigurationError: Names the file, the line and the key, or the variable, that is wrong.
    """
    environment = os.environ if environment is None else environment
    chosen = path or (Path("mapokezi.toml") if Path("mapokezi.toml").is_file() else None)
    values: dict[str, dict[str, Any]] = {}
    lines: dict[str, int] = {}
    if chosen is not None:
        values, lines = _read_file(chosen)
    _apply_environment(values, environment)
    models = {
        name: _model(name, table, chosen, lines) for name, table in values.pop("model", {}).items()
    }
    ways = {name: _way(name, table, chosen, lines) for name, table in values.pop("way", {}).items()}
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigurationError(_explain(error, chosen, lines, environment)) from None
    settings = msgspec.structs.replace(settings, model=models, way=ways)
    folders = settings.office.folders
    if chosen is not None:
        folders = tuple(str(chosen.parent / folder) for folder in folders)
    return msgspec.structs.replace(settings, office=OfficeConfig(folders=folders))


def read_secrets(name: str, environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Read a secret, or several that commas part, from the environment or the file it names.

    Args:
        name: The variable: ``SAUTIKIT_API_KEY``, ``MAPOKEZI_WEBHOOK_SECRETS``. The file's path
            would be in ``SAUTIKIT_API_KEY_FILE``.
        environment: The environment; the process's own by default.

    Raises:
        ConfigurationError: If the file that the environment names cannot be read.
    """
    text = read_secret(name, environment)
    return tuple(part.strip() for part in text.split(",") if part.strip())


def read_secret(name: str, environment: Mapping[str, str] | None = None) -> str:
    """Read one secret, in which a comma is a comma, from the environment or the file it names.

    Args:
        name: The variable; the file's path would be in the variable with ``_FILE``.
        environment: The environment; the process's own by default.

    Raises:
        ConfigurationError: If the file that the environment names cannot be read.
    """
    environment = os.environ if environment is None else environment
    text = environment.get(name, "")
    file = environment.get(f"{name}_FILE")
    if file:
        try:
            text = Path(file).read_text(encoding="utf-8")
        except OSError as error:
            raise ConfigurationError(f"{name}_FILE: cannot read {file}: {error.strerror}") from None
    return text.strip()


def variable_of(*parts: str) -> str:
    """The variable of what an operator or an office has named: ``MAPOKEZI_WAY_SMS_URL``."""
    return "_".join(("MAPOKEZI", *parts)).replace("-", "_").upper()


def _model(name: str, table: Any, path: Path | None, lines: Mapping[str, int]) -> ModelConfig:
    where = f"model.{name}"
    place = f"{path}, line {lines[where]}: {where}" if where in lines else f"{path}: {where}"
    if not _MODEL_NAME.fullmatch(name) or name in _RESERVED_NAMES:
        raise ConfigurationError(
            f"{place}: a profile's name has small letters, digits and hyphens, and is none of "
            + ", ".join(sorted(_RESERVED_NAMES))
        )
    try:
        return msgspec.convert(table, ModelConfig, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigurationError(_explain(error, path, lines, {}, within=where)) from None


def _way(name: str, table: Any, path: Path | None, lines: Mapping[str, int]) -> WayConfig:
    where = f"way.{name}"
    place = f"{path}, line {lines[where]}: {where}" if where in lines else f"{path}: {where}"
    if not _MODEL_NAME.fullmatch(name) or name == "webhook":
        raise ConfigurationError(
            f"{place}: a way's name has small letters, digits and hyphens, and is not webhook"
        )
    try:
        return msgspec.convert(table, WayConfig, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigurationError(_explain(error, path, lines, {}, within=where)) from None


def _read_file(path: Path) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        values = tomlkit.parse(text).unwrap()
    except tomlkit.exceptions.ParseError as error:
        raise ConfigurationError(f"{path}, line {error.line}: {error}") from None
    for section, keys in values.items():
        if not isinstance(keys, dict):
            raise ConfigurationError(f"{path}: {section} stands outside any [section]")
    return values, _line_numbers(text)


def _line_numbers(text: str) -> dict[str, int]:
    """On which line each ``section.key`` of a settings file stands."""
    found: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([\w.\"'-]+)\s*\]", line):
            section = re.sub("[\"']", "", header[1])
            found[section] = number
        elif key := re.match(r"\s*([\w-]+)\s*=", line):
            found[f"{section}.{key[1]}"] = number
    return found


def _apply_environment(values: dict[str, dict[str, Any]], environment: Mapping[str, str]) -> None:
    for section in msgspec.structs.fields(Settings):
        if section.name in {"model", "price", "way"}:
            continue  # their tables are named by the operator; only secrets of them are variables
        for key in msgspec.structs.fields(section.type):
            name = f"MAPOKEZI_{section.name}_{key.name}".upper()
            if name in environment:
                raw = environment[name]
                values.setdefault(section.name, {})[key.name] = (
                    [part.strip() for part in raw.split(",")] if key.name in _LISTS else raw
                )


def _explain(
    error: msgspec.ValidationError,
    path: Path | None,
    lines: Mapping[str, int],
    environment: Mapping[str, str],
    within: str = "",
) -> str:
    """Say where the wrong value stands; msgspec tells ``... - at `$.line.port```."""
    text = str(error)
    where = re.search(r"at `\$\.?([\w.]*)", text)
    key = ".".join(part for part in (within, where[1] if where else "") if part)
    if unknown := re.search(r"unknown field `(\w+)`", text):
        key = f"{key}.{unknown[1]}".strip(".")
    message = text.split(" - at ", maxsplit=1)[0]
    variable = f"MAPOKEZI_{key.replace('.', '_')}".upper()
    if variable in environment:
        return f"{variable}: {message}"
    if key in lines:
        return f"{path}, line {lines[key]}: {key}: {message}"
    return f"{path or 'the settings'}: {key}: {message}"
