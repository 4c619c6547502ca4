"""What an operator can set wrong for the work after calls."""

from __future__ import annotations

import subprocess
import sys
from datetime import time

import msgspec
import pytest
from tests.sample_notices import CALL_BACK, NOW, OFFICE

from mapokezi.app.after_calls import AfterCallPlan, after_call_settings, summary_model_of
from mapokezi.config import AfterCallConfig, ModelConfig, Settings, WayConfig
from mapokezi.errors import ConfigurationError
from mapokezi.receptionist.office import Telling
from mapokezi.receptionist.telling import plan_notices
from mapokezi.records.notices import NoticeKind


def settings(**told: object) -> Settings:
    return Settings(aftercall=msgspec.convert(told, AfterCallConfig))


def test_what_is_set_by_default() -> None:
    how = after_call_settings(Settings())
    assert (how.digest_at, how.wallet_days, how.platform_recordings) == (time(18, 0), 3, False)
    assert summary_model_of(Settings()) is None


def test_a_digest_can_be_left_out() -> None:
    assert after_call_settings(settings(digest_at="")).digest_at is None


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"digest_at": "six"}, "aftercall.digest_at: 'six' is no time of day"),
        ({"wallet_days": -1}, "aftercall.wallet_days: not below 0"),
    ],
)
def test_what_cannot_be_is_told_with_its_key(told: dict[str, object], fault: str) -> None:
    with pytest.raises(ConfigurationError, match=fault):
        after_call_settings(settings(**told))


async def summary_of(model: dict[str, ModelConfig]) -> object:
    told = Settings(aftercall=AfterCallConfig(summary_model="notes"), model=model)
    found = summary_model_of(told)
    if found is not None:
        await found.service.close()
    return found


@pytest.mark.anyio
async def test_the_summarys_model_is_a_profile_of_a_chat_model() -> None:
    chat = ModelConfig(protocol="chat_completions", model="qwen", url="http://127.0.0.1:9/v1")
    live = ModelConfig(protocol="gemini_live", url="ws://127.0.0.1:9")
    assert await summary_of({"notes": chat}) is not None
    with pytest.raises(ConfigurationError, match=r"\[model.notes\] is not there"):
        await summary_of({})
    with pytest.raises(ConfigurationError, match=r"\[model.notes\] is no chat model"):
        await summary_of({"notes": live})


def test_where_callers_cannot_be_texted_the_staff_are_to_ring_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = Settings(way={"sms": WayConfig(kind="sms")})
    texting = msgspec.structs.replace(OFFICE, telling=Telling(text_callers="sms"), webhooks=())
    without = AfterCallPlan(told, {OFFICE.id: texting})
    assert [one.variable for one in without.missing] == ["MAPOKEZI_WAY_SMS_URL"]
    planned = plan_notices(CALL_BACK, without.offices[OFFICE.id], NOW)
    assert {one.urgent for one in planned} == {True}
    assert {one.kind for one in planned} == {NoticeKind.CALL_BACK}
    monkeypatch.setenv("MAPOKEZI_WAY_SMS_URL", "atalk://office@KEY/{to}?from=KAMAU")
    whole = AfterCallPlan(told, {OFFICE.id: texting})
    assert whole.missing == ()
    planned = plan_notices(CALL_BACK, whole.offices[OFFICE.id], NOW)
    assert NoticeKind.CALLER_TEXT in {one.kind for one in planned}


@pytest.mark.parametrize(
    ("role", "kept_out"),
    [("line", ("dbos", "apprise", "mapokezi.aftercall", "mapokezi.notify")), ("desk", ("dbos",))],
)
def test_what_a_process_does_not_load_to_start(role: str, kept_out: tuple[str, ...]) -> None:
    code = (
        f"import mapokezi.app.{role}, sys; "
        f"print([name for name in {kept_out!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
