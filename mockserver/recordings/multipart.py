"""Rewriting the parts of a multipart body, and leaving every other byte as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

_BOUNDARY = re.compile(r';\s*boundary="?([^";]{1,200})"?', re.IGNORECASE)
_NAME = re.compile(r'[;\s]name="((?:[^"\\]|\\.)*)"|[;\s]name=([^;\s"]+)', re.IGNORECASE)
_FILE = re.compile(r"[;\s]filename\*?=", re.IGNORECASE)
_TYPE = re.compile(r"^content-type:[ \t]*(.*?)\r?$", re.IGNORECASE | re.MULTILINE)


class Part(NamedTuple):
    """One part.

    Attributes:
        head: Its headers, without the empty line after them.
        name: Of the field; empty without.
        is_file: Whether it has the name of a file.
        content_type: Its own; empty without.
        content: What it holds.
    """

    head: str
    name: str
    is_file: bool
    content_type: str
    content: bytes


RewritePart: TypeAlias = Callable[[Part], tuple[str, bytes]]
"""Returns the headers and the content that come in the place of a part's."""


def find_boundary(content_type: str) -> str:
    """Return what is between the parts; empty if the header names none."""
    found = _BOUNDARY.search(content_type)
    return found[1] if found else ""


def rewrite_multipart(content: bytes, boundary: str, rewrite: RewritePart) -> bytes:
    """Return a body with each part as `rewrite` has it; what is around the parts is a part, too."""
    between = b"--" + boundary.encode("latin-1", "replace")
    return between.join(_rewrite_part(each, rewrite) for each in content.split(between))


def _rewrite_part(raw: bytes, rewrite: RewritePart) -> bytes:
    separator = b"\r\n\r\n" if b"\r\n\r\n" in raw else b"\n\n"
    head, found, content = raw.partition(separator)
    if not found:
        head, content = b"", raw
    end = b"\r\n" if content.endswith(b"\r\n") else b"\n" if content.endswith(b"\n") else b""
    part = _parse_part(head.decode("utf-8", "surrogateescape"), content[: len(content) - len(end)])
    shown_head, shown = rewrite(part)
    return shown_head.encode("utf-8", "surrogateescape") + found + shown + end


def _parse_part(head: str, content: bytes) -> Part:
    name = _NAME.search(head)
    content_type = _TYPE.search(head)
    return Part(
        head=head,
        name=(name[1] or name[2] or "") if name else "",
        is_file=_FILE.search(head) is not None,
        content_type=content_type[1] if content_type else "",
        content=content,
    )
