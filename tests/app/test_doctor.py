"""The doctor: a whole deployment over loopback, well at first, then with one fault after another.

The platform is the emulator, the line is the real one, and before it stands a proxy that ends TLS.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from msgspec.structs import replace
from tests.fakes.certificates import Authority
from tests.fakes.tls_proxy import TlsProxy
from tests.line.conftest import running

from mapokezi.app import doctor_reach
from mapokezi.app.doctor import examine
from mapokezi.app.doctor_finding import Deployment, Finding, Health
from mapokezi.app.doctor_report import report_of
from mapokezi.config import (
    CarrierConfig,
    LineConfig,
    OfficeConfig,
    Settings,
    SpeechConfig,
    StoreConfig,
    VoiceConfig,
    WayConfig,
)
from mapokezi.emulator.server import Emulator
from mapokezi.emulator.settings import ApiKey, EmulatorSettings, Number
from mapokezi.records.changes import SaveEvent
from mapokezi.records.event_record import EventRecord
from mapokezi.speech.about import describe
from mapokezi.speech.settings import SpeechSettings
from mapokezi.speech.wire import encode
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.stores.seal_keys import SealKey
from mapokezi.telephony.urls import CallbackUrls

pytestmark = pytest.mark.anyio

HOST = "voice.example.test"
OFFICE = "+254209000000"
SECRET = "whsec_0123456789abcdef"
KEY = "tskey_live_doctor"
FEW = "tskey_live_few"
EXAMPLE = Path(__file__).parents[2] / "examples" / "law-office"


@dataclass
class World:
    """A deployment, and everything around it."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    settings: Settings
    authority: Authority
    proxy: TlsProxy
    emulator: Emulator
    database: Database
    certificate: Path
    line_secrets: tuple[str, ...] = (SECRET,)
    line_unsigned: bool = False
    unguessable: str = ""
    with_speech: bool = True
    wall_ahead_s: float = 0.0
    free_bytes: int = 50_000_000_000
    report: dict[str, Any] = field(default_factory=dict)

    def set(self, section: str, **values: Any) -> None:
        """Change settings."""
        changed = replace(getattr(self.settings, section), **values)
        self.settings = replace(self.settings, **{section: changed})

    def environment(self, **values: str) -> None:
        for name, value in values.items():
            self.monkeypatch.setenv(name, value)

    async def modes(self, **modes: str) -> None:
        """Set modes of the emulator."""
        await self.door("/emulator/modes", modes)

    async def door(self, path: str, body: object) -> None:
        async with httpx2.AsyncClient(base_url=self.emulator.base_url) as door:
            (await door.patch(path, json=body)).raise_for_status()

    async def ended(self, session: str) -> None:
        """Wait until the emulator has ended a call."""
        async with asyncio.timeout(20):
            while True:
                detail = self.emulator.platform.find(session)
                if detail is not None and detail.is_over:
                    return
                await asyncio.sleep(0.02)

    async def examined(
        self, then: Callable[[], Awaitable[None]] | None = None
    ) -> dict[str, Finding]:
        """Run it all, and have it looked at; before that, ``then`` happens."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.proxy.serving(self.certificate))
            public = f"https://{HOST}:{self.proxy.port}"
            if self.settings.line.public_url == "the proxy's":
                self.set("line", public_url=public)
            line = await stack.enter_async_context(
                running(
                    urls=lambda _port: CallbackUrls(public, self.unguessable),
                    signing_secrets=self.line_secrets,
                    allow_unsigned=self.line_unsigned,
                )
            )
            if self.proxy.upstream == 0:
                self.proxy.upstream = line.line.port
            if self.settings.line.port == 0:
                self.set("line", port=line.line.port)
            await self._route(public)
            if self.with_speech:
                await stack.enter_async_context(await self._speech())
            if then is not None:
                await then()
            return await self._look()

    async def _route(self, public: str) -> None:
        """Route the number to this line, unless the fault is that it is not."""
        book = self.emulator.platform.numbers
        found = book.find(OFFICE)
        if found is not None and found.voice_url == "here":
            urls = CallbackUrls(public, self.unguessable)
            events = urls.events if found.events_url == "here" else found.events_url
            book.route(OFFICE, voice_url=urls.voice, events_url=events)

    async def _speech(self) -> asyncio.Server:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readline()
            writer.write(encode(describe(SpeechSettings(socket=self.folder / "speech.sock"))))
            await writer.drain()
            writer.close()
            await writer.wait_closed()

        return await asyncio.start_unix_server(answer, self.folder / "speech.sock")

    async def _look(self) -> dict[str, Finding]:
        deployment = Deployment(
            self.settings,
            wall=lambda: time.time() + self.wall_ahead_s,
            free_bytes=lambda _path: self.free_bytes,
        )
        try:
            found = {finding.check: finding async for finding in examine(deployment)}
            self.report = await report_of(deployment, list(found.values()))
            return found
        finally:
            if deployment.carrier is not None:
                await deployment.carrier.close()


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    monkeypatch.setenv("SAUTIKIT_API_KEY", KEY)
    monkeypatch.setenv("MAPOKEZI_WEBHOOK_SECRETS", SECRET)
    monkeypatch.setenv("MAPOKEZI_RECORDING_KEYS", SealKey.draw().written())
    monkeypatch.setenv("MAPOKEZI_WAY_TEAM_URL", "ntfy://127.0.0.1/{to}")
    found = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *more, **options: found(
            "127.0.0.1" if host in (HOST, HOST.encode()) else host, *more, **options
        ),
    )
    settings = EmulatorSettings(
        numbers=(Number(OFFICE, "here", "here"),),
        api_key=KEY,
        more_keys=(ApiKey(FEW, frozenset({"numbers.read"})),),
    )
    async with (
        Emulator(settings) as emulator,
        open_database(
            DatabaseSettings(
                url=f"sqlite:///{tmp_path / 'mapokezi.db'}", spill_file=tmp_path / "spill.jsonl"
            )
        ) as database,
    ):
        yield World(
            folder=tmp_path,
            monkeypatch=monkeypatch,
            settings=Settings(
                line=LineConfig(public_url="the proxy's", port=0),
                store=StoreConfig(folder=str(tmp_path)),
                office=OfficeConfig(folders=(str(office_that_tells(tmp_path)),)),
                way={"team": WayConfig(kind="chat")},
                carrier=CarrierConfig(url=emulator.base_url),
                speech=SpeechConfig(address=f"unix://{tmp_path / 'speech.sock'}"),
            ),
            authority=authority,
            proxy=TlsProxy(0),
            emulator=emulator,
            database=database,
            certificate=authority.certificate(HOST),
        )


def office_that_tells(folder: Path) -> Path:
    """The example's office, of whose people one is told."""
    office = Path(shutil.copytree(EXAMPLE, folder / EXAMPLE.name))
    people = office / "people.toml"
    text = people.read_text(encoding="utf-8")
    mercy = 'id = "mercy-mutua"\n'
    assert text.count(mercy) == 1
    ways = 'ways = [{ way = "team", to = "mercy" }]\n'
    people.write_text(text.replace(mercy, mercy + ways), encoding="utf-8")
    return office


