"""Redaction of JSON: by the names of members, and of whatever else their strings hold."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error

from mockserver.recordings.json_text import Place, rewrite_json
from mockserver.recordings.keep import DROPPED, Keep, hash_bytes, shorten_text
from mockserver.recordings.media_redaction import MediaRedaction, is_archive
from mockserver.recordings.names import find_kind, is_prompt, names_an_account
from mockserver.recordings.shapes import Kind, looks_random
from mockserver.recordings.text_redaction import TextRedaction

_DATA_URL = re.compile(r"data:[^,]{0,200};base64,", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|data:)\S*", re.IGNORECASE)
_MIN_BASE64 = 64
"""Characters. Something shorter is no file."""

_IS_BASE64 = re.compile(r"[0-9A-Za-z+/\s]+={0,2}\s*")
_LONGEST_NAME = 60
"""Characters. What is longer is no name of anything."""

_MAX_DEPTH = 4
"""How deep JSON is looked for in strings of JSON."""


class JsonRedaction:
    """Hides what is secret in the JSON of one session.

    Args:
        texts: What hides it in texts.
        keep: What is kept of prompts and media.
    """

    def __init__(self, texts: TextRedaction, keep: Keep) -> None:
        self._texts = texts
        self._known = texts.known
        self._media = MediaRedaction(texts.known)
        self._keep = keep

    @property
    def shortens_prompts(self) -> bool:
        """Whether prompts, and what models say, are not kept as they are."""
        return self._keep.prompts != "whole"

    def redact_json(self, text: str, *, is_answer: bool, depth: int = 0) -> str:
        """Return a JSON text without secrets; all else in it is as it was, to the character.

        Args:
            text: JSON, or what begins as it.
            is_answer: Whether it came from the server.
            depth: How many strings it is in.
        """

        def rewrite(value: str | float, place: Place) -> str | float:
            if place.is_name:
                return self._texts.redact_text(str(value))
            if isinstance(value, str):
                return self._redact_string(value, place, is_answer=is_answer, depth=depth)
            return self._redact_number(value, place)

        return rewrite_json(text, rewrite)

    def redact_value(self, name: str, value: str, *, is_answer: bool, depth: int = 0) -> str:
        """Return the value of a field or a member, whatever is in it: text, a file, or JSON."""
        if value[:1] in {"{", "["} and depth < _MAX_DEPTH:
            return self.redact_json(value, is_answer=is_answer, depth=depth + 1)
        if (media := self._redact_base64(value)) is not None:
            return media
        if self.shortens_prompts and is_prompt(name, is_answer=is_answer):
            return self.redact_prompt(value)
        return self._texts.redact_named(name, value)

    def redact_prompt(self, text: str) -> str:
        """Return what is kept of a prompt, or of what a model said; addresses are none."""
        if not self.shortens_prompts or _ADDRESS.fullmatch(text) or self._is_shortened(text):
            return self._texts.redact_text(text)
        shown = shorten_text(text, self._keep.prompts)
        self._known.learn_text(text, shown)
        return shown

    def _is_shortened(self, text: str) -> bool:
        return text == DROPPED or self._known.is_label(text)

    def _redact_string(self, value: str, place: Place, *, is_answer: bool, depth: int) -> str:
        kind = _find_kind(place, value)
        if kind:
            return self._texts.redact_secret(kind, value)
        return self.redact_value(place.name, value, is_answer=is_answer, depth=depth)

    def _redact_number(self, value: float, place: Place) -> float | str:
        """Return a number, or what stands for it: the number in the name of the secret."""
        kind, is_proof = find_kind(place.name)
        is_secret = kind in {"key", "account", "secret"} and is_proof
        if is_secret or names_an_account(place.name, place.parent):
            if self._known.is_number(value):
                return value
            whole = int(value) if isinstance(value, float) and value.is_integer() else value
            label = self._texts.redact_secret(kind or "account", str(whole))
        elif not self._known.has_numbers or not self._known.is_in(str(value)):
            return value
        else:
            label = self._known.hide(str(value))
        _, dash, number = label.rpartition("-")
        return int(number) if dash and number.isdigit() else value

    def _redact_base64(self, value: str) -> str | None:
        """Return a file in base64, with or without `data:…` before it; None if it is none."""
        start = _DATA_URL.match(value)
        encoded = value[start.end() :] if start else value
        if (not start and len(encoded) < _MIN_BASE64) or not _IS_BASE64.fullmatch(encoded):
            return None
        try:
            content = b64decode("".join(encoded.split()), validate=True)
        except (Error, ValueError):
            return None
        head = self._texts.redact_text(start[0]) if start else ""
        if self._keep.media != "whole":
            return head + (hash_bytes(content) if self._keep.media == "hashed" else DROPPED)
        if is_archive(content):
            return head + hash_bytes(content)
        shown = self._media.redact_media(content)
        return value if shown == content else head + b64encode(shown).decode()


def _find_kind(place: Place, value: str) -> Kind | None:
    """Return what kind of secret a string is by its name alone."""
    kind, is_proof = find_kind(place.name)
    if kind and (is_proof or looks_random(value)):
        return kind
    for around in filter(None, (place.said, place.parent)):
        kind, is_proof = find_kind(around) if len(around) <= _LONGEST_NAME else (None, False)
        if kind in {"key", "secret"} and is_proof and looks_random(value):
            return kind
    return "account" if names_an_account(place.name, place.parent) else None
