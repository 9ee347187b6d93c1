"""Pauses between submits."""

from __future__ import annotations

from mockserver.tests.verifier.service import VirtualClock
from mockserver.verifier.pacing import Pacer


def test_no_minute_has_more_submits_than_the_smallest_plan_allows():
    """The sixth waits for the first to be a minute old."""
    clock = VirtualClock()
    pacer, sent = Pacer(clock), []
    for _ in range(12):
        pacer.wait()
        sent.append(clock.now_s())
    assert all(later - earlier > 60 for earlier, later in zip(sent, sent[5:], strict=False))
    assert sent[4] == 0


def test_after_a_429_the_window_is_waited_out():
    """Whatever the answer says of it."""
    clock = VirtualClock()
    pacer = Pacer(clock)
    pacer.wait()
    pacer.hold()
    pacer.wait()
    assert clock.now_s() > 60
