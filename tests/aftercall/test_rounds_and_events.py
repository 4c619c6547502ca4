"""The day in short, the wallet, and what the office's own systems are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import time

import msgspec
import pytest
from tests.aftercall.conftest import Clock, Receivers, staged
from tests.fakes.scripted_api import Asked, Reply, ScriptedApi

from mapokezi.aftercall.settings import AfterCallSettings
from mapokezi.aftercall.wallet_watch import days_left
from mapokezi.calls import Outcome
from mapokezi.carrier import SautiKit
from mapokezi.receptionist.office import Office, Webhook
from mapokezi.records.notices import NoticeKind, NoticeState
from mapokezi.records.tasks import MoveTask, TaskDeed, TaskId
from mapokezi.stores.database import DatabaseSettings

pytestmark = pytest.mark.anyio


@pytest.fixture
def api() -> Iterator[ScriptedApi]:
    with ScriptedApi().serving() as found:
        yield found


async def test_the_day_in_short_is_told_once_in_the_evening_or_the_next_morning(
    database_settings: DatabaseSettings, office: Office, clock: Clock, receivers: Receivers
) -> None:
    how = AfterCallSettings(digest_at=time(18, 0))
    async with staged(database_settings, office, clock, receivers, settings=how) as stage:
        await stage.end(stage.ended())
        await stage.sweep()
        assert receivers.taken == []
        clock.on(hours=21)  # the desk was down in the evening: it is nine in the morning
        for _ in range(3):
            await stage.sweep()
        (told,) = receivers.taken
        assert told.kind is NoticeKind.DIGEST
        assert told.title == f"{office.name}, Monday 23/11"
        assert "1 call: 1 answered." in told.text
        clock.on(hours=10)
        await stage.sweep()
        assert len(receivers.taken) == 1, "of a day without calls and tasks nothing is told"


async def test_a_wallet_that_runs_out_is_told_once_a_day_and_again_when_it_is_empty(
    database_settings: DatabaseSettings,
    office: Office,
    clock: Clock,
    receivers: Receivers,
    api: ScriptedApi,
) -> None:
    balance = {"balance_minor": 70_000, "low_balance_threshold_minor": 0}
    api.otherwise = lambda asked: Reply(200, {"wallet": balance})
    how = AfterCallSettings(digest_at=None, wallet_days=3)
    async with (
        SautiKit(api.url, "tskey_live_x") as carrier,
        staged(database_settings, office, clock, receivers, settings=how, carrier=carrier) as stage,
    ):
        await stage.end(stage.ended())  # a shilling and a quarter in a week
        await stage.sweep()
        assert receivers.taken == []
        balance["balance_minor"] = 30
        for _ in range(5):
            clock.on(hours=1)
            await stage.sweep()
        (low,) = receivers.taken
        assert low.kind is NoticeKind.WALLET
        assert "enough for about one more day" in low.text
        balance["balance_minor"] = 0
        clock.on(hours=1)
        await stage.sweep()
        assert "is used up" in receivers.taken[-1].text
        assert receivers.taken[-1].urgent


async def test_a_platform_that_is_away_is_asked_again(
    database_settings: DatabaseSettings,
    office: Office,
    clock: Clock,
    receivers: Receivers,
    api: ScriptedApi,
) -> None:
    answers = [Reply(403, {"error": {"code": "denied"}})]

    def answer(_asked: Asked) -> Reply:
        return answers.pop() if answers else Reply(200, {"balance_minor": -5})

    api.otherwise = answer
    how = AfterCallSettings(digest_at=None, wallet_days=3)
    async with (
        SautiKit(api.url, "tskey_live_x") as carrier,
        staged(database_settings, office, clock, receivers, settings=how, carrier=carrier) as stage,
    ):
        await stage.sweep()
        assert receivers.taken == []
        clock.on(minutes=6)
        await stage.sweep()
        assert "is used up" in receivers.taken[0].text


@pytest.mark.parametrize(
    ("balance", "spent", "days"),
    [(700, 700, 7), (99, 700, 0), (700, 0, None), (0, 5, 0), (-9, 0, 0)],
)
def test_how_long_a_wallet_is_enough(balance: int, spent: int, days: int | None) -> None:
    assert days_left(balance, spent) == days


async def test_the_offices_systems_are_told_of_a_call_with_its_notes_once(
    database_settings: DatabaseSettings, office: Office, clock: Clock, receivers: Receivers
) -> None:
    hook = Webhook(name="crm", url="https://crm.example.co.ke/hook")
    with_hook = msgspec.structs.replace(office, webhooks=(hook,))
    async with staged(database_settings, with_hook, clock, receivers) as stage:
        await stage.end(stage.ended(outcome=Outcome.RESOLVED))
        for _ in range(3):
            await stage.sweep()
            clock.on(seconds=6)
        (told,) = [one for one in receivers.taken if one.way == "webhook"]
        event = json.loads(told.text)
        assert event["type"] == "call.ended"
        assert event["data"]["call_id"] == "c-000000"
        assert event["data"]["outcome"] == "resolved"
        assert len(event["data"]["summary"]) == 3


async def test_a_system_that_is_down_holds_its_own_lane_alone_and_gets_all_in_order(
    database_settings: DatabaseSettings, office: Office, clock: Clock, receivers: Receivers
) -> None:
    hook = Webhook(name="crm", url="https://crm.example.co.ke/hook", events=("message.stored",))
    with_hook = msgspec.structs.replace(office, webhooks=(hook,))
    receivers.is_down = True
    async with staged(database_settings, with_hook, clock, receivers) as stage:
        for number in range(6):
            await stage.leave(stage.message(number))
            await stage.look()
            clock.on(minutes=5)
        assert len([one for one in receivers.tried if one.way == "webhook"]) < 12
        receivers.is_down = False
        for _ in range(40):
            clock.on(seconds=30)
            await stage.look()
        arrived = [
            json.loads(one.text)["data"]["message_id"]
            for one in receivers.taken
            if one.way == "webhook"
        ]
        assert arrived == [f"m-{number:06}" for number in range(6)]
        assert await stage.notices(NoticeState.WAITING) == []


async def test_systems_are_told_of_a_task_when_it_is_opened_taken_and_done(
    database_settings: DatabaseSettings, office: Office, clock: Clock, receivers: Receivers
) -> None:
    hook = Webhook(
        name="crm",
        url="https://crm.example.co.ke/hook",
        events=("task.opened", "task.taken", "task.done"),
    )
    with_hook = msgspec.structs.replace(office, webhooks=(hook,))
    async with staged(database_settings, with_hook, clock, receivers) as stage:
        await stage.leave(stage.message())
        await stage.look()
        await stage.sweep()
        for deed in (TaskDeed.TAKE, TaskDeed.PUT_BACK, TaskDeed.TAKE, TaskDeed.FINISH):
            clock.on(minutes=1)
            await stage.records.writer.commit(
                MoveTask(TaskId("m-000000"), deed, "wanjiku-kamau", clock())
            )
            for _ in range(2):
                await stage.sweep()
        events = [json.loads(one.text) for one in receivers.taken if one.way == "webhook"]
        assert [event["type"] for event in events] == [
            "task.opened",
            "task.taken",
            "task.taken",
            "task.done",
        ]
        assert events[-1]["data"]["done_by"] == "wanjiku-kamau"
        assert "Grace" not in json.dumps(events), "a task says nothing of what was said"
