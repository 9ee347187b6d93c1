"""Recordings that cannot be played are refused at the start."""

from __future__ import annotations

import pytest

from mockserver import Emulator
from mockserver.base.errors import EmulatorError
from mockserver.tests.replay.recording import record


def test_a_store_that_others_share_cannot_be_replayed_to(picture):
    """It is refused before the store is looked for."""
    folder, _ = picture
    with pytest.raises(EmulatorError, match="kept in one process"):
        Emulator(replay=folder, store="redis://127.0.0.1:1/0")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "no session is in it"),
        ({"a.jsonl": "no header\n"}, "a.jsonl:1"),
    ],
)
def test_a_recording_that_cannot_be_read_is_refused_at_the_start(tmp_path, files, said):
    """With the file, the line, and what to do."""
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(EmulatorError) as caught:
        Emulator(replay=tmp_path)
    assert said in str(caught.value)
    assert "segmock rec" in str(caught.value)


def test_a_recording_without_an_exchange_is_refused(tmp_path):
    """There would be nothing to replay."""
    with record(tmp_path):
        pass
    with pytest.raises(EmulatorError, match="no exchange was recorded"):
        Emulator(replay=tmp_path)
