"""What is known of the API, as data: each model's schema, found beside the emulator.

The kit reads these files and nothing else of the emulator: it is never imported.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

Schema: TypeAlias = dict[str, Any]

Level: TypeAlias = Literal["verified", "partial", "listed"]
"""How much is known of a model: all parameters, some, or none but what its kind mostly takes."""

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
def models() -> Mapping[str, Schema]:
    """Return each model's schema by its slug, references resolved.

    A schema has `properties`, and under `x-model` at least `slug`, `level`, `task`, `typical_s` and
    `may_be_retired`: of models that are not in the directory nobody knows whether they still run.
    Where nothing is known of the parameters, `examples` has a body that models of its kind take.
    """
    return _Models(folder())


def find_model(slug: str) -> Schema:
    """Return the schema of one model.

    Raises:
        LookupError: there is no such model; the message says which ones are close.
    """
    if slug not in models():
        close = " or ".join(get_close_matches(slug, models()))
        hint = f": did you mean {close}?" if close else ", and none that is close"
        raise LookupError(f"the vendor has no model {slug!r}{hint}")
    return models()[slug]


@cache
def levels() -> Mapping[str, Level]:
    """Return each model's level by its slug; every file is read for it."""
    return {slug: schema["x-model"]["level"] for slug, schema in models().items()}


def slugs(level: Level | None = None) -> list[str]:
    """Return the slugs of a level, or all of them, sorted.

    Raises:
        ValueError: there is no such level.
    """
    if level is None:
        return list(models())
    if level not in get_args(Level):
        raise ValueError(f"there is no level {level!r}: it is one of {', '.join(get_args(Level))}")
    return [slug for slug, each in levels().items() if each == level]


class _Models(Mapping[str, Schema]):
    """The schemas of all models; each file is read when its slug is first asked for.

    Args:
        root: The folder `contracts`.
    """

    def __init__(self, root: Path) -> None:
        self._whole = _index_files(root / "models")
        self._parts = _index_files(root / "parameters")
        self._rows: dict[str, Schema] = {
            row["slug"]: row for row in _read(root / "directory.json")["models"]
        }
        self._slugs = sorted(self._whole.keys() | self._parts.keys() | self._rows.keys())
        kinds = _read(root / "kinds.json")["kinds"]
        self._kinds: dict[str, Schema] = {kind["task"]: kind for kind in kinds}
        self._tasks = {name: kind["task"] for kind in kinds for name in kind["modalities"]}
        self._shared = {each["$id"]: each for each in map(_read, (root / "shared").glob("*.json"))}
        self._made: dict[str, Schema] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._slugs)

    def __len__(self) -> int:
        return len(self._slugs)

    def __contains__(self, slug: object) -> bool:
        return slug in self._whole or slug in self._parts or slug in self._rows

    def __getitem__(self, slug: str) -> Schema:
        if slug not in self:
            raise KeyError(slug)
        if slug not in self._made:
            self._made[slug] = self._make(slug)
        return self._made[slug]

    def _make(self, slug: str) -> Schema:
        if slug in self._whole:
            document = _read(self._whole[slug])
            terms = {"level": "partial", "may_be_retired": False, **document["x-model"]}
        else:
            document = _read(self._parts[slug]) if slug in self._parts else {}
            terms = self._complete_terms(slug, document.get("x-model", {}))
        schema = {"properties": {}, **document, "x-model": terms}
        if not schema["properties"]:
            schema.setdefault("examples", [self._kinds[terms["task"]]["example"]])
        return _resolve(schema, schema, self._shared)  # type: ignore[no-any-return]

    def _complete_terms(self, slug: str, known: Schema) -> Schema:
        """Return what a part says of its model, with what the directory and its kind say beside."""
        row = self._rows.get(slug)
        task = self._tasks[row["modality"]] if row else known["task"]
        typical_s = (row and row["seconds"]) or self._kinds[task]["model"]["typical_s"]
        usual = {"slug": slug, "level": "listed", "task": task, "typical_s": typical_s}
        return {**usual, "may_be_retired": row is None, **known}


def _index_files(where: Path) -> dict[str, Path]:
    """Return the files of a folder by slug, which is each file's name without .json."""
    return {file.name.removesuffix(".json"): file for file in where.glob("*.json")}


def _read(file: Path) -> Schema:
    document: Schema = json.loads(file.read_text(encoding="utf-8"))
    return document


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
