"""Kinds of models: what a model is taken to be like of which its task alone is known (inferred)."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from mockserver.contract.files import find_data_dir, read_json

TASKS = {
    "image": "text-to-image",
    "video": "text-to-video",
    "audio": "text-to-audio",
    "text": "text",
    "json": "text",
}
"""The task of a model of which nothing is known but what it makes."""


class Takes(msgspec.Struct, frozen=True):
    """Parameters that every model of a kind takes, the shared schema of its body, and why."""

    what: str
    fact: str
    schema: str = msgspec.field(name="$ref")
    properties: dict[str, Any]


class Kind(msgspec.Struct, frozen=True):
    """What the models of one task have in common.

    Attributes:
        task: What goes in and what comes out.
        modalities: The words for it in the vendor's directory.
        description: What such a model does.
        example: A body that it may be sent.
        takes: What every such model takes, whatever its own file says of these parameters.
        model: The `x-model` part of such a model, as far as its contract does not say it.
    """

    task: str
    modalities: tuple[str, ...]
    description: str
    example: dict[str, Any]
    model: dict[str, Any]
    takes: Takes | None = None


@cache
def load_kinds() -> dict[str, Kind]:
    """Return the kinds of `contracts/kinds.json` by their task, in the order of the file.

    They are read once; nobody changes what comes.
    """
    rows = read_json(find_data_dir("contracts") / "kinds.json")["kinds"]
    return {kind.task: kind for kind in msgspec.convert(rows, list[Kind])}


def find_task(modality: str) -> str:
    """Return the task of a modality of the vendor's directory.

    Raises:
        LookupError: no kind has this modality.
    """
    task = _find_tasks().get(modality)
    if task is None:
        known = ", ".join(sorted(_find_tasks()))
        raise LookupError(f"no kind of contracts/kinds.json has the modality {modality!r}: {known}")
    return task


@cache
def _find_tasks() -> dict[str, str]:
    return {name: kind.task for kind in load_kinds().values() for name in kind.modalities}
