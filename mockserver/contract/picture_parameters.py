"""Which parameters of a model take the picture that its own begins with: by type and by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
"""`imageUrl` and `image_url` have the same two."""

_PICTURES = {"face", "frame", "image", "images", "img", "photo", "picture", "pictures"}
_OTHERS = {"audio", "mask", "video"}
"""Words of names; a mask says which part of a picture is meant, and is none itself."""

_MOST_NAMES, _LONGEST_NAME = 64, 64
"""Of what a request carries undeclared, so many names are looked at, of so many characters."""


def find_picture_parameters(properties: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    """Return the names of the parameters that take a picture, in the order of their declaration.

    Args:
        properties: The schema of each parameter.
    """
    return tuple(name for name, schema in properties.items() if _takes_picture(name, schema))


def find_picture_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return those of the first few names, of which nothing else is known, that speak of a picture.

    Args:
        names: What a request carries that no contract declares.
    """
    return tuple(
        name
        for name in islice(names, _MOST_NAMES)
        if len(name) <= _LONGEST_NAME and _takes_picture(name, {})
    )


def _takes_picture(name: str, schema: dict[str, Any]) -> bool:
    """Tell whether texts of any content go in, and the name or the format speaks of a picture."""
    declared = schema.get("type", "string")
    types = {declared} if isinstance(declared, str) else set(declared)
    if "enum" in schema or not types & {"string", "array"}:
        return False
    words = {word.lower() for word in _WORD.findall(name)}
    is_named = bool(words & _PICTURES) or schema.get("format") == "uri"
    return is_named and not words & _OTHERS
