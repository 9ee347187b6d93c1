"""What was answered, with gaps where ids, hosts and addresses of files stood.

A template is made once for an exchange, and filled for each account that it is replayed to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from json import loads
from typing import Protocol, TypeAlias
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from mockserver.base.ids import normalize_id
from mockserver.contract.routing import find

_HEX = r"[0-9a-fA-F]"
ID = rf"{_HEX}{{8}}-?(?:{_HEX}{{4}}-?){{3}}{_HEX}{{12}}"
"""An id as the gateway makes them, in both of its spellings (S1b)."""

_WORD = r"[0-9A-Za-z_-]{6,}"
"""What an id of any other shape is made of."""

_URL = r"https?:\\?/\\?/(?:[^\s\"'<>\\]|\\/|\\u[0-9a-fA-F]{4})+"
"""An address, also as JSON may spell it."""

_ID = re.compile(rf"(?P<id>{ID})|(?P<word>{_WORD})")
_HEX_ID = re.compile(ID)
_ANY = re.compile(rf"(?P<url>{_URL})|(?P<id>{ID})|(?P<word>{_WORD})")
_CLOSING = ".,;:!?)]}"
_UUID_CHARS = 36


def is_id(text: str) -> bool:
    """Tell whether a text is an id as the gateway makes them."""
    return _HEX_ID.fullmatch(text) is not None


class IdGap(msgspec.Struct, frozen=True):
    """Where the id of a run stood, as it was spelled."""

    spelled: str


class OriginGap(msgspec.Struct, frozen=True):
    """Where the scheme and host of the gateway stood."""


class FileGap(msgspec.Struct, frozen=True):
    """Where the address of a file stood."""

    url: str


Piece: TypeAlias = str | IdGap | OriginGap | FileGap
Template: TypeAlias = tuple[tuple[Piece, bool], ...]
"""Pieces, each with whether slashes in what fills it are escaped."""


class Filling(Protocol):
    """What fills gaps."""

    origin: str

    def find_id(self, spelled: str) -> str:
        """Return the id that stands for a recorded one, in no spelling of its own."""

    def find_file(self, url: str) -> str:
        """Return the address under which a recorded file is served."""


class TemplateMaker:
    """Finds gaps in texts.

    Args:
        ids: The ids of runs, normalized.
        hosts: The hosts of the gateway: with their ports, in lower case.
        files: The addresses of recorded files.
    """

    def __init__(
        self, ids: Collection[str], hosts: Collection[str], files: Collection[str]
    ) -> None:
        self._ids = ids
        self._hosts = hosts
        self._files = files

    def make(self, text: str, is_file: Callable[[str], bool] = lambda _url: False) -> Template:
        """Return the template of a text.

        Args:
            text: The text.
            is_file: Tells of an address on another host whether a file of the run's is there.
        """
        pieces: list[tuple[Piece, bool]] = []
        end = 0
        for match in _ANY.finditer(text):
            pieces.append((text[end : match.start()], False))
            end = match.end()
            if url := match["url"]:
                pieces += self._split_url(url, is_file)
            else:
                pieces += self._split_words(match[0])
        return _join_texts([*pieces, (text[end:], False)])

    def _split_url(
        self, spelled: str, is_file: Callable[[str], bool]
    ) -> Iterator[tuple[Piece, bool]]:
        url, is_escaped = _unescape(spelled), "\\/" in spelled
        for known in (url, url.rstrip(_CLOSING)):
            if known in self._files or _is_output(known) or is_file(known):
                yield FileGap(known), is_escaped
                yield url[len(known) :], False
                return
        parts = urlsplit(url)
        if parts.netloc.lower() not in self._hosts:
            yield from self._split_words(spelled)
            return
        yield OriginGap(), is_escaped
        host_end = spelled.lower().find(parts.netloc.lower()) + len(parts.netloc)
        yield from self._split_words(spelled[host_end:])

    def _split_words(self, text: str) -> Iterator[tuple[Piece, bool]]:
        end = 0
        for start, stop in self._find_ids(text):
            yield text[end:start], False
            yield IdGap(text[start:stop]), False
            end = stop
        yield text[end:], False

    def _find_ids(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where ids stand: words of their own, and those of the usual shape within words."""
        for word in _ID.finditer(text):
            if normalize_id(word[0]) in self._ids:
                yield word.span()
            elif word["word"]:
                for match in _HEX_ID.finditer(text, *word.span()):
                    if normalize_id(match[0]) in self._ids:
                        yield match.span()


def fill(template: Template, filling: Filling) -> str:
    """Return the text in which the gaps are filled."""
    return "".join(_fill_piece(piece, filling, is_escaped) for piece, is_escaped in template)


def _fill_piece(piece: Piece, filling: Filling, is_escaped: bool) -> str:  # noqa: FBT001
    if isinstance(piece, str):
        return piece
    if isinstance(piece, IdGap):
        return spell_like(filling.find_id(piece.spelled), piece.spelled)
    text = filling.origin if isinstance(piece, OriginGap) else filling.find_file(piece.url)
    return text.replace("/", "\\/") if is_escaped else text


def spell_like(identifier: str, other: str) -> str:
    """Return an id with the hyphens and the case of another (S1b)."""
    if identifier == other or not is_id(identifier):
        return identifier
    if len(other) == _UUID_CHARS and other.count("-") == 4:  # noqa: PLR2004 (a UUID's)
        identifier = str(UUID(hex=identifier))
    return identifier.upper() if other.isupper() else identifier


def _unescape(url: str) -> str:
    """Return an address as it is, where JSON has spelled it."""
    if "\\" not in url:
        return url
    text: str = loads(f'"{url}"')
    return text


def _is_output(url: str) -> bool:
    """Tell whether an address is that of an output of the gateway (R7)."""
    return find(urlsplit(url).path)[0].serves == "output"


def _join_texts(pieces: list[tuple[Piece, bool]]) -> Template:
    joined: list[tuple[Piece, bool]] = []
    for piece, is_escaped in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1][0], str):
            joined[-1] = (joined[-1][0] + piece, False)
        else:
            joined.append((piece, is_escaped))
    return tuple(joined)
