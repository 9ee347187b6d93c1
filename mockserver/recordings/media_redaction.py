"""Redaction of pictures, films, sound and other bytes, which stay as long as they are."""

from __future__ import annotations

import re

from mockserver.recordings.known_secrets import KnownSecrets, fill
from mockserver.recordings.metadata import find_metadata, rewrite_png
from mockserver.recordings.spellings import ENCODINGS
from mockserver.recordings.text_redaction import find_secrets
from mockserver.recordings.text_runs import PLAIN, WIDE, find_runs, join_runs, rewrite_runs

_WORDS = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]{6,}")
_MIN_SHAPE = 16
"""Characters. What is random is hardly ever so long and a text, so no secret is read into it."""

_MIN_TEXT = 32
"""The same for what is as short as an e-mail address may be."""


_MAX_MIXED = 64 * 1024
"""Bytes of metadata in which words may stand amid numbers; more is words alone, or none."""

_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_WORDS_TO_CONTROLS = 50

_ARCHIVES = (
    *(b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ"),
    *(b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"),
)
_DIRECTORY = b"PK\x05\x06"
"""What a ZIP has near its end, whatever it begins with."""


def is_archive(content: bytes) -> bool:
    """Tell whether bytes are packed, so that nothing can be seen in them."""
    return content.startswith(_ARCHIVES) or _DIRECTORY in content[-1024:]


def holds_words(metadata: bytes) -> bool:
    """Tell whether words are to be looked for: padding and tables of a film's are long noise."""
    if len(metadata) <= _MAX_MIXED:
        return True
    controls = len(metadata) - len(metadata.translate(None, _CONTROLS))
    return controls * _WORDS_TO_CONTROLS < len(metadata)


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
        with self.known.narrow(None):
            shown = self._redact_metadata(content)
            shown = self._redact_runs(shown)
            shown = rewrite_runs(shown, WIDE, self._redact_wide_run)
            for secret in self._list_encoded(shown):
                shown = self._replace_encoded(shown, secret)
            return rewrite_png(shown, content, self._redact_compressed)

    def _redact_compressed(self, text: bytes) -> bytes:
        self.known.unpacked += 1
        return self._redact_words(text)

    def _redact_runs(self, content: bytes) -> bytes:
        for start, end in find_runs(content, PLAIN):
            if end - start >= _MIN_SHAPE:
                self._learn(content[start:end].decode("latin-1"), _MIN_TEXT)
        if not self.known.is_in(join_runs(content)):
            return content
        return rewrite_runs(content, PLAIN, self._hide_run)

    def _list_encoded(self, content: bytes) -> list[str]:
        """Return the secrets that may be in bytes in another encoding, and those beyond ASCII.

        UTF-16 and UTF-32 of ASCII are ASCII, when the zeros are taken out.
        """
        without_zeros = join_runs(content.replace(b"\0", b""))
        return [each for each in self.known.hidden if not each.isascii() or each in without_zeros]

    def _redact_metadata(self, content: bytes) -> bytes:
        changed = bytearray(content)
        for start, end in find_metadata(content):
            if holds_words(content[start:end]):
                changed[start:end] = self._redact_words(content[start:end])
        return bytes(changed)

    def _redact_words(self, content: bytes) -> bytes:
        """Redact what is all words: here whatever looks like a secret is one."""
        runs = [run.decode("latin-1") for run in _WORDS.findall(content)]
        for run in runs:
            self._learn(run, 0)
        if not self.known.is_in("\n\n".join(runs)):
            return content
        return _WORDS.sub(lambda run: self._hide_run(run[0]), content)

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
