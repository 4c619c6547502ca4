"""What sends notices, put together from settings, environment and the offices' files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.notify.test_signing import OTHER, SECRET
from tests.sample_notices import NOW, OFFICE, as_notice, planned

from mapokezi.app.offices import read_offices
from mapokezi.app.sending import make_sender, way_accounts, webhook_accounts
from mapokezi.app.trials import trials_of
from mapokezi.app.ways import known_ways, missing_accounts
from mapokezi.config import EgressConfig, OfficeConfig, Settings, WayConfig
from mapokezi.errors import ConfigurationError
from mapokezi.notify.sender import Refused
from mapokezi.receptionist.office import Webhook
from mapokezi.records.notices import NoticeKind, WayKind
from mapokezi.stores.office_files import OfficeFilesWrong

OFFICES = {OFFICE.id: OFFICE}
VARIABLE = "MAPOKEZI_WEBHOOK_LAW_OFFICE_CASE_FILES_SECRET"
ONE_HOOK = msgspec.structs.replace(OFFICE, webhooks=OFFICE.webhooks[:1])


def settings(**ways: str) -> Settings:
    kinds: dict[str, Any] = ways
    return Settings(way={name: WayConfig(kind=kind) for name, kind in kinds.items()})


def test_accounts_come_from_the_environment_or_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "sms"
    file.write_text("atalk://office@KEY/{to}?from=A,B\n", encoding="utf-8")
    monkeypatch.setenv("MAPOKEZI_WAY_FIRST_MAIL_URL", "mailtos://u:p@example.co.ke?to={to}")
    monkeypatch.setenv("MAPOKEZI_WAY_SMS_URL_FILE", str(file))
    found = way_accounts(settings(**{"first-mail": "email", "sms": "sms"}))
    assert found["first-mail"].kind is WayKind.EMAIL
    assert found["first-mail"].url == "mailtos://u:p@example.co.ke?to={to}"
    assert found["sms"].url == "atalk://office@KEY/{to}?from=A,B", "a comma is a comma"


@pytest.mark.anyio
async def test_a_missing_account_stops_nothing_and_its_notices_go_by_the_next_way() -> None:
    came = await make_sender(settings(sms="sms"), {}).send(as_notice(planned()))
    assert came == Refused('the way "sms" has no account here', may_retry=False)
    (missing,) = missing_accounts(settings(sms="sms"))
    assert (missing.way, missing.variable) == ("sms", "MAPOKEZI_WAY_SMS_URL")
    assert missing.says.startswith('MAPOKEZI_WAY_SMS_URL: the way "sms" has no account. Set it')


def test_a_file_that_cannot_be_read_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MAPOKEZI_WAY_SMS_URL_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigurationError, match=r"^MAPOKEZI_WAY_SMS_URL_FILE: cannot read"):
        make_sender(settings(sms="sms"), {})


def test_an_account_that_is_none_stops_the_start_without_showing_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MAPOKEZI_WAY_SMS_URL", "fax://s3cr3t/{to}")
    with pytest.raises(ConfigurationError) as got:
        make_sender(settings(sms="sms"), {})
    assert str(got.value).startswith('MAPOKEZI_WAY_SMS_URL: "fax://" is no kind of way')
    assert "s3cr3t" not in str(got.value)


def test_a_webhook_has_its_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    offices = {OFFICE.id: ONE_HOOK}
    monkeypatch.setenv(VARIABLE, f"{SECRET}, {OTHER}")
    account = webhook_accounts(offices)[OFFICE.id, "case-files"]
    assert account.url == "https://cases.example.co.ke/in"
    assert len(account.keys) == 2
    monkeypatch.setenv(VARIABLE, "not-a-secret")
    with pytest.raises(ConfigurationError, match=f"^{VARIABLE}: must be whsec_") as got:
        webhook_accounts(offices)
    assert "not-a-secret" not in str(got.value)


@pytest.mark.anyio
async def test_a_missing_secret_is_waited_for_and_nothing_is_posted_without() -> None:
    offices = {OFFICE.id: ONE_HOOK}
    (missing,) = missing_accounts(Settings(), offices.values())
    assert (missing.way, missing.variable) == ("", VARIABLE)
    assert missing.says.startswith(f'{VARIABLE}: the webhook "case-files" of law-office has no')
    notice = as_notice(planned(way="webhook", way_kind=WayKind.WEBHOOK, address="case-files"))
    came = await make_sender(Settings(), offices).send(notice)
    assert came == Refused("this webhook has no secret here")
    assert came.may_retry


@pytest.mark.anyio
async def test_private_ranges_are_those_that_the_operator_lists(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hook = Webhook(name="case-files", url="http://127.0.0.1:9/in")
    offices = {OFFICE.id: msgspec.structs.replace(OFFICE, webhooks=(hook,))}
    monkeypatch.setenv(VARIABLE, SECRET)
    notice = as_notice(
        planned(way="webhook", way_kind=WayKind.WEBHOOK, address="case-files", text="{}")
    )
    came = await make_sender(Settings(), offices).send(notice)
    assert came == Refused(
        "not sent: its address is not one of the public Internet", may_retry=False
    )
    listed = Settings(egress=EgressConfig(private=("127.0.0.0/8",)))
    assert await make_sender(listed, offices).send(notice) == Refused("it could not be reached")
    wrong = Settings(egress=EgressConfig(private=("home",)))
    with pytest.raises(ConfigurationError, match=r'^egress\.private: "home"'):
        make_sender(wrong, {})


def test_an_office_may_name_only_the_ways_of_this_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "duka"
    folder.mkdir()
    (folder / "office.toml").write_text(
        'name = "Duka"\nnumbers = ["+254209000000"]\ngreeting = "Duka."\n'
        'notice = "I am automated. This is recorded."\n',
        encoding="utf-8",
    )
    (folder / "hours.toml").write_text('[week]\nmonday = ["08:00-17:00"]\n', encoding="utf-8")
    (folder / "people.toml").write_text(
        '[[people]]\nid = "amina"\nname = "Amina"\nrole = "owner"\nways = [{ way = "team" }]\n',
        encoding="utf-8",
    )
    office = OfficeConfig(folders=(str(folder),))
    with pytest.raises(OfficeFilesWrong, match=r"add \[way.team\]"):
        read_offices(Settings(office=office))
    with_team = msgspec.structs.replace(settings(team="chat"), office=office)
    assert read_offices(with_team), "whether it needs an address is not known here"
    monkeypatch.setenv("MAPOKEZI_WAY_TEAM_URL_FILE", str(tmp_path / "nowhere"))
    assert read_offices(with_team), "nor here"
    monkeypatch.delenv("MAPOKEZI_WAY_TEAM_URL_FILE")
    monkeypatch.setenv("MAPOKEZI_WAY_TEAM_URL", "slack://bot/{to}")
    with pytest.raises(OfficeFilesWrong, match="no address to go to"):
        read_offices(with_team)
    monkeypatch.setenv("MAPOKEZI_WAY_TEAM_URL", "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXr/")
    assert known_ways(with_team).addressless == {"team"}
    (read,) = read_offices(with_team).values()
    assert read.people[0].ways[0].kind is WayKind.CHAT


def test_a_trial_goes_by_every_way_or_to_one_webhook_of_any_events() -> None:
    person = trials_of(OFFICE, "wanjiku-kamau", NOW)
    assert [one.way for one in person] == ["sms", "email"]
    assert {one.kind for one in person} == {NoticeKind.TRIAL}
    (hook,) = trials_of(OFFICE, "calls-only", NOW)
    assert (hook.address, hook.title) == ("calls-only", "webhook.trial")
    assert trials_of(OFFICE, "nobody", NOW) == ()