async def test_a_deployment_that_is_well_is_green_from_end_to_end(world: World) -> None:
    found = await world.examined()
    assert {name: one for name, one in found.items() if one.health is not Health.GREEN} == {}
    assert list(found) == [
        "office files",
        "model profiles",
        "notices",
        "webhook secret",
        "disk",
        "database",
        "recording keys",
        "speech process",
        "line",
        "API key",
        "scopes",
        f"number {OFFICE}",
        "wallet",
        "public URL",
        "TLS",
        "callbacks",
        "media socket",
        "clock",
    ]
    assert "audio.drachtio.org" in found["media socket"].says
    assert "days at KES" in found["wallet"].says


# -- what can be wrong; each is planted, found, and its mend named --


async def office_broken(world: World) -> None:
    folder = world.folder / "office"
    shutil.copytree(EXAMPLE, folder)
    (folder / "office.toml").write_text('name = "Nameless', encoding="utf-8")
    world.set("office", folders=(str(folder),))


async def no_such_model(world: World) -> None:
    world.set("voice", models=("gemini",))


async def nobody_told(world: World) -> None:
    world.set("office", folders=(str(EXAMPLE),))


async def account_missing(world: World) -> None:
    world.environment(MAPOKEZI_WAY_TEAM_URL="")


async def account_of_no_kind(world: World) -> None:
    world.environment(MAPOKEZI_WAY_TEAM_URL=f"pigeon://{KEY}/{{to}}")


