"""What a run was given to look at or to listen to, in a few words: a parameter and what it holds.

A picture, film or sound comes as an address, a data URL, bare base64 or a file of a form (P3, P5).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mockserver.base.bounds import cut

_LONGEST_NAME = 100
_READ = 2_000
"""Characters of a text that are looked at."""

_URL = re.compile(r"(?:https?|ftp|gs|s3)://[^\s/?#]+(?P<path>[^\s?#]*)", re.IGNORECASE)
_DATA_URL = re.compile(r"data:(?P<type>[\w.+-]+/[\w.+-]+)?[;,]", re.IGNORECASE)
_UPLOADED = re.compile(r"urn:sha256:[0-9a-f]{64}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{60}")


class Source(NamedTuple):
    """The parameter that holds a file, and what can be said of the file: a name or a kind."""

    parameter: str
    name: str


def find_source(params: Mapping[str, Any], first: Iterable[str] = ()) -> Source | None:
    """Return the first parameter that holds a file, those of these names before all others."""
    for name in (*first, *params):
        value = params.get(name)
        for text in value[:1] if isinstance(value, list) else [value]:
            told = _name_file(text[:_READ]) if isinstance(text, str) else ""
            if told:
                return Source(name, cut(told, _LONGEST_NAME))
    return None


def _name_file(text: str) -> str:
    """Return what a text says of a file; nothing where it is none."""
    if match := _URL.match(text):
        return match["path"].rpartition("/")[2] or match[0]
    if match := _DATA_URL.match(text):
        return f"a data URL of {match['type'] or 'text'}"
    if _UPLOADED.fullmatch(text):
        return "a file of the form"
    return "a file in base64" if _BASE64.match(text) else ""
