"""How much of a request is read, and how much of it is repeated: every number of that kind.

No public source says how much the gateway takes; these are far above what its models need, and
low enough that reading anything within them takes a fraction of a second (inferred).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

MAX_DEPTH = 100
"""Levels of arrays and objects in a JSON body."""

MAX_VALUES = 100_000
"""Members and elements in a JSON body, at all levels together."""

MAX_PAIRS = 1_000
"""Pairs of name and value in a query or a form."""

MAX_FORM_BYTES = 1024 * 1024
"""Bytes of an urlencoded form, which has no files in it."""

MAX_PARTS = 1_000
"""Parts of a multipart body."""

MAX_DATA_URLS = 1_000
"""Files in one upload: as many as an account may keep."""

MAX_EXPLAINED_VALUES = 2_000
"""Values of a wrong body up to which every error in it is looked at, to name the telling one."""

SMALL_BODY_BYTES = 64 * 1024
"""A body up to this is read while it is handled; a larger one before, outside the lock."""

MAX_PAYLOAD_BYTES = 1_000_000
"""Bytes of its parameters that a run keeps, and repeats where they are asked for."""

MAX_SHOWN_VALUE = 80
"""Characters of a value, or of a name in a body, that an error repeats."""

MAX_SHOWN_NAME = 200
"""Characters of a slug, an id or a path that an error repeats."""

MAX_MESSAGE = 1_000
"""Characters of an error's message."""


def cut(text: str, most: int) -> str:
    """Return a text, or its first `most` characters and an ellipsis."""
    return text if len(text) <= most else text[:most] + "…"


def show(value: Any) -> str:
    """Spell a JSON value as an error repeats it, without spelling more of it than is shown."""
    text = ""
    for piece in _spell(value):
        text += piece
        if len(text) > MAX_SHOWN_VALUE:
            break
    return cut(text, MAX_SHOWN_VALUE)


def _spell(value: Any) -> Iterator[str]:
    """Yield the compact JSON of a value piece by piece; of a long text, its beginning."""
    if isinstance(value, dict):
        yield "{"
        for index, (name, member) in enumerate(value.items()):
            yield "," if index else ""
            yield from _spell(name)
            yield ":"
            yield from _spell(member)
        yield "}"
    elif isinstance(value, list):
        yield "["
        for index, element in enumerate(value):
            yield "," if index else ""
            yield from _spell(element)
        yield "]"
    else:
        scalar = value[: MAX_SHOWN_VALUE + 1] if isinstance(value, str) else value
        yield msgspec.json.encode(scalar).decode()


def holds_more_values_than(value: Any, most: int) -> bool:
    """Tell whether a JSON value holds more members and elements than this, at all levels."""
    count, waiting = 0, [value]
    while waiting:
        container = waiting.pop()
        count += len(container)
        if count > most:
            return True
        children = container.values() if isinstance(container, dict) else container
        waiting += [child for child in children if isinstance(child, dict | list)]
    return False