async def no_secret(world: World) -> None:
    world.environment(MAPOKEZI_WEBHOOK_SECRETS="")


async def short_secret(world: World) -> None:
    world.environment(MAPOKEZI_WEBHOOK_SECRETS="hello")


async def no_recording_key(world: World) -> None:
    world.environment(MAPOKEZI_RECORDING_KEYS="")


async def wrong_recording_key(world: World) -> None:
    world.environment(MAPOKEZI_RECORDING_KEYS="hello")


async def disk_full(world: World) -> None:
    world.free_bytes = 20_000_000


async def database_newer(world: World) -> None:
    with sqlite3.connect(world.folder / "mapokezi.db") as base:
        base.execute("update alembic_version set version_num = '9999'")
    base.close()


async def database_rubbish(world: World) -> None:
    world.set("store", database=f"sqlite:///{world.folder / 'rubbish.db'}")
    (world.folder / "rubbish.db").write_bytes(b"no database at all " * 500)


async def speech_away(world: World) -> None:
    world.with_speech = False


async def line_away(world: World) -> None:
    world.set("line", port=9)


async def key_missing(world: World) -> None:
    world.environment(SAUTIKIT_API_KEY="")


async def key_wrong(world: World) -> None:
    world.environment(SAUTIKIT_API_KEY="tskey_live_wrong")


async def scope_missing(world: World) -> None:
    world.environment(SAUTIKIT_API_KEY=FEW)


async def account_suspended(world: World) -> None:
    await world.modes(**{"api-key": "suspended"})


async def number_of_others(world: World) -> None:
    world.emulator.platform.numbers.release(OFFICE)


async def number_suspended(world: World) -> None:
    await world.door(f"/emulator/numbers/{OFFICE}/modes", {"number": "suspended"})


async def number_elsewhere(world: World) -> None:
    world.emulator.platform.numbers.route(OFFICE, voice_url="https://old.example.ke/voice")


async def number_nowhere(world: World) -> None:
    world.emulator.platform.numbers.route(OFFICE, voice_url="")


async def events_elsewhere(world: World) -> None:
    world.emulator.platform.numbers.route(OFFICE, events_url="https://old.example.ke/e")


async def wallet_empty(world: World) -> None:
    await world.door("/emulator/wallet", {"balance_minor": 0})


async def wallet_short(world: World) -> None:
    await world.door("/emulator/wallet", {"balance_minor": 2_000})


async def wallet_low(world: World) -> None:
    await world.modes(wallet="low")


async def no_public_url(world: World) -> None:
    world.set("line", public_url="")


async def public_url_in_the_clear(world: World) -> None:
    world.set("line", public_url=f"http://{HOST}")


async def name_leads_nowhere(world: World) -> None:
    world.set("line", public_url="https://nowhere.invalid")


async def certificate_expired(world: World) -> None:
    world.certificate = world.authority.certificate(HOST, days=-1)


async def certificate_ends(world: World) -> None:
    world.certificate = world.authority.certificate(HOST, days=5)


async def certificate_of_another(world: World) -> None:
    world.certificate = world.authority.certificate("another.example.test")


