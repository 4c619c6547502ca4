"""The browser phone in a real browser, a WAV file as its microphone, and a plain webhook."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.browser import DESKTOP, IN_A_BROWSER, PHONE, Browser, Page, running_browser

from mapokezi.audio.wav import wav_sound

pytestmark = IN_A_BROWSER

NUMBER, CALLER, COLLEAGUE = "+254209000000", "+254722000100", "+254700000101"
MICROPHONE_HZ = 1000.0
NOTES_HZ = (620.0, 480.0)
"""Of the platform's own voice where nothing speaks for it: a note a word."""
ASK = (
    '<Response><GetDigits maxDigits="1" timeout="20"><Say>Good morning. This is the office. Please '
    "press a key for the colleague whom you want to talk to.</Say></GetDigits></Response>"
)
LISTEN = """
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...more) {
  if (to === this.context.destination && this instanceof AudioWorkletNode) {
    window.loudspeaker = new AnalyserNode(this.context, {fftSize: 8192});
    connect.call(this, window.loudspeaker);
  }
  return connect.call(this, to, ...more);
};
"""
"""Holds an instrument to the loudspeaker of whatever page is opened."""


class Webhook:
    """A voice URL of nothing but Python: asks for a key, then dials; tells captions."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.captions: queue.Queue[dict[str, str]] = queue.Queue()
        hook = self

        class Answers(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                answer = hook.answer(dict(parse_qsl(body))).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/xml")
                self.end_headers()
                self.wfile.write(answer)

            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                while told := hook.captions.get():
                    self.wfile.write(f"data: {json.dumps(told)}\n\n".encode())

            def log_message(self, *_: object) -> None:
                """Be quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, post: dict[str, str]) -> str:
        """Answer a post."""
        if post.get("dtmfDigits"):
            self.keys.append(post["dtmfDigits"])
            self.tell("caller_said", post, "A colleague, please.")
            return f'<Response><Dial phoneNumbers="{COLLEAGUE}"/></Response>'
        if post["callSessionState"] != "Ringing":
            return "<Response></Response>"
        self.tell("receptionist_says", post, "Good morning.")
        self.tell("receptionist_says", post, "What can I do for you?")
        return ASK

    def tell(self, kind: str, post: dict[str, str], text: str) -> None:
        """Tell what is said."""
        self.captions.put({"event": kind, "session_id": post["sessionId"], "text": text})


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """The program that answers."""
    hook = Webhook()
    yield hook
    hook.captions.put({})
    hook.server.shutdown()
    hook.server.server_close()


@pytest.fixture
def emulator(webhook: Webhook, tmp_path: Path) -> Iterator[str]:
    """An emulator with one number, as its users start it; gives its address."""
    port = webhook.server.server_port + 1 if webhook.server.server_port < 65_000 else 48_482
    command = [sys.executable, "-m", "mapokezi", "emulator", "--port", str(port), "--clock", "10"]
    command += ["--number", f"{NUMBER}={webhook.url}/voice", "--callee", f"{COLLEAGUE}=answer"]
    command += ["--captions", f"{webhook.url}/events"]
    with (tmp_path / "emulator.log").open("wb") as log:
        process = subprocess.Popen(command, stderr=log, stdout=log, cwd=tmp_path)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(url)
            yield url
        finally:
            process.terminate()
            process.wait(20)


def wait_for(url: str) -> None:
    ends_at = time.monotonic() + 60
    while True:
        try:
            assert httpx2.get(f"{url}/healthz").status_code == 200
        except httpx2.ConnectError:
            assert time.monotonic() < ends_at
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="module")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tone of ten seconds."""
    at = np.arange(480_000) / 48_000
    path = tmp_path_factory.mktemp("sound") / "microphone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        tone = (8_000 * np.sin(2 * np.pi * MICROPHONE_HZ * at)).astype("<i2")
        file.writeframes(tone.tobytes())
    return path


@pytest.fixture(scope="module")
def browser(microphone: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser with a microphone."""
    switches = (
        "use-fake-ui-for-media-stream",
        "use-fake-device-for-media-stream",
        f"use-file-for-fake-audio-capture={microphone}",
    )
    with running_browser(tmp_path_factory.mktemp("browser") / "profile", *switches) as browser:
        yield browser


@pytest.fixture(scope="module")
def deaf_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser without a microphone."""
    profile = tmp_path_factory.mktemp("browser") / "profile"
    with running_browser(profile, *WITHOUT_A_MICROPHONE) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, emulator: str) -> Iterator[Page]:
    """A page of the browser with a microphone, at the emulator's page."""
    with browser.page(emulator) as page:
        opened(page)
        yield page
        assert [text for text in page.complaints if "400" not in text] == []


