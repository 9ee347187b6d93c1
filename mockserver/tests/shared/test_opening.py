"""Who joins a world of which others decided is told so."""

import logging

from mockserver.emulator import Emulator


def test_a_clock_that_is_not_the_worlds_is_told(redis_url, caplog):
    """Once, as the process joins; one that names the same clock has nothing to be told."""
    with caplog.at_level(logging.WARNING, "segmock"):
        Emulator(store=redis_url, clock="frozen")
        Emulator(store=redis_url, clock="frozen")
        assert caplog.records == []
        Emulator(store=redis_url, clock="auto")
    [record] = caplog.records
    assert "by its own clock, frozen, and not by auto" in record.getMessage()
