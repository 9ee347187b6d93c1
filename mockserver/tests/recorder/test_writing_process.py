"""Exchanges are written by a process of its own, which nothing but its recorder ends."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from mockserver.facts.observed import Body, Observed
from mockserver.recorder.writing_process import NotWrittenError, SessionStart, WritingProcess
from mockserver.recordings.keep import Keep
from mockserver.recordings.reader import read_recording

KEY = "SG_0123456789abcdef"
SEEN = Observed(
    number=1,
    sent_s=0.5,
    answered_s=0.75,
    method="GET",
    url="https://api.segmind.com/v1/get-user-credits",
    request_headers=(("x-api-key", KEY),),
    status=200,
    headers=(("content-type", "application/json"),),
    body=Body.of(json.dumps({"credits": 1.0}).encode()),
)


def begin(folder: Path) -> WritingProcess:
    """Begin a session."""
    start = SessionStart(
        folder=folder, upstream="https://api.segmind.com", began_utc_s=1e9, keep=Keep()
    )
    return WritingProcess(start)


def test_what_is_handed_over_is_written_without_its_secrets(tmp_path):
    """The answer tells of it; no signal that ends the recorder's group ends it."""
    process = begin(tmp_path / "recording")
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(process._process.pid, number)
    written = process.write(SEEN)
    process.close()
    assert written.line == "#1 GET api.segmind.com/v1/get-user-credits 200 0.25 s, 16 bytes"
    assert written.replaced == {"key": 1}
    (session,) = read_recording(tmp_path / "recording").sessions
    (read,) = session.story.exchanges
    assert (read.account, read.body, read.sent_s) == ("key-1", SEEN.body, 0.5)


def test_a_folder_that_cannot_be_is_told(tmp_path):
    """Before anything is served."""
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWrittenError, match=r"exists|directory"):
        begin(tmp_path / "file")


def test_an_end_of_the_process_is_told(tmp_path):
    """Of each exchange that is not written."""
    process = begin(tmp_path)
    process._process.kill()
    process._process.join()
    for _ in range(2):
        with pytest.raises(NotWrittenError, match="has ended"):
            process.write(SEEN)
    process.close()