def opened(page: Page) -> None:
    page.ask("Page.enable")
    page.ask("Emulation.setFocusEmulationEnabled", enabled=True)
    page.ask("Page.addScriptToEvaluateOnNewDocument", source=LISTEN)
    page.look(DESKTOP)
    page.open("/")
    page.until("document.querySelector('#person-way').options.length > 0")


def place_call(page: Page) -> None:
    page.run("document.querySelector('#device').value = 'headset'")
    page.press("Call")
    page.until("document.querySelector('#state').textContent === 'On the line'")


def words(page: Page, place: str) -> str:
    return str(page.run(f"document.querySelector({json.dumps(place)}).innerText"))


def level(page: Page, who: str) -> int:
    return int(page.run(f"document.querySelector('#{who}').getAttribute('aria-valuenow')"))


def heard(url: str, leg: str) -> NDArray[np.float64]:
    """What a leg of the only call heard, as samples at 8 kHz."""
    (call,) = httpx2.get(f"{url}/emulator/calls").json()["calls"]
    told = httpx2.get(f"{url}/emulator/calls/{call['id']}").json()["heard"]
    found, pcm = wav_sound(httpx2.get(url + told[leg]).content)
    assert found.sample_rate_hz == 8_000
    return np.frombuffer(pcm, "<i2").astype(float)


