"""Finding and reading the data folders, in a wheel as in a checkout."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

from mockserver.base.documents import parse_json
from mockserver.base.errors import ContractError
from mockserver.base.text_encodings import decode_text

_REASONS = {
    errno.ENOENT: "there is no such file",
    errno.EISDIR: "it is a folder; name a file",
    errno.EACCES: "it may not be read (permission denied)",
}

_PACKAGE = Path(__file__).resolve().parent.parent


def find_data_dir(name: str) -> Path:
    """Return the folder `contracts` or `fixtures`: the packaged copy, else the one beside."""
    packaged = _PACKAGE / "_data" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def read_text(path: Path) -> str:
    """Read a text file, a user's or the project's own.

    Raises:
        ValueError: it cannot be read, or is not UTF-8; the message says why, and what to do.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(_REASONS.get(error.errno or 0, error.strerror)) from None
    return decode_text(data)


def read_json(path: Path) -> Any:
    """Read one JSON file.

    Raises:
        ContractError: it cannot be read or is not JSON.
    """
    try:
        return parse_json(read_text(path))
    except ValueError as error:
        raise ContractError(str(path), "", str(error)) from None


def read_folder(folder: Path) -> dict[Path, Any]:
    """Read every `*.json` of a folder, in the order of their names."""
    return {path: read_json(path) for path in sorted(folder.glob("*.json"))}
