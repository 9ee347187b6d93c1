"""What is kept of a run's parameters, which may be as long as a body may be.

Of a picture that comes as a data URL its thumbnail is enough, so it need not be kept; nor is a long
prompt repeated as often as it is asked for.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import msgspec

from mockserver.base.bounds import MAX_PAYLOAD_BYTES

LONGEST_TEXT, _BEGINNING = 4_096, 1_024
"""Longer texts are kept by so many characters of their beginning."""

_LONGEST_WHOLE = MAX_PAYLOAD_BYTES // 10
"""Bytes of a parameter that is kept whole whatever the others are."""


def excerpt(payload: bytes) -> bytes:
    """Return parameters as a run keeps them: all of them, or excerpts from what is very long.

    Where they are longer than `MAX_PAYLOAD_BYTES` altogether, a parameter of more than a tenth of
    that keeps the beginnings of its long texts, or its own, with a digest. They are kept in the
    order in which they came, as long as there is room.

    Args:
        payload: The parameters, a JSON object.
    """
    if len(payload) <= MAX_PAYLOAD_BYTES:
        return payload
    kept, room = {}, MAX_PAYLOAD_BYTES
    for name, value in msgspec.json.decode(payload, type=dict[str, msgspec.Raw]).items():
        shown = value if len(value) <= _LONGEST_WHOLE else _excerpt_value(bytes(value))
        size = len(msgspec.json.encode({name: shown}))
        if size <= room:
            kept[name] = shown
            room -= size
    return msgspec.json.encode(kept)


def _excerpt_value(value: bytes) -> Any:
    short = _shorten_value(msgspec.json.decode(value))
    is_short = len(msgspec.json.encode(short)) <= _LONGEST_WHOLE
    return short if is_short else _excerpt_text(value.decode())


def shorten(payload: bytes, whole: tuple[str, ...] = ()) -> bytes:
    """Return parameters with long texts in them shortened to their beginning and a digest.

    Shortening what is short already changes nothing.

    Args:
        payload: The parameters, a JSON object.
        whole: Names of parameters that are kept whole.
    """
    if len(payload) <= LONGEST_TEXT:
        return payload
    params: dict[str, Any] = msgspec.json.decode(payload)
    return msgspec.json.encode(
        {name: value if name in whole else _shorten_value(value) for name, value in params.items()}
    )


def _shorten_value(value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return _excerpt_text(value)
    if isinstance(value, list):
        return [_shorten_value(item) for item in value]
    if isinstance(value, dict):
        return {name: _shorten_value(item) for name, item in value.items()}
    return value


def _excerpt_text(text: str) -> str:
    hashed = blake2b(text.encode(), digest_size=8).hexdigest()
    return f"{text[:_BEGINNING]}… ({len(text)} characters, blake2b {hashed})"