def strengths(sound: NDArray[np.float64], hz: float) -> NDArray[np.float64]:
    """The amplitude of a tone in each 20 ms."""
    frames = sound[: sound.size // 160 * 160].reshape(-1, 160)
    turn = np.exp(-2j * np.pi * hz * np.arange(160) / 8_000)
    amplitudes: NDArray[np.float64] = abs(frames @ turn) / 160 * 2
    return amplitudes


def test_a_call_from_its_ring_to_its_end(page: Page, emulator: str, webhook: Webhook) -> None:
    place_call(page)
    page.until("document.querySelector('#ear').getAttribute('aria-valuenow') > -45")
    page.until(  # the loudspeaker plays a note of the platform's voice, and nothing louder
        f"""(() => {{
          const bins = new Float32Array(loudspeaker.frequencyBinCount);
          loudspeaker.getFloatFrequencyData(bins);
          const at = bins.indexOf(Math.max(...bins));
          const hz = at * loudspeaker.context.sampleRate / loudspeaker.fftSize;
          return bins[at] > -50 && {list(NOTES_HZ)}.some(note => Math.abs(note - hz) < 20);
        }})()"""
    )
    page.until("document.querySelector('#mouth').getAttribute('aria-valuenow') > -25")
    page.until("document.querySelector('#legs').innerText.includes('hear the platform')")
    assert page.accessibility_faults() == []

    page.until("document.querySelector('#captions').innerText.includes('What can I do')")
    assert "Good morning. What can I do for you?" in words(page, "#captions")
    page.run("document.querySelector('[data-key=\"5\"]').click()")
    page.until("document.querySelector('#captions').innerText.includes('A colleague, please.')")
    assert webhook.keys == ["5"]
    page.until("document.querySelector('#captions').innerText.includes('keys gathered: 1')")
    assert "key 5" in words(page, "#captions")

    page.until(f"document.querySelector('#legs').innerText.includes('hear {COLLEAGUE}')")
    assert f"Dialled: {COLLEAGUE}" in words(page, "#legs")
    assert "hears you" in words(page, "#legs")
    time.sleep(2)  # at true pace: what is measured below
    page.press("Hang up")
    page.until("document.querySelectorAll('#kept audio').length === 2")
    assert words(page, "#state").startswith("You hung up")
    assert words(page, "#no-legs") == "Nobody is on the line."
    page.look(PHONE, dark=True)
    assert page.accessibility_faults() == []
    assert page.run("document.documentElement.scrollWidth") <= 360

    at_colleague = strengths(heard(emulator, COLLEAGUE), MICROPHONE_HZ)
    whole = at_colleague[(at_colleague > 7_000) & (at_colleague < 9_000)]
    assert whole.size > 0.6 * at_colleague.size, "the microphone comes, at its level, without holes"
    at_caller = heard(emulator, CALLER)
    assert max(strengths(at_caller, NOTES_HZ[0])) > 1_000
    assert max(strengths(at_caller, MICROPHONE_HZ)) < 500, "nobody hears oneself"


def test_muting_modes_of_the_call_and_keys_of_the_keyboard(
    page: Page, emulator: str, webhook: Webhook
) -> None:
    place_call(page)
    page.until("document.querySelector('#mouth').getAttribute('aria-valuenow') > -25")
    page.press("Mute")
    page.until("document.querySelector('#mouth').getAttribute('aria-valuenow') == -60")
    assert page.run("document.querySelector('#mute').getAttribute('aria-pressed')") == "true"
    choose(page, "scope", "call")
    choose(page, "mode", "cdr")
    choose(page, "value", "never")
    page.press("Set")
    page.until("document.querySelector('#unusual').innerText.includes('cdr = never')")
    (call,) = httpx2.get(f"{emulator}/emulator/calls").json()["calls"]
    own = httpx2.get(f"{emulator}/emulator/calls/{call['id']}/modes").json()["modes"]
    assert own["cdr"] == "never"
    page.run("document.querySelector('#person-number').focus()")
    page.ask("Input.dispatchKeyEvent", type="keyDown", key="7", text="7")
    page.run("document.querySelector('#person-number').blur()")
    page.ask("Input.dispatchKeyEvent", type="keyDown", key="9", text="9")
    page.until("document.querySelector('#captions').innerText.includes('is rung')")
    assert webhook.keys == ["9"], "not the 7, which was written into a field"
    assert page.run("document.querySelector('#person-number').value") == "7"
    page.press("Hang up")
    page.until("document.querySelector('#dial').offsetHeight > 0")


def test_modes_and_people_are_set(page: Page, emulator: str) -> None:
    assert words(page, "#unusual-says") == "The next call is as usual."
    choose(page, "scope", "number")
    choose(page, "mode", "first-state")
    choose(page, "value", "completed")
    page.press("Set")
    page.until("document.querySelector('#unusual').innerText === 'first-state = completed'")
    url = f"{emulator}/emulator/numbers/{NUMBER}/modes"
    assert httpx2.get(url).json()["modes"]["first-state"] == "completed"
    choose(page, "mode", "stream-fault-s")
    page.run("document.querySelector('#value').value = '5000'")
    page.press("Set")
    page.until("document.querySelector('#unusual-says').innerText.includes('0 to 3600')")
    page.press("All as at the start")
    page.until("document.querySelector('#unusual').children.length === 0")
    assert httpx2.get(url).json()["modes"]["first-state"] == "ringing"

    page.run("document.querySelector('#person-number').value = '+254700000102'")
    choose(page, "person-way", "busy")
    page.press("Add")
    page.until("document.querySelector('#people').innerText.includes('+254700000102')")
    people = httpx2.get(f"{emulator}/emulator/callees").json()["callees"]
    assert (people[COLLEAGUE]["way"], people["+254700000102"]["way"]) == ("answer", "busy")


def choose(page: Page, name: str, value: str) -> None:
    page.run(
        f"(field => {{ field.value = {json.dumps(value)};"
        "field.dispatchEvent(new Event('change')); })"
        f"(document.querySelector('#{name}'))"
    )


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["360", "1280"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_before_a_call(page: Page, size: dict[str, Any], dark: bool) -> None:
    page.look(size, dark=dark)
    assert page.accessibility_faults() == []
    assert page.run("document.documentElement.scrollWidth") <= size["width"]


def test_the_rate_of_sound_is_changed_well(page: Page) -> None:
    """In dB: how far a tone's error lies below it, and how far down an alias is."""
    measured = page.run(
        """import("/static/resampler.js").then(({Resampler}) => {
          const tone = (hz, rate) => Float32Array.from(
            {length: rate / 2}, (_, at) => Math.sin(2 * Math.PI * hz * at / rate));
          const through = (hz, from, to) => {
            const pieces = new Resampler(from, to), sound = tone(hz, from), out = [];
            for (let at = 0; at < sound.length; at += 128) {
              out.push(...pieces.feed(sound.subarray(at, at + 128)));
            }
            return out.slice(to / 10);
          };
          const error = (hz, from, to) => {
            const sound = through(hz, from, to), turn = 2 * Math.PI * hz / to;
            let s = 0, c = 0, left = 0;
            sound.forEach((one, at) => {
              s += one * Math.sin(turn * at); c += one * Math.cos(turn * at); });
            s *= 2 / sound.length; c *= 2 / sound.length;
            sound.forEach((one, at) => {
              left += (one - s * Math.sin(turn * at) - c * Math.cos(turn * at)) ** 2; });
            return [Math.hypot(s, c), 10 * Math.log10(left / sound.length * 2)];
          };
          const loudness = sound => 10 * Math.log10(
            sound.reduce((all, one) => all + one * one, 0) * 2 / sound.length);
          return [48000, 44100].flatMap(rate => [
            [...error(1000, rate, 16000), loudness(through(10000, rate, 16000))],
            [...error(1000, 16000, rate), -70],
          ]);
        })"""
    )
    for amplitude, error_db, alias_db in measured:
        assert amplitude == pytest.approx(1, abs=0.01)
        assert error_db < -55
        assert alias_db < -60


WITHOUT_A_MICROPHONE = (
    "use-fake-ui-for-media-stream=deny",
    "use-fake-device-for-media-stream",
    "autoplay-policy=no-user-gesture-required",
)
ENDED = "it => it.calls.length && it.calls.every(call => call.ended_at)"
"""A script: whether every call is over."""


def test_without_a_microphone_one_hears_and_is_told(deaf_browser: Browser, emulator: str) -> None:
    with deaf_browser.page(emulator) as page:
        opened(page)
        place_call(page)
        assert words(page, "#trouble").endswith("You hear, and cannot be heard.")
        page.until("document.querySelector('#ear').getAttribute('aria-valuenow') > -45")
        assert level(page, "mouth") == -60
        assert page.run("document.querySelector('#mute').disabled"), "there is nothing to mute"
        seen = "document.querySelector('#trouble').getBoundingClientRect().bottom"
        keypad = "document.querySelector('#keypad').getBoundingClientRect().top"
        assert page.run(f"{seen} < {keypad}"), "it is seen before the keys, on a small screen too"
        page.press("Hang up")
        page.until("document.querySelector('#dial').offsetHeight > 0")
        assert page.accessibility_faults() == []


def test_a_page_that_is_loaded_anew_hangs_up_and_calls_again(page: Page, emulator: str) -> None:
    place_call(page)
    page.run("window.left = true")
    page.ask("Page.reload")
    page.loaded()
    page.until("!document.querySelector('#call').disabled")
    page.until(f"fetch('/emulator/calls').then(it => it.json()).then({ENDED})")
    (call,) = httpx2.get(f"{emulator}/emulator/calls").json()["calls"]
    assert call["hung_up_by"] == "caller"
    place_call(page)
    assert words(page, "#state") == "On the line"
    page.press("Hang up")
    page.until("document.querySelector('#dial').offsetHeight > 0")


def test_two_tabs_have_a_call_each(page: Page, deaf_browser: Browser, emulator: str) -> None:
    place_call(page)
    with deaf_browser.page(emulator) as other:
        opened(other)
        place_call(other)
        calls = httpx2.get(f"{emulator}/emulator/calls").json()["calls"]
        assert [call["hung_up_by"] for call in calls] == [None, None]
        other.press("Hang up")
        other.until("document.querySelector('#dial').offsetHeight > 0")
    assert words(page, "#state") == "On the line"
    page.press("Hang up")
    page.until("document.querySelector('#dial').offsetHeight > 0")


def test_on_a_slow_way_nothing_is_pressed_too_soon(page: Page) -> None:
    """Until the page knows the numbers there is nothing to press; then all is there."""
    slow = {"offline": False, "latency": 700, "downloadThroughput": 40_000}
    page.ask("Network.enable")
    page.ask("Network.emulateNetworkConditions", **slow, uploadThroughput=40_000)
    page.run("window.left = true")
    page.ask("Page.navigate", url=page.base + "/")
    page.until("!window.left && Boolean(document.querySelector('#call'))")
    assert page.run("document.querySelector('#call').disabled") is True
    assert words(page, "#state") == "One moment …"
    page.until("!document.querySelector('#call').disabled")
    assert words(page, "#state") == "Ready"


def test_an_emulator_that_does_not_answer_is_asked_again(page: Page) -> None:
    page.ask("Network.enable")
    page.ask("Network.setBlockedURLs", urls=["*/emulator/numbers"])
    page.open("/")
    page.until("!document.querySelector('#trouble').hidden")
    assert "asked again" in words(page, "#trouble")
    assert page.accessibility_faults() == []
    page.ask("Network.setBlockedURLs", urls=[])
    page.until("document.querySelector('#trouble').hidden")
    assert page.run("document.querySelector('#call').disabled") is False
    page.complaints.clear()


def test_what_was_heard_is_named_however_the_own_number_was_written(page: Page) -> None:
    page.run("document.querySelector('#from').value = '0722 000 100'")
    place_call(page)
    page.press("Hang up")
    page.until("document.querySelectorAll('#kept audio').length === 1")
    assert words(page, "#kept") == "What you heard"