async def certificate_self_signed(world: World) -> None:
    world.certificate = world.authority.certificate(HOST, self_signed=True)


async def line_with_another_secret(world: World) -> None:
    world.line_secrets = ("whsec_another-0123456789",)


async def line_unsigned(world: World) -> None:
    world.line_unsigned = True


async def proxy_drops_posts(world: World) -> None:
    world.proxy.not_passed = "/voice"


async def proxy_leads_nowhere(world: World) -> None:
    world.proxy.upstream = 9


async def proxy_drops_sockets(world: World) -> None:
    world.proxy.not_passed = "/ws"


async def proxy_keeps_the_upgrade(world: World) -> None:
    world.proxy.takes_away = "upgrade"


async def proxy_takes_the_subprotocol(world: World) -> None:
    world.proxy.takes_away = "sec-websocket-protocol"


async def proxy_swallows_sockets(world: World) -> None:
    world.monkeypatch.setattr(doctor_reach, "_LOOK_S", 1.0)
    world.proxy.swallows = "/ws"


async def clock_ahead(world: World) -> None:
    world.wall_ahead_s = 120.0


async def clock_far_behind(world: World) -> None:
    world.wall_ahead_s = -3600.0


NUMBER = f"number {OFFICE}"
FAULTS: list[tuple[Callable[[World], Awaitable[None]], str, str]] = [
    (office_broken, "office files", "mapokezi office check"),
    (no_such_model, "model profiles", "[model.NAME]"),
    (nobody_told, "notices", "give people ways"),
    (account_missing, "notices", "set what the text names"),
    (account_of_no_kind, "notices", "correct the variable"),
    (no_secret, "webhook secret", "MAPOKEZI_WEBHOOK_SECRETS"),
    (no_recording_key, "recording keys", "mapokezi recordings new-key"),
    (wrong_recording_key, "recording keys", "MAPOKEZI_RECORDING_KEYS"),
    (short_secret, "webhook secret", "draw a longer one"),
    (disk_full, "disk", "make room"),
    (database_newer, "database", "mapokezi serve"),
    (database_rubbish, "database", "restore the last backup"),
    (speech_away, "speech process", "mapokezi speech"),
    (line_away, "line", "start mapokezi serve"),
    (key_missing, "API key", "SAUTIKIT_API_KEY"),
    (key_wrong, "API key", "a key that is valid"),
    (scope_missing, "scopes", "`calls.read`, `wallet.read`"),
    (account_suspended, "API key", "settle the account"),
    (number_of_others, NUMBER, "mapokezi numbers list"),
    (number_suspended, NUMBER, "settle the account"),
    (number_elsewhere, NUMBER, f"mapokezi numbers route {OFFICE}"),
    (number_nowhere, NUMBER, f"mapokezi numbers route {OFFICE}"),
    (events_elsewhere, NUMBER, f"mapokezi numbers route {OFFICE}"),
    (wallet_empty, "wallet", "top up"),
    (wallet_short, "wallet", "top up"),
    (wallet_low, "wallet", "top up"),
    (no_public_url, "public URL", "set line.public_url"),
    (public_url_in_the_clear, "public URL", "https"),
    (name_leads_nowhere, "public URL", "DNS"),
    (certificate_expired, "TLS", "renew"),
    (certificate_ends, "TLS", "renew"),
    (certificate_of_another, "TLS", f"for {HOST}"),
    (certificate_self_signed, "TLS", "from a public authority"),
    (line_with_another_secret, "callbacks", "restart mapokezi serve"),
    (line_unsigned, "callbacks", "with MAPOKEZI_WEBHOOK_SECRETS"),
    (proxy_drops_posts, "callbacks", "have the proxy pass /, /voice"),
    (proxy_leads_nowhere, "callbacks", "start mapokezi serve"),
    (proxy_drops_sockets, "media socket", "WebSocket upgrades"),
    (proxy_keeps_the_upgrade, "media socket", "WebSocket upgrades"),
    (proxy_takes_the_subprotocol, "media socket", "Sec-WebSocket-Protocol"),
    (proxy_swallows_sockets, "media socket", "start mapokezi serve"),
    (clock_ahead, "clock", "set-ntp"),
    (clock_far_behind, "clock", "set-ntp"),
]


