"""What is known about the API, as data: the models' contracts, found beside the emulator.

The kit reads these files and nothing else of the emulator: it is never imported.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]

_URN = "urn:segmock:shared:"


def folder() -> Path:
    """Return the folder `contracts`: the wheel's copy, or the one beside the packages.

    Raises:
        FileNotFoundError: the emulator is not installed.
    """
    found = find_spec("mockserver")
    if found is None or found.origin is None:
        raise FileNotFoundError("segmock's contracts are not there: the package is incomplete")
    package = Path(found.origin).parent
    packaged = package / "_data" / "contracts"
    return packaged if packaged.is_dir() else package.parent / "contracts"


@cache
def models() -> dict[str, Schema]:
    """Return each model's schema by its slug, references resolved."""
    shared = {each["$id"]: each for each in _read(folder() / "shared")}
    schemas = (_resolve(each, each, shared) for each in _read(folder() / "models"))
    return {each["x-model"]["slug"]: each for each in schemas}


def _read(where: Path) -> list[Schema]:
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(where.glob("*.json"))]


def _resolve(value: Any, document: Schema, shared: dict[str, Schema]) -> Any:
    """Return a schema in which what a reference points to stands in its place."""
    if isinstance(value, list):
        return [_resolve(item, document, shared) for item in value]
    if not isinstance(value, dict):
        return value
    rest = {name: _resolve(item, document, shared) for name, item in value.items()}
    target = rest.pop("$ref", None)
    if target is None:
        return rest
    urn, _, pointer = target.partition("#/")
    home = shared[urn] if urn.startswith(_URN) else document
    found: Any = home
    for part in pointer.split("/"):
        found = found[part]
    return {**_resolve(found, home, shared), **rest}
