"""Golden exchanges as data: what the gateway answers, for tests that start no server.

`load("ideogram-3/completed")` returns one exchange as its file has it::

    {"name", "provenance": {…}, "request": {"method", "path", "headers", "body"},
     "response": {"status", "headers", "body"}}

A JSON body is a JSON value, HTML is a string, an image is `{"media": {…}}`. The files lie in
`fixtures/exchanges` and can be read from any language.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mockserver.contract.files import data_dir, read_json
from mockserver.core.errors import EmulatorError


def exchanges_dir() -> Path:
    """Return the folder with a folder of exchanges for each model."""
    return data_dir("fixtures") / "exchanges"


def names() -> list[str]:
    """Return the name of every golden exchange, such as `ideogram-3/completed`."""
    root = exchanges_dir()
    return sorted(str(path.relative_to(root).with_suffix("")) for path in root.glob("*/*.json"))


def load(name: str) -> dict[str, Any]:
    """Return a golden exchange by name.

    Raises:
        EmulatorError: there is none of this name.
    """
    if name not in names():
        raise EmulatorError(
            f"there is no golden exchange {name!r}", hint="mockserver.fixtures.names() lists them"
        )
    exchange: dict[str, Any] = read_json(exchanges_dir() / f"{name}.json")
    return exchange


def media(name: str) -> bytes:
    """Return a small input image: `input.png`, `input.jpg` or `input.webp`.

    Raises:
        EmulatorError: there is none of this name.
    """
    path = data_dir("fixtures") / "media" / name
    if path.parent.name != "media" or not path.is_file():
        known = ", ".join(sorted(each.name for each in path.parent.glob("*")))
        raise EmulatorError(f"there is no input image {name!r}", hint=f"there are {known}")
    return path.read_bytes()
