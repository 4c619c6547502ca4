"""What server and worker write to one another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.speech.link import (
    FromWorker,
    Heard,
    Job,
    Loaded,
    MeaningsJob,
    Meant,
    NotLoaded,
    Raised,
    SpeakJob,
    Spoken,
    TranscribeJob,
    Unpacker,
    pack,
    read_answer,
    read_job,
)

_jobs = (
    st.builds(TranscribeJob, st.binary(max_size=99), st.booleans())
    | st.builds(SpeakJob, st.text())
    | st.builds(MeaningsJob, st.lists(st.text(), max_size=3).map(tuple))
)


@given(st.lists(_jobs, max_size=5), st.integers(1, 50))
def test_jobs_arrive_as_they_were_sent_however_split(jobs: list[Job], size: int) -> None:
    sent = b"".join(map(pack, jobs))
    unpacker = Unpacker()
    pieces = [sent[at : at + size] for at in range(0, len(sent), size)]
    bodies = [body for piece in pieces for body in unpacker.feed(piece)]
    assert [read_job(body) for body in bodies] == jobs


@pytest.mark.parametrize(
    "answer",
    [
        Loaded(7),
        NotLoaded("why"),
        Heard("Yes."),
        Heard("Yes.", b"\0\0\0\0"),
        Spoken(b"\0\1"),
        Meant(b"\0\0\0\0"),
        Raised("KeyError", "x"),
    ],
)
def test_each_answer_is_read_as_itself(answer: FromWorker) -> None:
    [body] = Unpacker().feed(pack(answer))
    assert read_answer(body) == answer


def test_a_broken_stream_is_noticed() -> None:
    with pytest.raises(ValueError, match="bytes"):
        list(Unpacker().feed(b"\xff" * 8))
