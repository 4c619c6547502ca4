"""The settings: defaults, file, environment, secrets, and what is said when one is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapokezi.config import read_secret, read_secrets, read_settings, variable_of
from mapokezi.errors import ConfigurationError


def write(folder: Path, text: str) -> Path:
    path = folder / "mapokezi.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_receptionist_listens_on_loopback_only() -> None:
    settings = read_settings(None, {})
    assert settings.line.host == "127.0.0.1"
    assert settings.line_url == "http://127.0.0.1:8480"
    assert not settings.is_public


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "[line]\nport = 9000\nmax_calls = 5\n")
    settings = read_settings(path, {"MAPOKEZI_LINE_PORT": "9001"})
    assert settings.line.port == 9001
    assert settings.line.max_calls == 5


def test_office_folders_are_found_beside_the_settings_file(tmp_path: Path) -> None:
    path = write(tmp_path, '[office]\nfolders = ["clinic", "law"]\n')
    assert read_settings(path, {}).office.folders == (
        str(tmp_path / "clinic"),
        str(tmp_path / "law"),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[line]\n\nport = 'many'\n", "line 3: line.port"),
        ("[line]\nprot = 80\n", "line 2: line.prot"),
        ("[lime]\nport = 80\n", "line 1: lime"),
        ("port = 80\n", "outside any"),
        ("[line\n", "line 1"),
        ("[model.live]\nmodel = 'm'\n", "line 1: model.live: Object missing required field"),
        ("[model.live]\nprotocol = 'x'\n\nvioce = 'y'\n", "line 4: model.live.vioce"),
        ("[model.live]\nprotocol = 'x'\nurl = 3\n", "line 3: model.live.url"),
        ("[model.live]\nprotocol = 'x'\nkey = 'secret'\n", "line 3: model.live.key"),
        ("[model.Live]\nprotocol = 'x'\n", "line 1: model.Live: a profile's name"),
        ("[model.local]\nprotocol = 'x'\n", "line 1: model.local: a profile's name"),
        ("[model]\nlive = 3\n", "model.live"),
    ],
)
def test_a_wrong_file_is_told_by_name_line_and_key(tmp_path: Path, text: str, says: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        read_settings(path, {})
    assert str(path) in str(caught.value)
    assert says in str(caught.value)


def test_a_wrong_variable_is_told_by_its_name() -> None:
    with pytest.raises(ConfigurationError, match="MAPOKEZI_LINE_PORT"):
        read_settings(None, {"MAPOKEZI_LINE_PORT": "high"})


def test_a_wrong_variable_is_not_blamed_on_a_good_file(tmp_path: Path) -> None:
    path = write(tmp_path, "[line]\nport = 9000\n")
    with pytest.raises(ConfigurationError) as caught:
        read_settings(path, {"MAPOKEZI_LINE_PORT": "high"})
    assert str(caught.value).startswith("MAPOKEZI_LINE_PORT: ")
    assert "mapokezi.toml" not in str(caught.value)


@pytest.mark.parametrize("level", ["loud", "INFO", ""])
def test_a_level_of_the_log_is_one_of_four(level: str) -> None:
    with pytest.raises(ConfigurationError, match="MAPOKEZI_LOG_LEVEL"):
        read_settings(None, {"MAPOKEZI_LOG_LEVEL": level})


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_settings(tmp_path / "none.toml", {})


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://voice.example.co.ke", True),
        ("http://127.0.0.1:8480", False),
        ("http://localhost:8480", False),
    ],
)
def test_a_loopback_address_is_not_public(url: str, *, public: bool) -> None:
    assert read_settings(None, {"MAPOKEZI_LINE_PUBLIC_URL": url}).is_public is public


def test_secrets_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secrets"
    file.write_text("new, old\n", encoding="utf-8")
    assert read_secrets("S", {"S": "one"}) == ("one",)
    assert read_secrets("S", {"S_FILE": str(file)}) == ("new", "old")
    assert read_secrets("S", {}) == ()
    with pytest.raises(ConfigurationError, match="S_FILE"):
        read_secrets("S", {"S_FILE": str(tmp_path / "none")})


def test_model_profiles_are_tables_with_a_name(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '[voice]\nmodels = ["live", "spare"]\n\n[model.live]\nprotocol = "gemini_live"\n'
        'headers = { X-Team = "desk" }\n\n[model.live.options]\nsilence_ms = 600\n\n'
        '[model.spare]\nprotocol = "openai_realtime"\nproxy = "http://proxy:3128"\n',
    )
    settings = read_settings(path, {})
    assert settings.voice.models == ("live", "spare")
    assert settings.model["live"].options == {"silence_ms": 600}
    assert settings.model["live"].headers == {"X-Team": "desk"}
    assert settings.model["spare"].proxy == "http://proxy:3128"
    assert read_settings(path, {"MAPOKEZI_VOICE_MODELS": "spare"}).voice.models == ("spare",)


def test_ways_are_tables_with_a_name_and_a_kind(tmp_path: Path) -> None:
    path = write(tmp_path, '[way.first-mail]\nkind = "email"\n\n[way.sms]\nkind = "sms"\n')
    ways = read_settings(path, {}).way
    assert {name: way.kind for name, way in ways.items()} == {"first-mail": "email", "sms": "sms"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[way.webhook]\nkind = "chat"\n', "line 1: way.webhook: a way's name has small letters"),
        ('[way.SMS]\nkind = "sms"\n', "line 1: way.SMS: a way's name has small letters"),
        ('[way.sms]\nkind = "fax"\n', "line 2: way.sms.kind: "),
        ('[way.sms]\nurl = "atalk://x"\n', "line 2: way.sms.url: "),
        ("[way.sms]\n", "way.sms"),
    ],
)
def test_a_way_that_cannot_be_is_told(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as got:
        read_settings(write(tmp_path, text), {})
    assert says in str(got.value)


def test_a_secret_in_which_a_comma_is_a_comma(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("mailto://x?to={to},a@b.ke\n", encoding="utf-8")
    name = variable_of("way", "first-mail", "url")
    assert name == "MAPOKEZI_WAY_FIRST_MAIL_URL"
    assert read_secret(name, {f"{name}_FILE": str(file)}) == "mailto://x?to={to},a@b.ke"
    assert read_secret(name, {}) == ""


def test_the_desk_is_where_it_listens_unless_the_staff_reach_it_elsewhere() -> None:
    assert read_settings(None, {}).desk_url == "http://127.0.0.1:8481"
    elsewhere = read_settings(None, {"MAPOKEZI_DESK_URL": "https://desk.example.co.ke/"})
    assert elsewhere.desk_url == "https://desk.example.co.ke"


def test_private_ranges_are_a_list(tmp_path: Path) -> None:
    environment = {"MAPOKEZI_EGRESS_PRIVATE": "10.1.0.0/16, 192.168.1.20"}
    assert read_settings(None, environment).egress.private == ("10.1.0.0/16", "192.168.1.20")
