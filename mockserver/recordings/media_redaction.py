"""Redaction of pictures, films, sound and other bytes, which stay as long as they are."""

from __future__ import annotations

import re

from mockserver.recordings.known_secrets import KnownSecrets, fill
from mockserver.recordings.metadata import find_metadata, rewrite_png
from mockserver.recordings.spellings import ENCODINGS
from mockserver.recordings.text_redaction import find_secrets

_RUN = re.compile(rb"[\t\n\r\x20-\x7e]{6,}")
_WORDS = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]{6,}")
_WIDE_RUN = re.compile(rb"(?:[\t\n\r\x20-\x7e\x80-\xff]\0){6,}")
_MIN_SHAPE = 16
"""Characters. What is random is hardly ever so long and a text, so no secret is read into it."""

_MIN_TEXT = 32
"""The same for what is as short as an e-mail address may be."""


class MediaRedaction:
    """Hides what is secret in the bytes of one session.

    Args:
        known: What the session has learnt, and learns here.
    """

    def __init__(self, known: KnownSecrets) -> None:
        self.known = known

    def redact_media(self, content: bytes) -> bytes:
        """Return a file with names in the places of secrets, filled up to their lengths.

        Known secrets are found anywhere, those that look like one where texts are, and
        e-mail addresses in what is said of a picture, not in the picture.
        """
        shown = self._redact_metadata(content)
        shown = _RUN.sub(lambda run: self._redact_run(run[0]), shown)
        shown = _WIDE_RUN.sub(lambda run: self._redact_wide_run(run[0]), shown)
        for secret in self.known.hidden:
            shown = self._replace_encoded(shown, secret)
        return rewrite_png(shown, content, self._redact_words)

    def _redact_metadata(self, content: bytes) -> bytes:
        changed = bytearray(content)
        for start, end in find_metadata(content):
            changed[start:end] = self._redact_words(content[start:end])
        return bytes(changed)

    def _redact_words(self, content: bytes) -> bytes:
        """Redact what is all words: here whatever looks like a secret is one."""
        for run in _WORDS.findall(content):
            self._learn(run.decode("latin-1"), 0)
        return _WORDS.sub(lambda run: self._hide_run(run[0]), content)

    def _redact_run(self, run: bytes) -> bytes:
        self._learn(run.decode("latin-1"), _MIN_TEXT)
        return self._hide_run(run)

    def _redact_wide_run(self, run: bytes) -> bytes:
        text = run.decode("utf-16-le")
        self._learn(text, 0)
        return self.known.hide(text, keeps_length=True).encode("utf-16-le")

    def _learn(self, text: str, min_text: int) -> None:
        for kind, secret in find_secrets(text) if len(text) >= _MIN_SHAPE else ():
            if kind != "email" or len(text) >= min_text:
                self.known.learn(kind, secret)

    def _hide_run(self, run: bytes) -> bytes:
        return self.known.hide(run.decode("latin-1"), keeps_length=True).encode("latin-1")

    def _replace_encoded(self, content: bytes, secret: str) -> bytes:
        for encoding in ENCODINGS:
            spelled = secret.encode(encoding, "surrogatepass")
            if spelled in content:
                content = content.replace(spelled, self._fill(secret, len(spelled), encoding))
        return content

    def _fill(self, secret: str, size: int, encoding: str) -> bytes:
        unit = len("x".encode(encoding))
        label = fill(self.known.learn("secret", secret), size // unit)
        return label.encode(encoding)
