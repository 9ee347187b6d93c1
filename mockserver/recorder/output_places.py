"""Where in an answer the address of an output stands, as distinct from one that was sent along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mockserver.recorder.origins import Origin, find_origin

_NAMES = {"output", "outputs", "data", "value", "file", "files"}
_NAMES |= {"image", "images", "video", "videos", "audio", "mesh"}
_ENDS = ("url", "urls")
_SENT_ALONG = {"input", "inputs", "parameters", "prompt", "request", "request_body"}
"""What a client has sent, and is shown again: nobody vouches for an address in it."""

_MOST_NESTED = 3
_MAX_DEPTH = 64


def find_outputs(document: Any) -> Iterator[Origin]:
    """Yield the origin of each address that a JSON value names as that of an output.

    That is a string which is an address and nothing else, under a name such as `output`, `data` or
    one that ends with `url` or `urls`; in JSON that is a string of another JSON, too, as workflows
    have it.
    """
    return _walk(document, "", 0, _MOST_NESTED)


def _walk(value: Any, name: str, depth: int, nested: int) -> Iterator[Origin]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        for each, below in value.items():
            if each not in _SENT_ALONG:
                yield from _walk(below, each, depth + 1, nested)
    elif isinstance(value, list):
        for below in value:
            yield from _walk(below, name, depth + 1, nested)
    elif isinstance(value, str):
        yield from _find_in_text(value, name, depth, nested)


def _find_in_text(text: str, name: str, depth: int, nested: int) -> Iterator[Origin]:
    lowered = name.lower()
    if not (lowered in _NAMES or lowered.endswith(_ENDS)):
        return
    if text.lstrip()[:1] in {"{", "["} and nested:
        try:
            inner = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return
        yield from _walk(inner, "", depth + 1, nested - 1)
    elif (origin := find_origin(text)) is not None:
        yield origin
