"""Folding: what says the same again of a call is counted."""

import re
from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from mockserver.control import log_folder
from mockserver.control.log_folder import LogFolder
from mockserver.control.log_lines import Palette

said = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["1", "2"])))


def fold(*said, folder=None):
    """Return the lines that come of texts about calls, a second apart."""
    folder = folder or LogFolder(zone=UTC)
    return [line for at_s, each in enumerate(said) for line in folder.add(*each, float(at_s))]


def count(lines):
    """Return how often something was said, by the lines that tell of it."""
    gaps = [re.search(r"… (\d+) more", line) for line in lines]
    return sum(int(gap[1]) if gap else 1 for gap in gaps)


def test_what_says_the_same_again_is_counted_until_something_else_is_said():
    """The first is shown, then a number, then what is new."""
    poll = ("poll", "200 PROCESSING")
    assert fold(poll, poll, poll, ("poll", "200 COMPLETED")) == [
        "00:00:00.000 200 PROCESSING",
        "             … 2 more like it, until 00:00:02.000",
        "00:00:03.000 200 COMPLETED",
    ]


def test_a_line_about_another_call_comes_after_the_number():
    """So `like it` stands beneath the line that is meant; counting goes on afterwards."""
    assert fold(("a", "1"), ("a", "1"), ("b", "2"), ("a", "1"), ("a", "3")) == [
        "00:00:00.000 1",
        "             … 1 more like it, until 00:00:01.000",
        "00:00:02.000 2",
        "             … 1 more like 1, until 00:00:03.000",
        "00:00:04.000 3",
    ]


def test_calls_that_take_turns_are_folded_too():
    """Two jobs that are polled by turns are shown once each."""
    folder = LogFolder(zone=UTC)
    assert len(fold(*[("a", "1"), ("b", "2")] * 50, folder=folder)) == 2
    assert list(folder.flush()) == [
        "             … 49 more like 1, until 00:01:38.000",
        "             … 49 more like 2, until 00:01:39.000",
    ]
    assert not folder.is_counting


def test_what_was_counted_for_long_is_told():
    """So somebody who watches sees that it goes on."""
    folder = LogFolder(zone=UTC)
    fold(("a", "1"), ("a", "1"), ("b", "2"), ("b", "2"), folder=folder)
    assert folder.is_counting
    assert list(folder.flush(before_s=3)) == []
    assert list(folder.flush(before_s=4)) == ["             … 1 more like it, until 00:00:03.000"]


def test_what_is_about_no_call_is_never_folded():
    """It comes between, so what was counted is told before it."""
    folder = LogFolder(zone=UTC)
    fold(("a", "1"), ("a", "1"), folder=folder)
    assert list(folder.write("MUST be heard", 5)) == [
        "             … 1 more like it, until 00:00:01.000",
        "00:00:05.000 MUST be heard",
    ]
    assert list(folder.write("MUST be heard", 6)) == ["00:00:06.000 MUST be heard"]


def test_numbers_are_painted_as_little_is_to_be_seen_of_them():
    """A line within a number keeps its own colours."""
    folder = LogFolder(Palette(has_colour=True), UTC)
    fold(("a", "\x1b[32m1\x1b[0m"), ("b", "2"), ("a", "\x1b[32m1\x1b[0m"), folder=folder)
    [line] = folder.flush()
    assert line.endswith(
        "\x1b[2m… 1 more like \x1b[0m\x1b[32m1\x1b[0m\x1b[2m, until 00:00:02.000\x1b[0m"
    )


@given(said, st.integers(1, 3))
def test_everything_that_was_said_is_told_once(said, most):
    """As a line or in a number, however many calls are known; a line is never counted twice."""
    folder = LogFolder(zone=UTC)
    before, log_folder._MOST_CALLS = log_folder._MOST_CALLS, most
    try:
        lines = [*fold(*said, folder=folder), *folder.flush()]
    finally:
        log_folder._MOST_CALLS = before
    assert count(lines) == len(said)
    assert not folder.is_counting


@given(said)
def test_no_line_repeats_what_was_last_said_of_its_call(said):
    """A line is written only where something else is said of the call."""
    changes, last = 0, {}
    for call, text in said:
        changes += last.get(call) != text
        last[call] = text
    assert len([line for line in fold(*said) if "more like" not in line]) == changes
