"""Writing where the reader may be slow, or gone."""

import errno
import os
from threading import Thread

import pytest

from mockserver.edges import log_output
from mockserver.edges.log_output import LogOutput

MUCH = "x" * 1_000_000
"""More than a pipe holds."""


@pytest.fixture
def pipe():
    """The two ends of a pipe: one to read from, one to write to."""
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb", 0) as read_end, os.fdopen(writer, "wb", 0) as write_end:
        yield read_end, write_end.fileno()


def read(stream, count):
    """Read so many bytes."""
    data = b""
    while len(data) < count:
        data += stream.read(65536)
    return data


@pytest.mark.parametrize("blocking", [True, False])
def test_all_is_written_however_slowly_it_is_read(pipe, blocking):
    """A pipe that does not wait is waited for."""
    reader, writer = pipe
    os.set_blocking(writer, blocking)
    found = []
    thread = Thread(target=lambda: found.append(read(reader, len(MUCH))))
    thread.start()
    assert LogOutput(writer).write(MUCH)
    thread.join()
    assert found == [MUCH.encode()]


def test_a_reader_who_has_left_is_known(pipe):
    """Nothing is raised, and nothing is tried again."""
    reader, writer = pipe
    reader.close()
    output = LogOutput(writer)
    assert not output.write("a line\n")
    assert output.is_gone
    assert not output.write("another\n")


def test_a_disk_that_is_full_may_have_room_later(pipe, monkeypatch):
    """What was not written is lost, but the output is not."""
    reader, writer = pipe
    output = LogOutput(writer)
    with monkeypatch.context() as patch:
        patch.setattr(log_output.os, "write", raise_full)
        assert not output.write("a line\n")
    assert output.write("another\n")
    assert reader.read(100) == b"another\n"


def raise_full(_descriptor, _data):
    """Have no room on the disk."""
    raise OSError(errno.ENOSPC, "no space left")


def test_what_an_encoding_does_not_have_is_an_escape(pipe):
    """A terminal in ASCII shows the end of a key all the same."""
    reader, writer = pipe
    assert LogOutput(writer, "ascii").write("…cdef")
    assert reader.read(100) == b"\\u2026cdef"


def test_others_who_write_there_wait_for_their_turn(pipe):
    """A text is written within the turn, whole."""
    reader, writer = pipe
    told = []

    class Turn:
        def __enter__(self):
            told.append("begins")

        def __exit__(self, *_):
            told.append(reader.read(100))

    assert LogOutput(writer, turn=Turn()).write("a line\n")
    assert told == ["begins", b"a line\n"]
