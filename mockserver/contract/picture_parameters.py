"""Which parameters of a model take the picture that its own begins with: by type and by name."""

from __future__ import annotations

import re
from typing import Any

_WORD = re.compile(r"[a-z]+")
_PICTURES = {"face", "frame", "image", "images", "img", "photo", "picture", "pictures"}
_OTHERS = {"audio", "mask", "video"}
"""Words of names; a mask says which part of a picture is meant, and is none itself."""


def find_picture_parameters(properties: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    """Return the names of the parameters that take a picture, in the order of their declaration.

    Args:
        properties: The schema of each parameter.
    """
    return tuple(name for name, schema in properties.items() if _takes_picture(name, schema))


def _takes_picture(name: str, schema: dict[str, Any]) -> bool:
    """Tell whether texts of any content go in, and the name or the format speaks of a picture."""
    declared = schema.get("type", "string")
    types = {declared} if isinstance(declared, str) else set(declared)
    if "enum" in schema or not types & {"string", "array"}:
        return False
    words = set(_WORD.findall(name.lower()))
    is_named = bool(words & _PICTURES) or schema.get("format") == "uri"
    return is_named and not words & _OTHERS
