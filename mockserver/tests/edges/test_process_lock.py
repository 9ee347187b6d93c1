"""A lock between processes, which a dead one does not keep."""

import os
import signal

import pytest

from mockserver.edges.process_lock import ProcessLock
from mockserver.tests.patience import PATIENCE_S


@pytest.fixture
def file(tmp_path):
    """A file for a lock."""
    with (tmp_path / "lock").open("wb") as file:
        yield file


@pytest.fixture
def holder(file):
    """Fork a process that takes a lock, says so, and dies or waits; return what a test needs."""
    lock, (reader, writer) = ProcessLock(file), os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.alarm(PATIENCE_S)
        with lock:
            os.write(writer, b"held")
            signal.pause()
    assert os.read(reader, 4) == b"held"
    yield lock, pid
    os.close(reader)
    os.close(writer)


def test_one_process_waits_for_another_which_lets_go_when_it_dies(holder):
    """Not before it has died, and then at once."""
    lock, pid = holder
    reader, writer = os.pipe()
    waiting = os.fork()
    if waiting == 0:
        signal.alarm(PATIENCE_S)
        os.write(writer, b"wait")
        with lock:
            os.write(writer, b"held")
        os._exit(0)
    assert os.read(reader, 10) == b"wait"
    os.set_blocking(reader, False)
    with pytest.raises(BlockingIOError):
        os.read(reader, 10)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert os.waitpid(waiting, 0)[1] == 0
    assert os.read(reader, 10) == b"held"
    os.close(reader)
    os.close(writer)
