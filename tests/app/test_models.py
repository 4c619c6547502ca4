"""Model profiles as the settings have them: found, tried, and bound to their hosts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from mapokezi.app import models
from mapokezi.app.models import models_of, protocol_named
from mapokezi.app.offices import read_offices
from mapokezi.bridge.chat_voice import ChatModel
from mapokezi.bridge.models import Model
from mapokezi.config import ModelConfig, OfficeConfig, Settings, VoiceConfig
from mapokezi.errors import ConfigurationError
from mapokezi.speech.client import SpeechClient
from mapokezi.speech.http_transcription import HttpTranscriber

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "own-model"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's package of the how-to, as pip would install it."""
    package = tmp_path / "site"
    info = package / "plain_model-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plain-model\nVersion: 1\n")
    table = (EXAMPLE / "pyproject.toml").read_text(encoding="utf-8")
    group = table.split('[project.entry-points."')[1].split('"]')[0]
    name, target = table.split(f'"{group}"]\n')[1].splitlines()[0].replace('"', "").split(" = ")
    broken = "broken = plain_model:missing\n"
    (info / "entry_points.txt").write_text(f"[{group}]\n{name} = {target}\n{broken}")
    (package / "plain_model.py").write_text((EXAMPLE / "plain_model.py").read_text("utf-8"))
    monkeypatch.syspath_prepend(str(package))
    monkeypatch.delitem(sys.modules, "plain_model", raising=False)


def settings(default: tuple[str, ...] = (), **profiles: ModelConfig) -> Settings:
    named = {name.replace("_", "-"): told for name, told in profiles.items()}
    return Settings(voice=VoiceConfig(models=default), model=named)


PLAIN = ModelConfig(protocol="plain", url="wss://models.example:8443/talk")


@pytest.mark.usefixtures("installed")
def test_a_developers_protocol_is_found_by_its_entry_point() -> None:
    (found,) = models_of(settings(("own",), own=PLAIN), {}).values()
    assert isinstance(found, Model)
    assert isinstance(found, Model)
    assert found.make.__module__ == "plain_model"
    assert found.host == "models.example:8443"
    assert found.profile.name == "own"
    assert found.proxy is None


