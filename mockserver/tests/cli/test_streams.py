"""No character fails to be written, whatever encoding the system prefers."""

import subprocess
import sys
from io import BytesIO, StringIO, TextIOWrapper

import pytest

from mockserver.cli.streams import write_every_character
from mockserver.tests.processes import environment

TEXT = "✓ 16 → “Übersicht”"


class Terminal(BytesIO):
    """Bytes that a terminal shows."""

    def isatty(self):
        """Tell that it is one."""
        return True


def write(buffer, encoding):
    """Return the bytes that arrive when a text is written in an encoding."""
    stream = TextIOWrapper(buffer, encoding=encoding)
    write_every_character(stream)
    stream.write(TEXT)
    stream.flush()
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1", "ascii", "utf-16"])
def test_files_and_pipes_get_utf8(encoding):
    """Whatever the system prefers."""
    assert write(BytesIO(), encoding) == TEXT.encode()


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", TEXT), ("cp1252", "? 16 ? “Übersicht”"), ("ascii", "? 16 ? ??bersicht?")],
)
def test_a_terminal_shows_what_it_can(encoding, shown):
    """In its own encoding, with a question mark for what that lacks."""
    assert write(Terminal(), encoding) == shown.encode(encoding)


def test_what_is_no_stream_of_the_system_is_left_alone():
    """A program without stdout, and one whose stdout somebody has replaced, have none."""
    replaced = StringIO()
    write_every_character(None, replaced)
    replaced.write(TEXT)
    assert replaced.getvalue() == TEXT


def test_a_command_prints_utf8_on_a_system_that_prefers_something_else():
    """With words that ASCII lacks."""
    printed = {
        encoding: subprocess.run(
            [sys.executable, "-m", "mockserver", "driver", "new", "python", "-"],
            env=environment(PYTHONIOENCODING=encoding),
            capture_output=True,
            check=True,
        ).stdout
        for encoding in ("ascii", "utf-8")
    }
    assert printed["ascii"] == printed["utf-8"]
    assert not printed["utf-8"].isascii()
