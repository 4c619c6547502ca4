"""The sound of a call, by ranges, and never another file."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from mapokezi.records.changes import SaveArrival, SaveEnd
from mapokezi.records.kept_recording import Copy
from mapokezi.stores.recordings import save_recording
from mapokezi.stores.seal_keys import SealKey

if TYPE_CHECKING:
    from tests.desk.conftest import Desk
    from tests.sample_records import Examples

SOUND = "/calls/c-000000/recording"
WAV_HEADER_BYTES = 44


def test_the_whole_recording_is_sent(desk: Desk, examples: Examples) -> None:
    sound = bytes(range(256)) * 25
    recorded = examples.recorded(desk.data_folder, sound)
    desk.keep(SaveArrival(examples.arrival()), SaveEnd(recorded))
    answer = desk.browser.get(SOUND)
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.content[:4] == b"RIFF"
    assert answer.content[WAV_HEADER_BYTES:] == sound


def test_a_player_may_ask_for_a_part(desk: Desk, examples: Examples) -> None:
    sound = bytes(range(256)) * 25
    desk.keep(SaveArrival(examples.arrival()), SaveEnd(examples.recorded(desk.data_folder, sound)))
    whole = WAV_HEADER_BYTES + len(sound)
    part = desk.browser.get(SOUND, headers={"range": "bytes=100-199"})
    assert part.status_code == 206
    assert part.headers["content-range"] == f"bytes 100-199/{whole}"
    assert part.content == sound[56:156]
    end = desk.browser.get(SOUND, headers={"range": "bytes=-10"})
    assert end.content == sound[-10:]
    beyond = desk.browser.get(SOUND, headers={"range": f"bytes={whole}-"})
    assert beyond.status_code == 416


def test_a_call_without_a_recording_says_so(desk: Desk, examples: Examples) -> None:
    desk.keep(SaveArrival(examples.arrival()))
    for path in (SOUND, "/calls/none/recording"):
        answer = desk.browser.get(path)
        assert answer.status_code == 404
        assert "There is no recording" in answer.text


@pytest.mark.parametrize(
    "stored",
    [
        "../outside.wav",
        "recordings/../../outside.wav",
        "{absolute}",
        "recordings/link.wav",
        "recordings",
        "recordings/gone.wav",
        "",
    ],
)
def test_no_path_leads_out_of_the_data_folder(desk: Desk, examples: Examples, stored: str) -> None:
    outside = desk.data_folder.parent / "outside.wav"
    outside.write_bytes(b"secret")
    recordings = desk.data_folder / "recordings"
    recordings.mkdir()
    (recordings / "link.wav").symlink_to(outside)
    ended = replace(examples.ended(), recording=stored.format(absolute=outside))
    desk.keep(SaveArrival(examples.arrival()), SaveEnd(ended))
    answer = desk.browser.get(SOUND)
    assert answer.status_code == 404
    assert b"secret" not in answer.content


def test_a_sealed_recording_is_sent_whole(desk: Desk, examples: Examples) -> None:
    desk.keep(SaveArrival(examples.arrival()), SaveEnd(examples.ended()))
    kept = desk.kept_recording(seconds=10.0)
    answer = desk.browser.get(SOUND)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "audio/flac"
    assert answer.headers["content-length"] == str(kept.size_bytes)
    assert hashlib.sha256(answer.content).hexdigest() == kept.sha256
    head = desk.browser.head(SOUND)
    assert (head.headers["content-length"], head.content) == (str(kept.size_bytes), b"")


def test_any_part_of_a_sealed_recording_can_be_asked_for(desk: Desk, examples: Examples) -> None:
    desk.keep(SaveArrival(examples.arrival()), SaveEnd(examples.ended()))
    size = desk.kept_recording(seconds=10.0).size_bytes
    whole = desk.browser.get(SOUND).content
    for first, last in ((0, 1), (0, size - 1), (65_530, 65_540), (65_536, 131_071), (size - 3, 0)):
        asked = f"bytes={first}-{last or ''}"
        last = last or size - 1  # noqa: PLW2901
        part = desk.browser.get(SOUND, headers={"range": asked})
        assert part.status_code == 206, asked
        assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
        assert part.headers["content-length"] == str(last + 1 - first)
        assert part.content == whole[first : last + 1], asked
    beyond = desk.browser.get(SOUND, headers={"range": f"bytes={size}-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{size}"


def test_a_part_of_what_is_no_longer_the_same_is_not_sent(desk: Desk, examples: Examples) -> None:
    desk.keep(SaveArrival(examples.arrival()), SaveEnd(examples.ended()))
    desk.kept_recording()
    etag = desk.browser.get(SOUND).headers["etag"]
    part = {"range": "bytes=0-9"}
    assert desk.browser.get(SOUND, headers={**part, "if-range": etag}).status_code == 206
    assert desk.browser.get(SOUND, headers={**part, "if-range": '"other"'}).status_code == 200


def test_what_cannot_be_opened_is_told_and_not_sent(desk: Desk, examples: Examples) -> None:
    desk.keep(SaveArrival(examples.arrival()), SaveEnd(examples.ended()))
    kept = desk.kept_recording(key=SealKey(bytes(32)))
    answer = desk.browser.get(SOUND)
    assert answer.status_code == 503
    assert "cannot be opened" in answer.text
    kept = desk.kept_recording()
    path = desk.data_folder / kept.path
    path.write_bytes(path.read_bytes()[:-1])
    assert desk.browser.get(SOUND).status_code == 503
    assert desk.deeds() == []


def test_who_listens_stands_on_the_trail_once(desk: Desk, examples: Examples) -> None:
    desk.keep(SaveArrival(examples.arrival()), SaveEnd(examples.ended()))
    desk.kept_recording()
    for at in (0, 100, 200):
        desk.browser.get(SOUND, headers={"range": f"bytes={at}-{at + 10}"})
    desk.portal.call(desk.database.writer.commit, SaveArrival(examples.arrival(1)))
    assert desk.deeds() == [("listened", "c-000000")]


def test_the_platforms_own_recording_is_played_apart(desk: Desk, examples: Examples) -> None:
    desk.keep(SaveArrival(examples.arrival()), SaveEnd(examples.ended()))
    ours = desk.kept_recording()
    other = replace(ours, copy=Copy.PLATFORM, sha256="f" * 64)
    desk.portal.call(desk.database.writer.transact, partial(save_recording, kept=other))
    assert (
        desk.browser.get(SOUND).headers["etag"]
        != desk.browser.get(SOUND, params={"copy": "platform"}).headers["etag"]
    )
    assert desk.browser.get(SOUND, params={"copy": "none"}).status_code == 404
    page = desk.browser.get("/calls/c-000000").text
    assert page.count("<audio") == 2
    assert "/calls/c-000000/recording?copy=platform" in page
