"""Writing files that are there whole, or not at all."""

from __future__ import annotations

from pathlib import Path
from secrets import token_hex


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that at no time half of it is there."""
    part = path.with_name(f"{path.name}.{token_hex(4)}.part")
    part.write_bytes(content)
    part.replace(path)
