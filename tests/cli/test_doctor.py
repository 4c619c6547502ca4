"""``mapokezi doctor``: what it prints, and how it ends. What it finds is tried in tests/app."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from tests.fakes.scripted_api import Asked, Reply, ScriptedApi, refusal

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

KEY = "tskey_live_cli"


def answer(asked: Asked) -> Reply:
    match asked.line:
        case "GET /v1/numbers":
            return Reply(200, {"numbers": []})
        case "GET /v1/calls":
            return Reply(200, {"data": []})
        case "GET /v1/wallet":
            return Reply(200, {"balance_minor": 100_000})
    return refusal(404, "no_route")


@pytest.fixture
def api(shell: Shell) -> Iterator[ScriptedApi]:
    with ScriptedApi().serving() as api:
        api.otherwise = answer
        shell.set(
            SAUTIKIT_API_KEY=KEY,
            MAPOKEZI_CARRIER_URL=api.url,
            MAPOKEZI_LINE_PORT="9",
            MAPOKEZI_WEBHOOK_SECRETS="whsec_0123456789abcdef",
        )
        yield api


def test_green_and_red_stand_with_their_mends_and_it_ends_with_one(
    shell: Shell, api: ScriptedApi
) -> None:
    said = shell.run("doctor")
    assert said.code == 1
    assert said.err == ""
    lines = said.out.splitlines()
    assert lines[0].startswith("green  office files: ")
    assert "green  wallet: KES 1000.00, nothing was spent in the last 7 days" in lines
    place = lines.index("red    number +254209000000: is none of the workspace's numbers")
    assert lines[place + 1].startswith("       to mend: mapokezi numbers list")
    reds = sum(line.startswith("red") for line in lines)
    assert lines[-1] == f"{reds} to mend."
    assert {asked.method for asked in api.asked} == {"GET"}, "it changes nothing"


def test_a_program_reads_the_same(shell: Shell, api: ScriptedApi) -> None:
    said = shell.run("doctor", "--json")
    assert said.code == 1
    found = {one["check"]: one for one in json.loads(said.out)}
    assert found["API key"]["health"] == "green"
    assert found["line"] == {
        "check": "line",
        "health": "red",
        "says": "nothing answers at http://127.0.0.1:9/readyz (ConnectError)",
        "mend": "start mapokezi serve",
    }


def test_a_wrong_setting_is_a_finding_too(shell: Shell) -> None:
    shell.on_the_usual_ports()
    (shell.folder / "mapokezi.toml").write_text('[line]\nport = "many"\n', encoding="utf-8")
    said = shell.run("doctor")
    assert said.code == 1
    assert said.out.startswith("red    settings: mapokezi.toml, line 2: line.port")
    assert "to mend: correct the file" in said.out


def test_what_was_learned_is_written_where_it_is_wanted(shell: Shell, api: ScriptedApi) -> None:
    said = shell.run("doctor", "--report", "learned.json")
    assert "Read it before you send it" in said.out
    text = (shell.folder / "learned.json").read_text(encoding="utf-8")
    report = json.loads(text)
    assert report["learned"]["scopes that let us read"] == "numbers.read, calls.read, wallet.read"
    assert "+254" not in text
    assert KEY not in text


def test_a_report_that_cannot_be_written_is_told(shell: Shell, api: ScriptedApi) -> None:
    fault = shell.run("doctor", "--json", "--report", "no/such/folder/r.json")
    assert fault.code == 1
    assert "--report no/such/folder/r.json: cannot be written" in fault.err


def test_no_real_call_is_made_while_something_is_red(shell: Shell, api: ScriptedApi) -> None:
    said = shell.run("doctor", "--spend", "+254722000000", "--yes")
    assert "grey   real call: not made: mend what is red first" in said.out
    assert {asked.method for asked in api.asked} == {"GET"}
