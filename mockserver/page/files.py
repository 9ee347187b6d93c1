"""The files of the page: which there are, of what type, and what a browser may do with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath
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
_VERSION_DIGITS = 16
_VERSION = re.compile(f"[0-9a-f]{{{_VERSION_DIGITS}}}")

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
}
"""What is said with each file: nothing runs or is loaded but what this server has, and no other
origin may load or frame it.
"""
ASK_AGAIN = {"cache-control": "no-cache"}
"""A browser is to ask each time whether it is still the same."""
KEEP = {"cache-control": "max-age=31536000, immutable"}
"""It never changes: a file of a version."""


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


class PageVersion(NamedTuple):
    """The page as it was when somebody opened it.

    Attributes:
        name: What stands for the contents of all its files.
        files: Its files, by name. The shell names the others by this version, so that a browser
            can keep them for as long as it likes.
    """

    name: str
    files: Mapping[str, PageFile]


def list_files() -> list[str]:
    """Return the names of the files that the page consists of, as `jobs/jobs.mjs`."""
    paths = (path for path in FOLDER.rglob("*") if path.suffix in TYPES)
    return sorted(path.relative_to(FOLDER).as_posix() for path in paths)


def read_version(prefix: str) -> PageVersion:
    """Read all files as they are now; the shell names them with this prefix."""
    files = {name: _read_file(name) for name in list_files()}
    tags = "".join(name + file.tag for name, file in files.items())
    name = sha256(tags.encode()).hexdigest()[:_VERSION_DIGITS]
    shell = files[SHELL].content.replace(prefix.encode(), f"{prefix}{name}/".encode())
    return PageVersion(name, {**files, SHELL: _make_file(SHELL, shell)})


def split_version(path: str) -> tuple[str | None, str]:
    """Split what follows the prefix into the version, if one is named, and the name of a file."""
    version, slash, name = path.partition("/")
    return (version, name) if slash and _VERSION.fullmatch(version) else (None, path)


def find_file(name: str) -> PageFile | None:
    """Return the file of this name, as it is now, or None if there is none.

    Only a name that is listed is one of a file, so no name leads out of the folder.
    """
    return _read_file(name) if name in list_files() else None


def _read_file(name: str) -> PageFile:
    return _make_file(name, (FOLDER / name).read_bytes())


def _make_file(name: str, content: bytes) -> PageFile:
    tag = f'"{sha256(content).hexdigest()[:_TAG_DIGITS]}"'
    return PageFile(content, TYPES[PurePosixPath(name).suffix], tag)
