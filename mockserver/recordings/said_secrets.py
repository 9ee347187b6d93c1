"""What a text says is a secret: `api_key: …`, a form's field, an element of XML, a cookie's line.

Each way is looked for where a word of it is, so that a text without such words is read but once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from mockserver.recordings.names import find_kind
from mockserver.recordings.shapes import Kind, looks_random

_WORDS = r"(?:keys?|token|secret|password|passwd|pass|authorization|signature|user_?id|account_?id)"
_TOLD = re.compile(rf"{_WORDS}(?:[\"'\\]{{0,4}}\s{{0,3}}[:=]|[^\S\n]{{0,3}}[\"'`])")
"""In lower case."""

_SAID = re.compile(
    rf"([\w-]{{0,40}}?{_WORDS})[\"'\\]{{0,4}}\s{{0,3}}[:=]\s{{0,3}}[\"'\\]{{0,4}}"
    r"(?:(?:bearer|basic|token)\s{1,3})?([^\s\"'\\&<>,;(){}\[\]]{6,})",
    re.IGNORECASE,
)
_QUOTED_KEY = re.compile(
    r"(?:key|token|secret|password)[^\S\n]{0,3}[\"'`]([^\s\"'`]{6,200})[\"'`]", re.IGNORECASE
)
_BEFORE = re.compile(r"[\w-]*\Z")
_LONGEST_NAME = 40
_SCHEMED = re.compile(r"\b(?:bearer|basic)\s{1,3}([\w.~+/-]{6,}={0,2})", re.IGNORECASE)
_MEMBER = re.compile(
    r"[\"']([\w.-]{2,60})[\"']\s{0,3}(?:([:,])|=>)\s{0,3}b?[\"']([^\"'\\\s]{6,4096})[\"']"
)
"""`'user_id': '…'`, or `("x-api-key", "…")`."""

_COOKIES = re.compile(
    r"cookie2?[\"'\\]{0,4}\s{0,3}[:=]\s{0,3}[\"'\\]{0,4}"
    r"([\w.-]{1,60}=[^\s;,\"'\\<>&]+(?:;\s{0,3}[\w.-]{1,60}=[^\s;,\"'\\<>&]+)*)",
    re.IGNORECASE,
)
_ATTRIBUTES = {"path", "domain", "expires", "max-age", "samesite", "version"}
_ELEMENT = re.compile(
    r"<([A-Za-z][\w:.-]{1,60})(?:\s[^<>]{0,200})?>\s{0,3}([^\s<>]{6,4096})\s{0,3}</"
)
_CELLS = re.compile(
    r">\s{0,9}([\w-]{2,60}):?\s{0,9}</\w{1,20}>\s{0,20}<\w{1,20}[^<>]{0,200}>\s{0,9}"
    r"([^\s<>]{6,4096})\s{0,9}</"
)
"""A name and a value in two cells of a table, or in a list of definitions."""

_TAG = re.compile(r"<(?:input|meta)\b([^<>]{0,5000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"\b(name|id|property|value|content)=(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
)
_PATH = re.compile(
    r"/((?:api-?)?keys?|tokens?|secrets?|users?|accounts?|teams?|customers?|orgs|organizations?"
    r"|workspaces?|members?)/([\w.~%@+=:-]{6,200})(?![\w.~%@+=:-])"
)


def find_said(text: str) -> Iterator[tuple[Kind, str]]:
    """Return what a text says is secret, and looks as if it were."""
    lower = _lower(text)
    yield from _find_told(text, lower)
    if "bearer" in lower or "basic" in lower:
        for found in _SCHEMED.finditer(text):
            yield from _judge_key(found[1])
    if "cookie" in lower:
        yield from _find_cookies(text)
    if "</" in text:
        for found in chain(_ELEMENT.finditer(text), _CELLS.finditer(text)):
            yield from _judge(found[1], found[2])
    if "<input" in lower or "<meta" in lower:
        yield from _find_fields(text)
    yield from _find_members(text)
    for found in _PATH.finditer(text):
        if any(map(str.isdigit, found[2])):
            yield from _judge(found[1].rstrip("s"), found[2])


def _find_told(text: str, lower: str) -> Iterator[tuple[Kind, str]]:
    for hit in _TOLD.finditer(lower):
        around = text[max(0, hit.start() - _LONGEST_NAME) : hit.start()]
        before = _BEFORE.search(around)
        start = hit.start() - (len(before[0]) if before else 0)
        if found := _SAID.match(text, start):
            yield from _judge(found[1], found[2])
        elif found := _QUOTED_KEY.match(text, hit.start()):
            yield from _judge_key(found[1])


def _find_cookies(text: str) -> Iterator[tuple[Kind, str]]:
    for found in _COOKIES.finditer(text):
        for pair in found[1].split(";"):
            name, _, value = pair.strip().partition("=")
            if name.lower() not in _ATTRIBUTES and looks_random(value):
                yield "cookie", value


def _find_fields(text: str) -> Iterator[tuple[Kind, str]]:
    """Return the values of fields of forms, and of a page's `meta`, in either order."""
    for tag in _TAG.finditer(text):
        said = {
            found[1].lower(): found[2] or found[3] or found[4] or ""
            for found in _ATTRIBUTE.finditer(tag[1])
        }
        name = said.get("name") or said.get("property") or said.get("id") or ""
        yield from _judge(name, said.get("value") or said.get("content") or "")


def _find_members(text: str) -> Iterator[tuple[Kind, str]]:
    for found in _MEMBER.finditer(text):
        kind, is_proof = find_kind(found[1])
        if is_proof and (found[2] == ":" or kind in {"key", "secret"}):
            yield from _judge(found[1], found[3])


def _judge(name: str, value: str) -> Iterator[tuple[Kind, str]]:
    kind = find_kind(name)[0]
    if kind and looks_random(value) and "://" not in value:
        yield kind, value


def _judge_key(value: str) -> Iterator[tuple[Kind, str]]:
    if looks_random(value) and any(map(str.isdigit, value)):
        yield "key", value


def _lower(text: str) -> str:
    """Return a text in lower case, each character where it was."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(each.lower() if each.isascii() else each for each in text)
