"""``mapokezi numbers``, against a platform that answers as told."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from tests.fakes.scripted_api import Asked, Reply, ScriptedApi, refusal

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

KEY = "tskey_live_cli"
ONE = {
    "inventory_id": "inv-1",
    "e164": "+254209000001",
    "country": "KE",
    "capabilities": ["voice"],
    "monthly_retail_minor": 10_000,
    "inbound_per_min_minor": 0,
    "outbound_per_min_minor": 300,
    "currency": "KES",
}
OTHER = {"inventory_id": "inv-2", "e164": "+254209000002"}
OWN = {
    "id": "n-1",
    "e164": "+254209000000",
    "status": "active",
    "monthly_retail_minor": 10_000,
    "currency": "KES",
    "voice_callback_url": "https://voice.example.co.ke/voice",
}


class Numbers:
    """A platform with one number of ours and two to be had."""

    def __init__(self) -> None:
        self.own: list[dict[str, Any]] = [dict(OWN)]
        self.available: list[dict[str, Any]] = [ONE, OTHER]

    def answer(self, asked: Asked) -> Reply:
        match asked.method, asked.path:
            case "GET", "/v1/numbers/available":
                return Reply(200, {"available": self.available})
            case "GET", "/v1/numbers":
                return Reply(200, {"numbers": self.own})
            case "POST", "/v1/numbers/available/claim":
                one = next(
                    row
                    for row in self.available
                    if row["inventory_id"] == asked.body["inventory_id"]
                )
                self.own.append({"id": "n-2", "e164": one["e164"], "status": "active"})
                return Reply(201, {"number": self.own[-1]})
            case "PUT", "/v1/numbers/n-1/routing":
                self.own[0] |= asked.body
                return Reply(200, self.own[0])
            case "DELETE", "/v1/numbers/n-1":
                self.own.clear()
                return Reply(204)
        return refusal(404, "no_route")


@pytest.fixture
def platform() -> Numbers:
    return Numbers()


@pytest.fixture
def api(platform: Numbers, shell: Shell) -> Iterator[ScriptedApi]:
    with ScriptedApi().serving() as api:
        api.otherwise = platform.answer
        shell.set(SAUTIKIT_API_KEY=KEY, MAPOKEZI_CARRIER_URL=api.url)
        yield api


def says(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def changes(api: ScriptedApi) -> list[str]:
    return [line for line in api.lines if not line.startswith("GET")]


def test_what_is_to_be_had_is_shown_with_its_price_whole_on_a_narrow_terminal(
    shell: Shell, api: ScriptedApi
) -> None:
    said = shell.run("numbers", "available", "--country", "KE")
    assert said.code == 0
    heading, first, second = (
        line.strip() for line in said.out.splitlines() if line.startswith((" number", " +"))
    )
    assert heading.split("  ")[0] == "number"
    assert " ".join(first.split()) == ("+254209000001 KES 100.00 KES 0.00 KES 3.00 voice inv-1")
    assert "not told" in second
    assert "mapokezi numbers claim +254209000001" in said.out
    assert api.asked[0].query == {"country": "KE", "currency": "KES"}
    assert api.asked[0].headers["authorization"] == f"Bearer {KEY}"


def test_what_is_to_be_had_can_be_read_by_a_program(shell: Shell, api: ScriptedApi) -> None:
    first, second = json.loads(shell.run("numbers", "available", "--json").out)
    assert (first["e164"], first["monthly_minor"]) == ("+254209000001", 10_000)
    assert second["monthly_minor"] is None


def test_nothing_to_be_had_is_said(shell: Shell, api: ScriptedApi, platform: Numbers) -> None:
    platform.available = []
    assert "no number to be had in UG" in shell.run("numbers", "available", "--country", "UG").out


@pytest.mark.parametrize("wanted", ["+254209000001", "inv-1"])
def test_a_number_is_claimed_once_its_price_is_agreed_to(
    shell: Shell, api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    says(monkeypatch, "y\n")
    said = shell.run("numbers", "claim", wanted)
    assert said.code == 0
    assert "Claim +254209000001 for KES 100.00 a month" in said.err
    assert "+254209000001 is yours." in said.out
    assert "mapokezi numbers route +254209000001" in said.out
    assert changes(api) == ["POST /v1/numbers/available/claim"]


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
@pytest.mark.parametrize("words", [("claim", "+254209000001"), ("release", "+254209000000")])
def test_without_a_yes_nothing_is_claimed_or_released(
    shell: Shell,
    api: ScriptedApi,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, str],
    answer: str,
) -> None:
    says(monkeypatch, answer)
    said = shell.run("numbers", *words)
    assert said.code == 1
    assert "[y/N] mapokezi: nothing was done; --yes does it without asking" in said.err
    assert changes(api) == []


def test_with_yes_a_program_can_claim(shell: Shell, api: ScriptedApi) -> None:
    said = shell.run("numbers", "claim", "inv-2", "--yes", "--json")
    assert said.err == ""
    assert json.loads(said.out)["e164"] == "+254209000002"


def test_a_number_that_is_not_to_be_had_is_not_claimed(shell: Shell, api: ScriptedApi) -> None:
    fault = shell.run("numbers", "claim", "+254209999999", "--yes").fault
    assert "is not to be had in KE" in fault
    assert changes(api) == []


def test_own_numbers_are_shown_with_where_their_calls_go(shell: Shell, api: ScriptedApi) -> None:
    (row,) = (
        line for line in shell.run("numbers", "list").out.splitlines() if line.startswith(" +")
    )
    assert " ".join(row.split()) == (
        "+254209000000 active KES 100.00 https://voice.example.co.ke/voice nowhere n-1"
    )
    (number,) = json.loads(shell.run("numbers", "list", "--json").out)
    assert number["voice_callback_url"] == OWN["voice_callback_url"]


def test_no_number_yet_is_said_with_the_next_step(
    shell: Shell, api: ScriptedApi, platform: Numbers
) -> None:
    platform.own = []
    assert "mapokezi numbers available" in shell.run("numbers", "list").out


@pytest.mark.parametrize("number", ["+254209000000", "0209000000", "n-1"])
def test_a_numbers_calls_are_sent_here_with_their_secret(
    shell: Shell, api: ScriptedApi, platform: Numbers, number: str
) -> None:
    shell.set(
        MAPOKEZI_LINE_PUBLIC_URL="https://new.example.co.ke",
        MAPOKEZI_WEBHOOK_SECRETS="whsec-new, whsec-old",
    )
    said = shell.run("numbers", "route", number)
    assert said.code == 0
    assert platform.own[0] == {
        **OWN,
        "voice_callback_url": "https://new.example.co.ke/voice",
        "events_url": "https://new.example.co.ke/voice/events",
        "voice_signing_secret": "whsec-new",
    }
    assert "https://new.example.co.ke/voice" in said.out
    assert "whsec-new" not in said.out + said.err


def test_calls_can_be_sent_elsewhere(shell: Shell, api: ScriptedApi) -> None:
    said = shell.run(
        "numbers",
        "route",
        "n-1",
        "--voice-url",
        "https://other.ke/v",
        "--events-url",
        "https://other.ke/e",
        "--json",
    )
    assert json.loads(said.out) == {
        "id": "n-1",
        "e164": "+254209000000",
        "voice_callback_url": "https://other.ke/v",
        "events_url": "https://other.ke/e",
        "way": "PUT /routing voice_callback_url",
        "confirmed": True,
    }


def test_calls_are_not_sent_to_where_the_platform_cannot_come(
    shell: Shell, api: ScriptedApi
) -> None:
    fault = shell.run("numbers", "route", "n-1").fault
    assert "line.public_url is not set" in fault
    assert api.asked == []


def test_an_unknown_number_is_told_with_where_to_look(shell: Shell, api: ScriptedApi) -> None:
    fault = shell.run("numbers", "release", "+254209777777", "--yes").fault
    assert "none of your numbers" in fault
    assert "mapokezi numbers list" in fault


def test_a_number_is_released_once_that_is_agreed_to(
    shell: Shell, api: ScriptedApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(monkeypatch, "y\n")
    said = shell.run("numbers", "release", "+254209000000")
    assert "Release +254209000000?" in said.err
    assert said.out == "+254209000000 is released.\n"
    assert changes(api) == ["DELETE /v1/numbers/n-1"]


@pytest.mark.parametrize(
    ("reply", "what", "mend"),
    [
        (refusal(402, "wallet.insufficient_funds"), "wallet.insufficient_funds", "top up"),
        (
            refusal(403, "api_key.scope_denied", "missing scope"),
            "missing scope",
            "give the API key the scope `numbers.read`",
        ),
        (refusal(401, "api_key.expired"), "api_key.expired", "SAUTIKIT_API_KEY"),
        (refusal(403, "account.suspended"), "account.suspended", "settle the account"),
        (refusal(500, "internal_error"), "request req-7", "support"),
        (Reply(200, b"<html>"), "no JSON", "carrier.url"),
    ],
)
def test_an_error_says_what_to_do(
    shell: Shell, api: ScriptedApi, reply: Reply, what: str, mend: str
) -> None:
    api.otherwise = lambda _asked: reply
    fault = shell.run("numbers", "list").fault
    assert what in fault
    assert mend in fault.split("What to do: ")[1]
    assert KEY not in fault


def test_a_claim_of_which_nobody_knows_says_where_to_look(
    shell: Shell, api: ScriptedApi, platform: Numbers
) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(201, b"{", cut_after=0) if asked.method == "POST" else platform.answer(asked)

    api.otherwise = answer
    fault = shell.run("numbers", "claim", "inv-1", "--yes").fault
    assert "it may have been done" in fault
    assert "mapokezi numbers list" in fault
    assert changes(api) == ["POST /v1/numbers/available/claim"]


def test_without_a_key_on_a_public_line_it_says_where_to_get_one(shell: Shell) -> None:
    shell.set(MAPOKEZI_LINE_PUBLIC_URL="https://new.example.co.ke")
    assert "SAUTIKIT_API_KEY is not set" in shell.run("numbers", "list").fault


def test_without_a_key_and_an_emulator_it_says_how_to_start_one(shell: Shell) -> None:
    shell.set(MAPOKEZI_EMULATOR_PORT="9")
    assert "start `mapokezi emulator`" in shell.run("numbers", "list").fault
