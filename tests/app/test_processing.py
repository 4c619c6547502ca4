"""The documents say what the settings make so, and change with them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mapokezi.app.models import models_of
from mapokezi.app.offices import read_offices
from mapokezi.app.processing import documents_of
from mapokezi.app.whereabouts import listeners
from mapokezi.config import Settings, read_settings
from mapokezi.receptionist.opening_notices import notices_of, text_of

LAW_OFFICE = Path(__file__).parents[2] / "examples" / "law-office"
GEMINI = '[voice]\nmodels = ["live"]\n[model.live]\nprotocol = "gemini_live"\n'
CHAT = (
    '[voice]\nmodels = ["chat"]\n[model.chat]\nprotocol = "chat_completions"\nmodel = "m"\n'
    'url = "{url}"\n'
)


class Setting:
    """A server with one office, whose settings a test changes."""

    def __init__(self, folder: Path) -> None:
        self.office = Path(shutil.copytree(LAW_OFFICE, folder / "our-office"))
        self.file = folder / "mapokezi.toml"
        self.more = ""

    def change(self, old: str, new: str, file: str = "office.toml") -> None:
        text = (self.office / file).read_text(encoding="utf-8")
        assert old in text
        (self.office / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    def read(self) -> Settings:
        store = f'[store]\nfolder = "{self.file.parent / "data"}"\n'
        offices = '[office]\nfolders = ["our-office"]\n'
        self.file.write_text(f"{store}{offices}{self.more}", encoding="utf-8")
        return read_settings(self.file, {})

    def write(self, name: str = "processing-record") -> str:
        settings = self.read()
        (office,) = read_offices(settings).values()
        return documents_of(settings)[name](office)

    @property
    def opening(self) -> str:
        (office,) = read_offices(self.read()).values()
        return text_of(notices_of(office))


@pytest.fixture
def at(tmp_path: Path) -> Setting:
    return Setting(tmp_path)


def test_with_the_clerk_alone_nothing_goes_abroad_but_perhaps_the_platform(at: Setting) -> None:
    at.more = '[carrier]\ncountry = "KE"\n'
    said = at.write()
    assert "## What goes outside Kenya\n\nNothing, by these settings." in said
    assert "outside Kenya" not in at.opening
    assert "gemini" not in said
    at.more = ""
    assert "the phone platform: not known; api.sautikit.com" in at.write()


def test_a_model_elsewhere_is_a_recipient_a_transfer_and_told_to_callers(at: Setting) -> None:
    at.more = GEMINI
    said = at.write()
    assert (
        "| the model profile `live` of protocol gemini_live | callers' voices, as sound |" in said
    )
    assert "In which country the model profile `live`" in said
    assert "an automated service outside Kenya" in said
    assert at.opening in said
    at.more = f'{GEMINI}country = "us"\n'
    said = at.write()
    assert "generativelanguage.googleapis.com (US)" in said
    assert "Safeguards for what goes to US by the model profile `live`" in said
    at.more = f'{GEMINI}country = "KE"\n'
    assert "outside Kenya" not in at.opening


def test_a_chat_model_gets_words_and_one_in_the_house_is_no_transfer(at: Setting) -> None:
    at.more = CHAT.format(url="https://chat.example/v1")
    said = at.write()
    assert "of protocol chat_completions | what callers say | chat.example" in said
    assert "outside Kenya" in at.opening
    assert models_of(at.read(), {})["chat"].is_elsewhere
    at.more = CHAT.format(url="http://192.168.1.9:8000/v1")
    assert "this machine or its private network" in at.write()
    assert "outside Kenya" not in at.opening
    assert not models_of(at.read(), {})["chat"].is_elsewhere


def test_an_office_that_chooses_no_models_sends_nothing_to_them(at: Setting) -> None:
    at.more = GEMINI
    at.change("record_calls = true", "record_calls = true\nmodels = []")
    assert "outside Kenya" not in at.opening
    assert "`live`" not in at.write()


def test_who_writes_summaries_elsewhere_is_told_too(at: Setting) -> None:
    model = CHAT.format(url="https://chat.example/v1").partition("[model.chat]")[2]
    at.more = f'[aftercall]\nsummary_model = "chat"\n[model.chat]{model}'
    assert "writing calls down in short by a model" in at.write()
    assert "outside Kenya" in at.opening
    (office,) = read_offices(at.read()).values()
    assert [one.kind for one in listeners(at.read(), office)] == ["speech", "summary"]


def test_a_speech_server_elsewhere_is_told_too(at: Setting) -> None:
    at.more = '[speech]\naddress = "tcp://speech.example:10300"\n'
    said = " ".join(at.write().split())
    assert "| the speech engine | callers' voices, as sound | speech.example" in said
    assert "none of their voice is given to a model or speech server that is elsewhere" in said
    assert "The caller's number is in what a model is told" not in said
    assert "outside Kenya" in at.opening


def test_without_recordings_none_is_spoken_of(at: Setting) -> None:
    assert "Recordings are encrypted" in at.write()
    at.change("record_calls = true", "record_calls = false")
    at.change('notice = "I am the automated receptionist, and this call is recorded.', 'notice = "I am the automated receptionist.')  # fmt: skip # noqa: E501
    said = at.write()
    assert "calls are not recorded" in said
    assert "Recordings are encrypted" not in said
    assert "recording calls" not in said
    assert "recordings are heard by strangers" not in at.write("dpia")


def test_days_are_those_of_the_office(at: Setting) -> None:
    assert "| recordings (sound) | 30 days |" in at.write()
    text = (at.office / "office.toml").read_text(encoding="utf-8")
    (at.office / "office.toml").write_text(
        f"{text}\n[retention]\nrecording_days = 7\n", encoding="utf-8"
    )
    assert "| recordings (sound) | 7 days |" in at.write()
    assert "they are kept for 7 days" in at.write("dpia")


def test_a_measure_stands_only_where_it_is_switched_on(at: Setting) -> None:
    at.more = "[recordings]\nsealed = false\n[retention]\ndaily = false\n[log]\npii = true\n"
    said = at.write()
    assert "Recordings are encrypted" not in said
    assert "Recordings are not encrypted" in said
    assert "is removed each day" not in said
    assert "**Nothing is removed by itself**" in said
    assert "The log holds no names" not in said
    assert "written into the log" in said
    assert "they lie unencrypted" in at.write("dpia")
    at.more = '[recordings]\ncipher = "chacha20-poly1305"\n'
    assert "ChaCha20-Poly1305" in at.write()


def test_ways_stand_by_their_service_without_their_secrets(
    at: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    at.more = '[way.sms]\nkind = "sms"\ncountry = "KE"\n[way.unused]\nkind = "chat"\n'
    at.change('id = "mercy-mutua"\n', 'id = "mercy-mutua"\nways = [{ way = "sms", to = "+254700000106" }]\n', "people.toml")  # fmt: skip # noqa: E501
    said = at.write()
    assert "the way `sms`, sms (**no account is set up**)" in said
    assert "The way `sms` has no account" in said
    assert "unused" not in said
    monkeypatch.setenv("MAPOKEZI_WAY_SMS_URL", "africas_talking://user@secret-key/{to}")
    said = at.write()
    assert "the way `sms`, sms (africas_talking)" in said
    assert "africas_talking: KE" in said
    assert "secret-key" not in said


def test_the_owners_choice_to_be_heard_before_stands_as_what_it_is(at: Setting) -> None:
    at.more = GEMINI
    said = " ".join(at.write().split())
    assert "none of their voice is given to a model or speech server that is elsewhere" in said
    assert "The caller's number is in what a model is told" in said
    text = (at.office / "office.toml").read_text(encoding="utf-8")
    (at.office / "office.toml").write_text(f"{text}\n[notices]\nvoice_before = true\n")
    said = " ".join(at.write().split())
    assert "hears callers before they have heard this" in said
    assert "hears a caller before" not in said
    assert "decide on what basis" in said


def test_what_no_program_knows_is_left_to_the_owner(at: Setting) -> None:
    for name in ("processing-record", "dpia"):
        said = at.write(name)
        assert "**To be completed by the owner**" in said
        assert "- [ ] Registration as data controller (Act, section 18)." in said
    assert "Signed: ____" in at.write("dpia")


def test_elsewhere_the_law_is_another(at: Setting) -> None:
    at.change('"+254209000000"', '"+256414000000"')
    said = at.write()
    assert "Data Protection and Privacy Act, 2019" in said
    assert "(Act, section 18)" not in said
    assert "compared with the law of Uganda" in said
