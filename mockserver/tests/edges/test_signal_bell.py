"""Signals that make a socket readable, and do nothing else."""

import signal

from mockserver.edges.signal_bell import ring_for


def test_each_signal_is_a_byte_with_its_number():
    """In the order in which they came; nobody is interrupted."""
    with ring_for([signal.SIGTERM, signal.SIGINT]) as bell:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
        assert list(bell.recv(10)) == [signal.SIGTERM, signal.SIGINT]


def test_handlers_are_what_they_were_before():
    """Also the descriptor that signals were told at."""
    before = signal.getsignal(signal.SIGTERM)
    with ring_for([signal.SIGTERM]):
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
    assert signal.set_wakeup_fd(-1) == -1
