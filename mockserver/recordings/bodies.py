"""Redaction of bodies, each by what it is: JSON, a form, parts, events, a page, or a file."""

from __future__ import annotations

import re
import zlib
from typing import NamedTuple
from urllib.parse import quote_plus, unquote_plus

import msgspec

from mockserver.base.content_types import parse_content_type
from mockserver.facts.observed import Body
from mockserver.recordings.event_redaction import EventRedaction
from mockserver.recordings.json_redaction import JsonRedaction
from mockserver.recordings.keep import DROPPED, Keep, hash_bytes
from mockserver.recordings.media_redaction import MediaRedaction, is_archive
from mockserver.recordings.multipart import Part, RewritePart, find_boundary, rewrite_multipart
from mockserver.recordings.names import is_prompt
from mockserver.recordings.text_redaction import TextRedaction

MAX_DECODED_BYTES = 256 * 1024 * 1024
"""A compressed body that is longer when it is decoded is not kept."""

_FORM = "application/x-www-form-urlencoded"
_FILES = re.compile(r'"(?:data:[^"\\,]{0,200};base64,)?([0-9A-Za-z+/]{1024,}={0,2})"(?!\s*:)')
"""Files in JSON, which are looked into by themselves."""

_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""What zlib calls the format."""


class BodyContext(NamedTuple):
    """What is known of a body from outside of it.

    Attributes:
        content_type: The header, as it came.
        content_encoding: The header, as it came; empty without.
        is_answer: Whether it came from the server.
        is_speech: Whether it is what a model says, if it is a text.
    """

    content_type: str
    content_encoding: str
    is_answer: bool
    is_speech: bool = False


class RedactedBody(NamedTuple):
    """What is left of a body, and why not all of it is; empty if it is as it was, or redacted."""

    body: Body
    note: str = ""


class BodyRedaction:
    """Hides what is secret in the bodies of one session.

    Args:
        texts: What hides it in texts.
        keep: What is kept of prompts and media.
    """

    def __init__(self, texts: TextRedaction, keep: Keep) -> None:
        self._texts = texts
        self._json = JsonRedaction(texts, keep)
        self._events = EventRedaction(texts, self._json)
        self._media = MediaRedaction(texts.known)
        self._keep = keep

    def redact_body(self, body: Body, context: BodyContext) -> RedactedBody:
        """Return a body without secrets; what cannot be looked into is left out."""
        if body.content is None or not body.content:
            return RedactedBody(body)
        try:
            content = decode_content(body.content, context.content_encoding)
            shown = self.redact_content(content, context)
        except _UndecodableError as error:
            return RedactedBody(Body(size=body.size, digest=""), str(error))
        if shown is None:
            digest = Body.of(content).digest if self._keep.media == "hashed" else ""
            note = "a file that was to be kept as its digest" if digest else "a file not to be kept"
            return RedactedBody(Body(size=len(content), digest=digest), note)
        return RedactedBody(body if shown == body.content else Body.of(shown))

    def redact_content(self, content: bytes, context: BodyContext) -> bytes | None:
        """Return content without secrets; None if it is a file that is not to be kept."""
        media_type, charset = parse_content_type(context.content_type.encode("latin-1", "replace"))
        boundary = find_boundary(context.content_type)
        if boundary and media_type.startswith("multipart/"):
            return rewrite_multipart(content, boundary, self._make_part_rewriter(context))
        decoded = _decode_text(content, media_type, charset)
        if decoded is None:
            return self._redact_file(content)
        text, encoding = decoded
        is_json = media_type.endswith("json") and _is_json(text)
        with self._texts.narrow(_FILES.sub(_leave_file_out, text) if is_json else text):
            shown = self._redact_by_type(text, media_type, context)
            if not is_json:  # else all that it says is in its strings and numbers
                shown = self._texts.redact_text(shown)
        return content if shown == text else shown.encode(encoding, "surrogatepass")

    def _redact_file(self, content: bytes) -> bytes | None:
        if self._keep.media != "whole":
            return None
        if is_archive(content):
            raise _UndecodableError("an archive, into which redaction cannot look")
        return self._media.redact_media(content)

    def _redact_by_type(self, text: str, media_type: str, context: BodyContext) -> str:
        if media_type == _FORM:
            return self._redact_form(text)
        if media_type == "text/event-stream":
            return self._events.redact_events(text, is_answer=context.is_answer)
        start = text.lstrip("\ufeff \t\r\n")[:1]
        if start in {"{", "["} or (start == '"' and media_type.endswith("json")):
            return self._json.redact_json(text, is_answer=context.is_answer)
        if context.is_speech and media_type == "text/plain":
            return self._json.redact_prompt(text)
        return text

    def _redact_form(self, text: str) -> str:
        if self._keep.prompts == "whole":
            return self._texts.redact_query(text)
        return "&".join(map(self._redact_field, text.split("&")))

    def _redact_field(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        plain = unquote_plus(value)
        if not equals or not is_prompt(unquote_plus(name)):
            return self._texts.redact_query(pair)
        shown = self._json.redact_prompt(plain)
        return self._texts.redact_text(name) + equals + quote_plus(shown, safe=":")

    def _make_part_rewriter(self, context: BodyContext) -> RewritePart:
        def rewrite(part: Part) -> tuple[str, bytes]:
            return self._texts.redact_text(part.head), self._redact_part(part, context)

        return rewrite

    def _redact_part(self, part: Part, context: BodyContext) -> bytes:
        text = None if part.is_file else _decode_text(part.content, part.content_type, "")
        if text is not None and part.name:
            shown = self._json.redact_value(part.name, text[0], is_answer=context.is_answer)
            return part.content if shown == text[0] else shown.encode(text[1], "surrogatepass")
        inside = context._replace(content_type=part.content_type)
        shown_content = self.redact_content(part.content, inside)
        if shown_content is None:
            kept = self._keep.media == "hashed"
            return (hash_bytes(part.content) if kept else DROPPED).encode()
        return shown_content


def _leave_file_out(found: re.Match[str]) -> str:
    return '""' if len(found[1]) % 4 == 0 else found[0]


def _is_json(text: str) -> bool:
    """Tell whether a text is JSON, so that all that it says is in strings and numbers of it."""
    try:
        msgspec.json.decode(text.encode("utf-8", "surrogatepass"), type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


class _UndecodableError(Exception):
    """Content that redaction cannot look into; the message says why."""


def decode_content(content: bytes, encoding: str) -> bytes:
    """Return what a body says when its Content-Encoding is taken away.

    Raises:
        _UndecodableError: That cannot be done.
    """
    for each in reversed([word.strip().lower() for word in encoding.split(",")]):
        if each in {"", "identity"}:
            continue
        if each not in _WINDOWS:
            raise _UndecodableError(f"its content-encoding {each[:20]!a} cannot be decoded")
        if each == "deflate" or content.startswith(b"\x1f\x8b"):
            content = _inflate(content, each)
    return content


def _inflate(content: bytes, encoding: str) -> bytes:
    for window in (_WINDOWS[encoding], -15):
        decoder = zlib.decompressobj(window)
        try:
            decoded = decoder.decompress(content, MAX_DECODED_BYTES)
        except zlib.error:
            continue
        if decoder.unconsumed_tail:
            raise _UndecodableError(f"it is longer than {MAX_DECODED_BYTES} bytes when decoded")
        return decoded
    raise _UndecodableError(f"it is no {encoding}, as its content-encoding says it is")


def _decode_text(content: bytes, media_type: str, charset: str) -> tuple[str, str] | None:
    """Return a text and how it is encoded; None if it is none."""
    if content.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        charset = "utf-32-le" if content[0] else "utf-32-be"
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        charset = "utf-16-le" if content[0] == 0xFF else "utf-16-be"  # noqa: PLR2004 (a mark)
    for encoding in filter(None, ("utf-8", charset)):
        try:
            text = content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\0" not in text:
            return text, encoding
    is_text = media_type.startswith("text/") or media_type.endswith(("json", "xml"))
    return (content.decode("latin-1"), "latin-1") if is_text else None
