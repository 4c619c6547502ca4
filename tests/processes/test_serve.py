"""`serve` and its roles: started again when they die, ended when they cannot start."""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

if TYPE_CHECKING:
    from tests.processes.conftest import Deployment

pytestmark = pytest.mark.anyio

OTHERS_SPEECH = "tcp://127.0.0.1:9"
"""A speech server elsewhere: then `serve` runs the line and the desk alone."""


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2][0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def test_a_role_that_dies_comes_back_after_ever_longer_pauses_and_all_end_with_serve(
    deployment: Deployment, until: Callable[..., Any]
) -> None:
    deployment.follow_script('[[step]]\nsay = "Hello."')
    deployment.set(speech_address=OTHERS_SPEECH)
    config = deployment.folder / "mapokezi.toml"
    config.write_text('[way.sms]\nkind = "sms"\n', encoding="utf-8")
    serve = deployment.start("serve", "--config", str(config))
    await deployment.is_ready(serve)
    await serve.tells("account_missing", variable="MAPOKEZI_WAY_SMS_URL")
    async with httpx2.AsyncClient() as client:  # nobody can be texted, and calls are answered
        health = (await client.get(f"{deployment.line_url}/healthz")).json()
    assert (health["status"], health["accounts_missing"]) == ("ok", ["MAPOKEZI_WAY_SMS_URL"])
    for nth in (1, 2, 3):
        desk = (await serve.tells("role_started", role="desk", nth=nth))["pid"]
        os.kill(desk, signal.SIGKILL)
    await serve.tells("role_started", role="desk", nth=4)
    died = serve.events("role_died")
    assert [(one["role"], one["starts_again_in_s"]) for one in died] == [
        ("desk", 0.5),
        ("desk", 1.0),
        ("desk", 2.0),
    ]
    assert [one["exit_code"] for one in died] == [-signal.SIGKILL] * 3
    await deployment.is_ready(serve, within_s=1.0)
    started = [one["pid"] for one in serve.events("role_started")]
    assert len(started) == 5, "the line was left alone"

    serve.signal(signal.SIGKILL)
    await until(lambda: not any(is_alive(pid) for pid in started), 15.0)
    assert serve.events("drain_ended", cut_off=0), "the line stopped gently"


async def test_what_is_set_wrong_is_told_once_and_ends_everything(
    deployment: Deployment, tmp_path: Path
) -> None:
    wrong_key = tmp_path / "wrong.toml"
    wrong_key.write_text("[line]\nport = 8480\nmax_cals = 3\n", encoding="utf-8")
    office = tmp_path / "bad-office"
    office.mkdir()
    for name in ("office.toml", "hours.toml"):
        text = (Path(__file__).parents[2] / "examples" / "law-office" / name).read_text()
        (office / name).write_text(text.replace("08:00-", "8 o'clock-", 1), encoding="utf-8")
    wrong_office = tmp_path / "right.toml"
    wrong_office.write_text('[office]\nfolders = ["bad-office"]\n', encoding="utf-8")
    del deployment.environment["MAPOKEZI_OFFICE_FOLDERS"]

    ended = [
        (deployment.start("serve", "--config", str(wrong_key)), f"{wrong_key}, line 3: line.max_"),
        (deployment.start("line", "--config", str(wrong_key)), f"{wrong_key}, line 3: line.max_"),
        (deployment.start("serve", "--config", str(wrong_office)), "hours.toml, line "),
    ]
    for program, told in ended:
        assert await program.ended(40.0) == 1, program.tail()
        text = "\n".join(program.lines)
        assert text.count("mapokezi: ") == 1, text
        assert told in text
        assert "Traceback" not in text


async def test_a_port_that_is_taken_is_told_once_and_ends_everything(
    deployment: Deployment,
) -> None:
    deployment.follow_script('[[step]]\nsay = "Hello."')
    deployment.set(speech_address=OTHERS_SPEECH)
    with socket.create_server(("127.0.0.1", deployment.desk_port)):
        serve, demo = deployment.start("serve"), deployment.start("demo", "--once")
        for program in (serve, demo):
            assert await program.ended(40.0) == 1, program.tail()
            text = "\n".join(program.lines)
            assert text.count("mapokezi: ") == 1, text
            taken = f"desk.port: cannot listen on 127.0.0.1:{deployment.desk_port}: Address already"
            assert taken in text
            assert "Traceback" not in text
    assert "Is Mapokezi running already? Stop it, or set MAPOKEZI_DESK_PORT" in demo.tail()
    assert serve.events("stopped"), serve.tail()


@pytest.mark.call
async def test_a_demo_that_rings_once_shows_the_call_and_leaves_nothing_behind(
    speaking: Deployment, until: Callable[..., Any]
) -> None:
    # The real caller rings a receptionist who only says goodbye: `make run` is the whole of it.
    speaking.follow_script(
        '[[step]]\nwait_for_caller = 0.3\n[[step]]\nsay = "Goodbye."\n'
        '[[step]]\ncall_tool = "end_call"\n'
    )
    speaking.set(speech_address=OTHERS_SPEECH)
    del speaking.environment["MAPOKEZI_CARRIER_URL"]
    speaking.environment["SAUTIKIT_API_KEY"] = "tskey_live_of_the_real_platform"
    demo = speaking.start("demo", "--once")
    assert await demo.ended(80.0) == 0, demo.tail()
    told = "\n".join(demo.lines)
    assert "is being called on +254209000000" in told
    assert "ended: receptionist_said_goodbye" in told
    assert "Goodbye." in told
    (found,) = await speaking.records()
    assert found.call.recording is not None
    assert "recording: " in told
    for name in ("serve", "emulator"):
        log = (speaking.folder / "logs" / f"{name}.log").read_text(encoding="utf-8")
        assert "tskey_live" not in log
        assert '"not_hung_up"' not in log, "the key of the real platform was not used here"
        pids = [int(pid) for pid in re.findall(r'"pid": (\d+)', log)]
        await until(lambda pids=pids: not any(is_alive(pid) for pid in pids))
