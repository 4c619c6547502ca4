"""The bridge measure: its programs in C, what is compared, and the picture."""

from __future__ import annotations

import json
import socket
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from bench.bridge import programs
from bench.bridge.bridges import OURS, OURS_OPENAI, OURS_TLS, RELAY, RELAY_OPENAI
from bench.bridge.comparing import figures_of
from bench.bridge.measuring import Plan
from bench.bridge.plot import plot_of
from bench.bridge.runs import Run
from bench.figures import Figure
from tests.ports import free_port


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs, built."""
    folder = tmp_path_factory.mktemp("programs")
    try:
        for source in ("loadgen", "relay", "fakemodel"):
            programs.built(f"{source}.c", folder / source)
    except programs.NotToBeHad as why:
        pytest.skip(str(why))
    return folder


@contextmanager
def running(program: Path, port: int, *more: int | str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([str(program), str(port), *map(str, more)])
    try:
        for _ in range(500):
            with socket.socket() as trial:
                trial.settimeout(1)
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield process
    finally:
        process.kill()
        process.wait()


def calls_over(folder: Path, port: int, paths: str, seconds: float = 1.0) -> dict[str, Any]:
    ended = subprocess.run(
        [str(folder / "loadgen"), str(port), paths, "3", str(seconds), "0.3"],
        check=True,
        capture_output=True,
        timeout=30,
    )
    assert ended.stderr.split() == [b"READY", b"END"]
    return dict(json.loads(ended.stdout))


@pytest.mark.parametrize("language", [(), ("openai",)])
def test_what_goes_through_a_relay_comes_back(folder: Path, language: tuple[str, ...]) -> None:
    model, bridge = free_port(), free_port()
    relay = running(folder / "relay", bridge, model, *language)
    with running(folder / "fakemodel", model), relay:
        told = calls_over(folder, bridge, "/any")
    assert (told["opened"], told["closed"], told["lost"]) == (3, 0, 0)
    assert told["back"] >= told["bursts"] - 3, "but for those that are still under way"
    assert told["bursts"] > 3
    assert 0 < told["lat_p50"] <= told["lat_p99"]
    assert told["rx_ratio"] == pytest.approx(1.0, abs=0.15)


def test_a_model_that_is_gone_is_seen_by_the_callers(folder: Path) -> None:
    model, bridge = free_port(), free_port()
    with running(folder / "fakemodel", model) as gone, running(folder / "relay", bridge, model):
        gone.kill()
        gone.wait()
        ended = subprocess.run(
            [str(folder / "loadgen"), str(bridge), "/any", "1", "0.5", "0.1"],
            check=False,
            capture_output=True,
            timeout=30,
        )
    told = json.loads(ended.stdout) if ended.stdout else {"back": 0}
    assert told["back"] == 0


def test_each_call_has_a_path_of_its_own(folder: Path, tmp_path: Path) -> None:
    model, bridge = free_port(), free_port()
    paths = tmp_path / "paths"
    paths.write_text("/one\n/two\n/three\n", encoding="utf-8")
    with running(folder / "fakemodel", model), running(folder / "relay", bridge, model):
        assert calls_over(folder, bridge, str(paths), 0.5)["opened"] == 3
    paths.write_text("/one\n", encoding="utf-8")
    command = [str(folder / "loadgen"), str(bridge), str(paths), "3", "1", "0"]
    with running(folder / "fakemodel", model), running(folder / "relay", bridge, model):
        ended = subprocess.run(command, check=False, capture_output=True, timeout=30)
    assert ended.returncode == 1
    assert b"fewer paths" in ended.stderr


# --- what is made of the runs ---


def a_run(bridge: str, calls: int, cpu_ms: float, *, p99: float = 5.0, lost: int = 0) -> Run:
    told = {
        "opened": calls,
        "closed": 0,
        "bursts": 100,
        "back": 100 - lost,
        "lost": lost,
        "lat_p50": p99 / 10,
        "lat_p99": p99,
        "gap_p50": 40.0,
        "gap_p99": 80.0,
        "rx_ratio": 1.0,
    }
    return Run(bridge, calls, cpu_ms, 400.0, 0.0, told)


def named(rounds: list[list[Run]]) -> dict[str, Figure]:
    return {figure.what: figure for figure in figures_of(rounds)}


def test_a_ratio_is_of_one_round_and_of_them_the_median() -> None:
    # The machine is twice as slow in the second round: a ratio of medians would be wrong.
    rounds = [
        [a_run(RELAY, 100, relay), a_run(OURS, 100, ours), a_run(OURS_TLS, 100, ours + relay)]
        for relay, ours in ((1.0, 2.0), (2.0, 6.0), (1.0, 2.8))
    ]
    found = named(rounds)
    assert found["100 calls: CPU, line to relay"].value == 2.8
    assert found["100 calls: CPU, line to relay"].passes
    assert found["100 calls: CPU, line, TLS to relay"].value == 3.8
    assert found["100 calls: latency over the relay's, p99"].value == 0


def test_a_line_is_held_against_the_relay_of_its_own_language() -> None:
    rounds = [
        [
            a_run(RELAY, 100, 1.0),
            a_run(RELAY_OPENAI, 100, 2.0),
            a_run(OURS, 100, 3.0),
            a_run(OURS_OPENAI, 100, 8.0),
        ]
    ]
    found = named(rounds)
    assert found["100 calls: CPU, line to relay"].value == 3.0
    assert found["100 calls: CPU, line, OpenAI to relay"].value == 4.0
    assert found["100 calls: CPU, line, OpenAI to relay"].passes is None, "no bar is set for it"
    assert "times the relay" not in str(found["100 calls, relay, OpenAI: CPU"].value)


def test_calls_are_carried_if_nothing_is_late_or_lost_in_most_rounds() -> None:
    fine, late = a_run(OURS, 150, 3.0), a_run(OURS, 200, 3.0, p99=25.0)
    lossy = a_run(OURS, 150, 3.0, lost=1)
    carried = "calls on one core with p99 under 20 ms"
    assert named([[fine], [fine, late], [lossy, late]])[carried].value == 150
    assert named([[a_run(OURS, 100, 3.0)], [lossy], [lossy], [fine]])[carried].value == 100


def test_a_bridge_that_carries_nothing_has_no_ratio() -> None:
    failing = [a_run(OURS, 10, 6.0), a_run("pipecat", 10, 50.0, p99=300.0)]
    found = named([failing])
    assert found["the same, to Pipecat's"].value == "10 to none"
    assert found["10 calls: CPU, line to Pipecat"].value == 0.12


def test_the_picture_has_a_line_for_each_bridge() -> None:
    runs = [a_run(name, calls, 2.0) for name in (RELAY, OURS) for calls in (10, 100)]
    picture = ET.fromstring(plot_of(runs))
    lines = [part for part in picture.iter() if part.tag.endswith("polyline")]
    assert len(lines) == 2 * 2, "in both panels"
    assert all(len(line.attrib["points"].split()) == 2 for line in lines)


def test_less_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Plan.read().rounds >= 5
    monkeypatch.setenv("BENCH_BRIDGE_ROUNDS", "2")
    monkeypatch.setenv("BENCH_BRIDGE_CALLS", "10;50")
    monkeypatch.setenv("BENCH_BRIDGE_BRIDGES", "relay;line, TLS")
    assert Plan.read() == Plan(rounds=2, calls=(10, 50), bridges=(RELAY, OURS_TLS))
