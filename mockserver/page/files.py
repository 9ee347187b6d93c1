"""The files of the page: which there are, of what type, and what a browser may do with them."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from mockserver.base.error_pages import HTML

FOLDER = Path(__file__).parent / "static"
SHELL = "index.html"
"""The page itself, which names the files that it needs."""

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": HTML,
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_TAG_DIGITS = 32

_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "font-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": "; ".join(_POLICY),
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",
}
"""What is said with each file: nothing runs or is loaded but what this server has, no other origin
may load or frame it, and a browser asks each time whether it is still the same.
"""


class PageFile(NamedTuple):
    """A file of the page.

    Attributes:
        content: What is in it.
        content_type: Of what type that is.
        tag: What stands for this content, as an ETag.
    """

    content: bytes
    content_type: str
    tag: str


def list_files() -> list[str]:
    """Return the names of the files that the page consists of."""
    return sorted(path.name for path in FOLDER.iterdir() if path.suffix in TYPES)


def find_file(name: str) -> PageFile | None:
    """Return the file of this name, as it is now, or None if there is none.

    Only a name that is listed is one of a file, so no name leads out of the folder.
    """
    if name not in list_files():
        return None
    path = FOLDER / name
    content = path.read_bytes()
    tag = f'"{sha256(content).hexdigest()[:_TAG_DIGITS]}"'
    return PageFile(content, TYPES[path.suffix], tag)