@pytest.mark.parametrize(
    ("plant", "check", "mend"), [pytest.param(*one, id=one[0].__name__) for one in FAULTS]
)
async def test_a_planted_fault_is_found_and_its_mend_named(
    world: World, plant: Callable[[World], Awaitable[None]], check: str, mend: str
) -> None:
    await plant(world)
    found = await world.examined()
    assert found[check].health is Health.RED, found[check]
    assert mend in found[check].mend
    assert "\n" not in found[check].mend
    for finding in found.values():
        assert bool(finding.mend) == finding.is_red
        for hidden in (KEY, SECRET, FEW):
            assert hidden not in finding.says + finding.mend


async def test_the_report_tells_what_was_learned_and_nobodys_number(world: World) -> None:
    caller = "+254722000987"
    async with httpx2.AsyncClient(base_url=world.emulator.base_url) as door:
        rang = await door.post("/emulator/calls", json={"from": caller, "stays_s": 0.1})
        rang.raise_for_status()
        session = rang.json()["session_id"]
    facts = {
        "envelope": "A",
        "kind_text": "call.answered",
        "callback": {"raw_keys": ["kind", "data.call_id", caller], "caller": caller},
    }
    event = EventRecord("e-1", "answered", datetime.now(UTC), "node-1", session, facts=facts)  # noqa: TID251
    await world.database.writer.commit(SaveEvent(event))
    await world.examined(then=lambda: world.ended(session))
    report = world.report
    text = json.dumps(report)
    for hidden in (caller, OFFICE, "722000987", HOST, KEY, SECRET, session, "example", "Kamau"):
        assert hidden not in text
    assert report["about"]["platform"] == "SautiKit"
    assert {"check": "number", "health": "green"} in report["checks"]
    learned = report["learned"]
    assert learned["number's list shows its routing"] == "yes"
    assert learned["directions"] == {"inbound": 1}
    assert learned["calls on the platform"] == 1
    assert learned["inbound is billed"] == "no"
    assert "type" in learned["keys of a call's events"]
    assert learned["calls on record"] == 0
    assert learned["events"] == {"answered": 1}
    assert learned["keys of events by form"] == {"A": ["(left out)", "data.call_id", "kind"]}


async def test_unsigned_callbacks_at_a_secret_path_are_well_and_the_path_is_not_shown(
    world: World,
) -> None:
    world.unguessable = "a-path-that-cannot-be-guessed"
    (world.folder / "voice-url-secret").write_text(world.unguessable, encoding="utf-8")
    world.environment(MAPOKEZI_WEBHOOK_SECRETS="")
    world.set("line", unsigned_callbacks=True)
    world.line_secrets, world.line_unsigned = (), True
    found = await world.examined()
    assert {one.check: one for one in found.values() if one.health is not Health.GREEN} == {}
    assert not [one for one in found.values() if world.unguessable in one.says + one.mend]


async def test_without_a_line_on_this_machine_one_thing_is_to_be_mended(world: World) -> None:
    """Not three for one cause: what cannot be looked at before the line runs is grey."""
    world.environment(SAUTIKIT_API_KEY="")
    world.set("line", public_url="", port=9)
    found = await world.examined()
    assert found["line"].is_red
    for check in ("callbacks", "media socket"):
        assert found[check].health is Health.GREY
        assert "see line" in found[check].says


async def test_a_script_voice_needs_no_speech_process(world: World) -> None:
    world.with_speech = False
    world.settings = replace(world.settings, voice=VoiceConfig(kind="script", script="x.toml"))
    assert (await world.examined())["speech process"].health is Health.GREY
