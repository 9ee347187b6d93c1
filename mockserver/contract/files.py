"""Finding and reading the data folders, in a wheel as in a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from mockserver.base.errors import ContractError
from mockserver.base.text_encodings import decode_text

_PACKAGE = Path(__file__).resolve().parent.parent


def find_data_dir(name: str) -> Path:
    """Return the folder `contracts` or `fixtures`: the packaged copy, else the one beside."""
    packaged = _PACKAGE / "_data" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def read_text(path: Path) -> str:
    """Read a text file, a user's or the project's own.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not UTF-8; the message says what it is, and what to do.
    """
    return decode_text(path.read_bytes())


def read_json(path: Path) -> Any:
    """Read one JSON file.

    Raises:
        ContractError: it cannot be read or is not JSON.
    """
    try:
        return msgspec.json.decode(read_text(path))
    except OSError as error:
        raise ContractError(str(path), "$", error.strerror or str(error)) from None
    except (ValueError, RecursionError) as error:
        raise ContractError(str(path), "$", f"it is not JSON: {error}") from None


def read_folder(folder: Path) -> dict[Path, Any]:
    """Read every `*.json` of a folder, in the order of their names."""
    return {path: read_json(path) for path in sorted(folder.glob("*.json"))}
