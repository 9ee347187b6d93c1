"""Exchanges are written by a process of its own, which nothing but its recorder ends."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import msgspec
import pytest

from mockserver.facts.observed import EMPTY, Body, Observed
from mockserver.recorder.writing_process import (
    NotWrittenError,
    SessionStart,
    WritingProcess,
    _Message,
)
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


def test_a_request_whose_end_nobody_tells_is_written_without_an_answer(tmp_path):
    """What has ended has its request, which is handed over once."""
    process = begin(tmp_path)
    sent = [
        SEEN,
        msgspec.structs.replace(SEEN, number=2, method="POST", request_body=Body.of(b"{}")),
    ]
    for seen in sent:
        asked = msgspec.structs.replace(seen, status=None, answered_s=None, headers=(), body=EMPTY)
        process.begin(asked)
    process.begin(msgspec.structs.replace(asked, number=3))
    process.write(sent[1])
    process.close()
    (session,) = read_recording(tmp_path).sessions
    first, second, third = session.story.exchanges
    assert (first.number, first.status, first.method) == (1, None, "GET")
    assert (second.status, second.request_body, second.body) == (200, Body.of(b"{}"), SEEN.body)
    assert (third.status, third.request_body) == (None, Body.of(b"{}"))


def test_what_was_handed_over_is_written_though_nobody_reads_the_answer(tmp_path):
    """As when the recorder is killed while several exchanges are on their way."""
    process = begin(tmp_path)
    for number in range(1, 6):
        process._send(_Message(msgspec.structs.replace(SEEN, number=number), has_ended=True))
    process.close()
    (session,) = read_recording(tmp_path).sessions
    assert [each.number for each in session.story.exchanges] == [1, 2, 3, 4, 5]


def test_what_cannot_be_redacted_stops_no_other(tmp_path):
    """Whatever it is that redaction stumbles over."""
    process = begin(tmp_path)
    with pytest.raises(NotWrittenError, match="looking for secrets in it failed"):
        process.write(msgspec.structs.replace(SEEN, number=1, url=None))
    assert process.write(SEEN).replaced == {"key": 1}
    process.close()


def test_a_session_without_an_exchange_leaves_nothing(tmp_path):
    """But what was there before it."""
    begin(tmp_path / "recording").close()
    assert not (tmp_path / "recording").exists()
    (tmp_path / "mine").mkdir()
    begin(tmp_path / "mine").close()
    assert list((tmp_path / "mine").iterdir()) == []
