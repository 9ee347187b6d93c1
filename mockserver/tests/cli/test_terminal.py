"""What the streams of a command are."""

import io
import sys

import pytest

from mockserver.cli.terminal import find_descriptor, has_colour


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("environment", "on_terminal", "in_pipe"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"FORCE_COLOR": ""}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, False, False),
    ],
)
def test_colour_is_for_terminals_unless_the_environment_says_otherwise(
    environment, on_terminal, in_pipe
):
    """NO_COLOR beats FORCE_COLOR, and that beats what the stream is."""
    assert has_colour(Terminal(), environment) == on_terminal
    assert has_colour(io.StringIO(), environment) == in_pipe


def test_a_stream_without_a_descriptor_has_none():
    """It is closed, or in memory."""
    assert find_descriptor(None) is None
    assert find_descriptor(io.StringIO()) is None
    assert find_descriptor(sys.__stdout__) == 1
