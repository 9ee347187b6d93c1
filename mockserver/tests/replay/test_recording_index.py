"""Recordings that cannot be replayed are refused at the start."""

from __future__ import annotations

import pytest

from mockserver import Emulator
from mockserver.base.errors import EmulatorError
from mockserver.tests.replay.recording import record, record_picture


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
        (
            {"a.jsonl": '{"format":"segmock-recording","version":2}\n'},
            "version 2 of the format",
        ),
        ({"a.jsonl": '{"format":"segmock-recording"}\n'}, "no header of a recording"),
        ({"a.jsonl": "[1]\n"}, "no header of a recording"),
    ],
)
def test_a_recording_that_cannot_be_read_is_refused_at_the_start(tmp_path, files, said):
    """With the file, the line, and what to do."""
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(EmulatorError) as caught:
        Emulator(replay=tmp_path)
    assert said in str(caught.value)
    assert "segmock" in str(caught.value)
    assert str(caught.value).count("(`") <= 1, "one hint, not two"


def test_a_recording_without_an_exchange_is_refused(tmp_path):
    """There would be nothing to replay."""
    with record(tmp_path) as client:
        client.call("GET", "/v1/get-user-credits")
    [session] = tmp_path.glob("*.jsonl")
    session.write_bytes(session.read_bytes().partition(b"\n")[0] + b"\n")
    with pytest.raises(EmulatorError, match="no exchange was recorded"):
        Emulator(replay=tmp_path)


def change_line(folder, number: int, old: bytes, new: bytes) -> None:
    """Change a line of the only session of a folder."""
    [session] = folder.glob("*.jsonl")
    lines = session.read_bytes().split(b"\n")
    assert old in lines[number - 1]
    lines[number - 1] = lines[number - 1].replace(old, new)
    session.write_bytes(b"\n".join(lines))


def find_largest_body(folder):
    """Return the file of the picture."""
    return max((folder / "bodies").iterdir(), key=lambda path: path.stat().st_size)


def swap_a_byte(folder) -> None:
    """As a bad disk does."""
    path = find_largest_body(folder)
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.unlink()
    path.write_bytes(content)


def lead_elsewhere(folder) -> None:
    """A link shows what is in another file of this machine."""
    other = folder.parent / "secrets.txt"
    other.write_text("do not show", encoding="utf-8")
    path = find_largest_body(folder)
    path.unlink()
    path.symlink_to(other)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda folder: change_line(folder, 3, b'{"number"', b'{"num'), ":3: this is no exchange"),
        (
            lambda folder: change_line(folder, 2, b"A lighthouse", b"A Lighthouse"),
            ":2: the body of",
        ),
        (lambda folder: find_largest_body(folder).unlink(), "a body cannot be read"),
        (lambda folder: find_largest_body(folder).write_bytes(b""), "not what was recorded: its 0"),
        (swap_a_byte, "is not what was recorded"),
        (lead_elsewhere, "is not what was recorded"),
    ],
)
def test_a_recording_that_was_harmed_is_refused_with_the_line(tmp_path, harm, said):
    """What it would answer is not what the service has said."""
    folder = tmp_path / "recording"
    folder.mkdir()
    with record(folder) as client:
        record_picture(client)
    harm(folder)
    with pytest.raises(EmulatorError, match=r"\.jsonl:[0-9]+: ") as caught:
        Emulator(replay=folder)
    assert said in str(caught.value)
    assert "segmock recordings check" in str(caught.value)
