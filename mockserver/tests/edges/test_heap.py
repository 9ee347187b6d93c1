"""Freed memory goes back to the system, where its C library can be asked."""

import ctypes
import sys

import pytest

from mockserver.edges.heap import give_back_big_blocks, return_memory

ASKED = {return_memory: "malloc_trim", give_back_big_blocks: "mallopt"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks glibc")
@pytest.mark.parametrize(("ask", "name"), ASKED.items())
def test_glibc_is_asked(ask, name):
    """On Linux with glibc there is something to ask, and it answers."""
    has_it = hasattr(ctypes.CDLL(None), name)
    assert ask() is has_it


@pytest.mark.parametrize("ask", ASKED)
def test_another_c_library_is_left_alone(monkeypatch, ask):
    """Where there is no such function nothing happens."""
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    assert ask() is False
