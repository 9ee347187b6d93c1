"""What a request's body says, as a value that others can be held against.

JSON is equal as values are: numbers as doubles, members in any order. A form is its fields, a
multipart body its fields and the digests of its files, whatever its boundary. Anything else is its
digest. Names that stand for secrets count without their numbers, which tell them apart within one
recording.
"""

from __future__ import annotations

import re
from typing import Any, Literal, TypeAlias
from urllib.parse import parse_qsl

import msgspec

from mockserver.base.content_types import parse_content_type
from mockserver.base.errors import ApiError
from mockserver.facts.observed import Body
from mockserver.gateway.multipart import Form
from mockserver.recordings.shapes import KINDS

Kind: TypeAlias = Literal["nothing", "json", "form", "multipart", "bytes", "unknown"]

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_LABEL = re.compile(rf"(?<![\w-])({'|'.join(KINDS)})-[0-9]+(?![\w-])")


class BodyValue(msgspec.Struct, frozen=True):
    """A body: what it is, and its value.

    Attributes:
        kind: How it was read; `unknown` where a recording has not kept it.
        value: JSON, a dictionary of lists of texts, or the digest of the bytes.
    """

    kind: Kind
    value: Any = None

    @property
    def key(self) -> bytes:
        """The same bytes for bodies that say the same."""
        return self.kind.encode() + b" " + msgspec.json.encode(self.value, order="deterministic")


NOTHING = BodyValue("nothing")


def read_body(content_type: str, body: Body) -> BodyValue:
    """Read a body as its content type has it, or as JSON where it is that whatever it is called."""
    if body.content is None:
        return BodyValue("unknown", body.digest) if body.size else NOTHING
    if not body.content:
        return NOTHING
    media, _ = parse_content_type(content_type.encode("latin-1", "replace"))
    if media == _MULTIPART and (form := _read_multipart(content_type, body.content)) is not None:
        return BodyValue("multipart", form)
    if media == _FORM:
        return BodyValue("form", _read_pairs(body.content.decode("latin-1")))
    if body.document is not msgspec.UNSET:
        return BodyValue("json", read_as_doubles(body.document))
    return BodyValue("bytes", body.digest)


def read_query(query: str) -> dict[str, list[str]]:
    """Return the parameters of a query, by name."""
    return _read_pairs(query)


def read_as_doubles(value: Any) -> Any:
    """Return a JSON value with all its numbers as doubles; an integer beyond those stays."""
    if isinstance(value, dict):
        return {name: read_as_doubles(member) for name, member in value.items()}
    if isinstance(value, list):
        return [read_as_doubles(each) for each in value]
    if isinstance(value, str):
        return drop_numbers(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    try:
        return float(value) + 0.0  # which makes 0.0 of -0.0
    except OverflowError:
        return str(value)


def drop_numbers(text: str) -> str:
    """Return a text with `key` where a recording has `key-2`."""
    return _LABEL.sub(r"\1", text)


def _read_pairs(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        found.setdefault(name, []).append(drop_numbers(value))
    return found


def _read_multipart(content_type: str, content: bytes) -> dict[str, list[str]] | None:
    """Return the fields, and files as digests; None if it cannot be read."""
    form = Form()
    try:
        form.read(content_type.encode("latin-1", "replace"), content)
    except (ApiError, ValueError):
        return None
    return {name: [drop_numbers(each) for each in values] for name, values in form.values.items()}
