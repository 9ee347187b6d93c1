"""Freed memory goes back to the system, where its C library can be asked."""

import ctypes
import sys

import pytest

from mockserver.edges.heap import return_memory


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks glibc")
def test_glibc_is_asked():
    """On Linux with glibc there is something to ask, and it answers."""
    has_it = hasattr(ctypes.CDLL(None), "malloc_trim")
    assert return_memory() is has_it


def test_another_c_library_is_left_alone(monkeypatch):
    """Where there is no such function nothing happens."""
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    assert return_memory() is False