@pytest.mark.usefixtures("installed")
def test_keys_and_secret_headers_come_from_the_environment_alone(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from-a-file\n")
    environment = {
        "MAPOKEZI_MODEL_MY_OWN_KEY": "the-key",
        "MAPOKEZI_MODEL_MY_OWN_HEADERS": "X-Api-Version: 3, X-Secret: s:t",
        "MAPOKEZI_MODEL_OTHER_KEY_FILE": str(file),
    }
    told = ModelConfig(protocol="plain", url="wss://a.example/", headers={"X-Team": "desk"})
    found = models_of(settings(my_own=told, other=PLAIN), environment)
    profile = found["my-own"].profile
    assert profile.key == "the-key"
    assert profile.headers == (("X-Team", "desk"), ("X-Api-Version", "3"), ("X-Secret", "s:t"))
    assert found["other"].profile.key == "from-a-file"
    assert "the-key" not in repr(found)
    assert "s:t" not in repr(found)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("told", "environment", "says"),
    [
        (ModelConfig(protocol="plian"), {}, "model.own: there is no protocol 'plian'; known: "),
        (ModelConfig(protocol="broken"), {}, "model.own: the protocol 'broken' of plain_model"),
        (
            ModelConfig(protocol="plain", options={"maner": "x"}),
            {},
            "model.own.options.maner: not known",
        ),
        (ModelConfig(protocol="plain", url="https://a.example"), {}, "model.own: url:"),
        (
            ModelConfig(protocol="plain", url="ws://a.example/"),
            {"MAPOKEZI_MODEL_OWN_KEY": "k"},
            "model.own: url: 'ws://a.example/' would carry the key in the clear; use wss",
        ),
        (PLAIN, {"MAPOKEZI_MODEL_OWN_KEY": "a,b"}, "MAPOKEZI_MODEL_OWN_KEY: a profile has one"),
        (PLAIN, {"MAPOKEZI_MODEL_OWN_HEADERS": "nonsense"}, "write each header as Name: value"),
    ],
)
def test_what_is_wrong_is_told_with_the_profiles_name(
    told: ModelConfig, environment: dict[str, str], says: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        models_of(settings(own=told), environment)
    assert says in str(caught.value)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("url", ["ws://127.0.0.1:9/", "ws://localhost/", "ws://192.168.1.9/"])
def test_a_key_may_go_in_the_clear_within_the_house(url: str) -> None:
    told = ModelConfig(protocol="plain", url=url)
    assert models_of(settings(own=told), {"MAPOKEZI_MODEL_OWN_KEY": "k"})


@pytest.mark.usefixtures("installed")
def test_a_default_that_is_no_profile_is_told() -> None:
    with pytest.raises(ConfigurationError, match=r"voice.models: .*\[model.spare\]; known: own"):
        models_of(settings(("own", "spare"), own=PLAIN), {})


def test_an_office_that_names_no_profile_of_ours_stops_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "duka"
    folder.mkdir()
    (folder / "hours.toml").write_text('[week]\nmonday = ["08:00-17:00"]\n')
    (folder / "office.toml").write_text(
        'name = "Duka"\nnumbers = ["+254209000000"]\ngreeting = "Hello."\n'
        'notice = "I am automated. This is recorded."\n'
        'models = ["lvie"]\n'
    )
    told = Settings(
        office=OfficeConfig(folders=(str(folder),)), model={"live": ModelConfig(protocol="plain")}
    )
    with pytest.raises(ConfigurationError) as caught:
        read_offices(told)
    assert 'office.toml, line 5, models[1]: "lvie"' in str(caught.value)
    assert 'Did you mean "live"?' in str(caught.value)


def test_a_chat_model_is_found_with_the_keys_of_its_ears_and_voice() -> None:
    told = ModelConfig(
        protocol="chat_completions",
        model="qwen3",
        url="https://models.example/v1",
        options={"stt_url": "https://ears.example/v1", "tts_url": "tcp://10.0.0.5:10300"},
    )
    environment = {"MAPOKEZI_MODEL_OWN_KEY": "the-key", "MAPOKEZI_MODEL_OWN_STT_KEY": "ears-key"}
    (found,) = models_of(settings(("own",), own=told), environment).values()
    assert isinstance(found, ChatModel)
    assert found.host == "models.example"
    assert isinstance(found.recogniser, HttpTranscriber)
    assert isinstance(found.voice, SpeechClient)
    assert len(found.services) == 2
    assert "the-key" not in repr(found)
    assert "ears-key" not in repr(found)


@pytest.mark.parametrize(
    ("told", "environment", "says"),
    [
        ({}, {}, "model profile own: model is needed"),
        ({"model": "m", "url": "http://a.example/v1"}, {"KEY": "k"}, "url: .* use https"),
        (
            {"model": "m", "options": {"stt_url": "http://a.example/v1"}},
            {"STT_KEY": "k"},
            "stt_url: .* use https",
        ),
        ({"model": "m", "options": {"tts_url": "nowhere"}}, {}, "own: tts_url must begin with"),
    ],
)
def test_what_is_wrong_with_a_chat_model_is_told(
    told: dict[str, Any], environment: dict[str, str], says: str
) -> None:
    named = {f"MAPOKEZI_MODEL_OWN_{key}": value for key, value in environment.items()}
    with pytest.raises(ConfigurationError, match=says):
        models_of(settings(own=ModelConfig(protocol="chat_completions", **told)), named)


@pytest.mark.parametrize("name", sorted(models._OWN))
def test_our_own_protocols_can_be_made(name: str) -> None:
    assert callable(protocol_named(name))
    environment = {"MAPOKEZI_MODEL_OWN_KEY": "the-key"}
    (found,) = models_of(settings(own=ModelConfig(protocol=name)), environment).values()
    assert found.host.endswith(("googleapis.com", "openai.com"))
    with pytest.raises(ConfigurationError, match="own"):
        models_of(settings(own=ModelConfig(protocol=name, options={"nonsense": 1})), environment)


def test_the_entry_points_group_is_the_one_that_the_how_to_names() -> None:
    assert f'"{models.GROUP}"' in (EXAMPLE / "pyproject.toml").read_text(encoding="utf-8")
    assert models.GROUP in (ROOT / "docs" / "how-to" / "add-your-own-model.md").read_text("utf-8")
