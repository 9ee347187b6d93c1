"""The log on stderr: in which colours, and whether there is a stderr at all."""

import io
import sys

import pytest

from mockserver.cli.serve_log import find_descriptor, make_palette


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        """Say so."""
        return True


@pytest.mark.parametrize("value", ["", "1"])
@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_a_terminal_has_colour_unless_that_is_forbidden(monkeypatch, stream, value):
    """NO_COLOR forbids it, with any value."""
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", value)
    is_painted = make_palette(stream).paint("a", "dim") != "a"
    assert is_painted == (stream.isatty() and not value)


def test_a_stream_without_a_descriptor_has_none():
    """It is closed, or in memory."""
    assert find_descriptor(None) is None
    assert find_descriptor(io.StringIO()) is None
    assert find_descriptor(sys.__stdout__) == 1
