"""The note every image carries: which model, which seed, which parameters.

The note is one compact JSON object, ``{"model":…,"seed":…,"params":{…}}``, with the parameters
exactly as they were received.  A PNG holds it in an ``iTXt`` chunk; JPEG and WebP hold it in the
EXIF field ImageDescription, which is ASCII and, in a JPEG, shorter than 64 KiB; a GIF holds it in a
comment, which is ASCII too.
"""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["IMAGE_DESCRIPTION", "KEYWORD", "describe", "parse_params", "read_metadata", "to_ascii"]

KEYWORD: Final = "segmock"
"""The keyword of the PNG text chunk."""

IMAGE_DESCRIPTION: Final = 0x010E
"""The number of the EXIF field."""

_NON_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_CUT: Final = "..."


def parse_params(params: bytes) -> dict[str, object]:
    """Return the parameters as a dict; raise ValueError unless they are a JSON object in UTF-8."""
    try:
        value = json.loads(params.decode())
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"params must be a JSON object in UTF-8; got {params[:80]!r} ({error})"
        ) from error
    if not isinstance(value, dict):
        raise ValueError(f"params must be a JSON object; got {params[:80]!r}")  # noqa: TRY004
    return value


def describe(model: str, seed: int, params: bytes) -> str:
    """Return the note as JSON text; ``params`` must be a JSON object and is kept as given."""
    return f'{{"model":{json.dumps(model)},"seed":{seed},"params":{params.decode()}}}'


def to_ascii(description: str, max_chars: int | None = None) -> str:
    """Return the note as ASCII JSON of at most ``max_chars`` characters.

    A note that is too long loses the ends of its longest strings, each marked with ``...``; one
    that is too long for another reason loses its parameters.  The result is valid JSON.
    """
    text = _NON_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], description)
    if max_chars is None or len(text) <= max_chars:
        return text
    note = json.loads(text)
    longest = max_chars
    while longest > len(_CUT):
        longest //= 2
        text = _encode(_shorten(note, longest))
        if len(text) <= max_chars:
            return text
    # An escaped character takes at most twelve, so this leaves room for any model.
    return _encode(_shorten({**note, "params": {_CUT: _CUT}}, max_chars // 16))


def read_metadata(image: bytes) -> dict[str, object]:
    """Return the note inside an image: a dict with the keys ``model``, ``seed`` and ``params``.

    ``image`` is the bytes of a PNG, JPEG, WebP or GIF file made by ``render``.  Raises ValueError
    when they are no image or one without a note.
    """
    from PIL import Image, UnidentifiedImageError  # kept out of start-up

    try:
        with Image.open(BytesIO(image)) as opened:
            note = json.loads(_find_note(opened))
    except UnidentifiedImageError as error:
        raise ValueError(
            f"expected the bytes of a PNG, JPEG, WebP or GIF image; got {image[:16]!r}"
        ) from error
    except (TypeError, json.JSONDecodeError):
        note = None
    if not isinstance(note, dict) or not note.keys() >= {"model", "seed", "params"}:
        raise ValueError(
            "expected an image made by segmock; this one has no model, seed and params inside"
        )
    return note


def _find_note(image: Image.Image) -> str | bytes:
    """Return the text in the place where an image of this format holds its note."""
    if image.format == "GIF":
        return bytes(image.info.get("comment", b""))
    return str(image.info.get(KEYWORD) or image.getexif().get(IMAGE_DESCRIPTION, ""))


def _encode(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _shorten(value: object, longest: int) -> object:
    """Return a copy of a JSON value with every string cut to ``longest`` characters."""
    if isinstance(value, str) and len(value) > longest:
        return value[: max(0, longest - len(_CUT))] + _CUT
    if isinstance(value, dict):
        return {key: _shorten(item, longest) for key, item in value.items()}
    if isinstance(value, list):
        return [_shorten(item, longest) for item in value]
    return value
