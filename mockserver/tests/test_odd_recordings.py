"""Folders that are no recording, or one that cannot be read or changed, are told of in words."""

from pathlib import Path

import pytest

from mockserver.cli.catalogue import load_catalogue
from mockserver.recordings import pruning
from mockserver.recordings.checks import check_recording
from mockserver.recordings.pruning import Pruning, prune_recording
from mockserver.recordings.reader import RecordingError, read_recording
from mockserver.tests.recordings.planting import observe
from mockserver.tests.recordings.recording import record


def check(folder):
    """Return all problems of a recording."""
    return list(check_recording(folder, load_catalogue().schemas))


READERS = {
    "read": read_recording,
    "check": check,
    "prune": lambda folder: prune_recording(folder, Pruning()),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_a_folder_by_the_name_of_a_session_is_none(tmp_path, read):
    """So there is no recording, if nothing else is in it."""
    (tmp_path / "a.jsonl").mkdir()
    with pytest.raises(RecordingError, match="no session is in it"):
        read(tmp_path)


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_a_session_that_may_not_be_read_is_named(tmp_path, read, monkeypatch):
    """With what the system says of it."""
    record(tmp_path, observe())

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(RecordingError, match=r"jsonl: it cannot be read: Permission denied"):
        read(tmp_path)


def test_a_folder_that_may_not_be_changed_is_named(tmp_path, monkeypatch):
    """And what to do."""
    record(tmp_path, observe())

    def refuse(path, _content):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(pruning, "write_whole", refuse)
    with pytest.raises(RecordingError, match="it cannot be changed: Permission denied"):
        prune_recording(tmp_path, Pruning())


def test_folders_among_bodies_are_nobodys(tmp_path):
    """They are neither a problem, nor taken out."""
    record(tmp_path, observe())
    (tmp_path / "bodies" / "mine").mkdir()
    assert not check(tmp_path)
    assert prune_recording(tmp_path, Pruning()).files == 0
    assert (tmp_path / "bodies" / "mine").is_dir()


@pytest.mark.parametrize(
    ("sent", "problems"), [([0, 1, 2], 0), ([0, 2, 1], 1), ([2, 0, 1], 1), ([1, 1, 1], 0)]
)
def test_numbers_go_by_when_requests_were_sent(tmp_path, sent, problems):
    """Held to the exchanges beside it by number, so a long session takes no longer an exchange."""
    record(tmp_path, *(observe(sent_s=float(each), answered_s=9.0) for each in sent))
    assert len(check(tmp_path)) == problems
