"""The sound of a call, by ranges, and never another file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mapokezi.records.changes import SaveArrival, SaveEnd

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
