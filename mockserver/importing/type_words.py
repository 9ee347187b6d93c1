"""The words with which pages and clients name the type of a parameter, as JSON Schemas."""

from __future__ import annotations

import re
from typing import Any

URI = {"type": "string", "format": "uri", "pattern": "^[A-Za-z][A-Za-z0-9+.-]*:"}
"""An absolute URI; a data URL is one."""

_WORDS: dict[str, dict[str, Any]] = {
    "any": {},
    "array": {"type": "array"},
    "base64": {"type": "string", "contentEncoding": "base64"},
    "bool": {"type": "boolean"},
    "boolean": {"type": "boolean"},
    "file": {"type": "string"},
    "float": {"type": "number"},
    "image": {"type": "string"},
    "int": {"type": "integer"},
    "integer": {"type": "integer"},
    "list": {"type": "array"},
    "null": {"type": "null"},
    "number": {"type": "number"},
    "object": {"type": "object"},
    "str": {"type": "string"},
    "string": {"type": "string"},
    "string (base64)": {"type": "string", "contentEncoding": "base64"},
    "string (uri)": URI,
    "string (url)": URI,
    "text": {"type": "string"},
    "uri": URI,
    "url": URI,
}

_REMARK = re.compile(r"\s*(?:,[^()|]*)?\)")
"""What may follow the first word in parentheses: `string (base64, no data URL)`."""

_VARIANTS = re.compile(r"\(one of:.*\)")


def parse_type(words: str) -> dict[str, Any] | None:
    """Return the JSON Schema of what words like `string (uri) | string[]` name.

    Returns:
        The schema, {} for `any`; None for words that are not known.
    """
    members = [_parse_member(each) for each in _VARIANTS.sub("", words).split("|")]
    known = [each for each in members if each is not None]
    if len(known) < len(members):
        return None
    return _unite(known)


def _parse_member(words: str) -> dict[str, Any] | None:
    name = _REMARK.sub(")", words.strip().lower())
    if name in _WORDS:
        return dict(_WORDS[name])
    if not name.endswith("[]"):
        return None
    items = _parse_member(name[:-2])
    if items is None:
        return None
    return {"type": "array", "items": items} if items else {"type": "array"}


def _unite(members: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a schema that takes what any of these takes, as short as it can be."""
    distinct = [each for index, each in enumerate(members) if each not in members[:index]]
    if {} in distinct:
        return {}
    types = {each["type"] for each in distinct}
    if len(distinct) == 1:
        return distinct[0]
    if len(types) == 1:
        return {"type": types.pop()}
    plain = [each["type"] for each in distinct if len(each) == 1]
    return {"type": plain} if len(plain) == len(distinct) else {"anyOf": distinct}
