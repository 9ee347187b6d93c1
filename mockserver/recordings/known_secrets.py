"""The secrets that a session knows, and hiding them in texts wherever they are."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from mockserver.base.redaction import SHORTEST_SECRET
from mockserver.recordings.keep import DIGEST_START, DROPPED
from mockserver.recordings.shapes import KINDS, Kind, looks_random
from mockserver.recordings.spellings import (
    decode,
    list_byte_forms,
    list_plain_forms,
    make_pattern,
)

_RUN = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]{6,}")
_LABEL = re.compile(rf"(?:{'|'.join(KINDS)})-\d+-*|{DIGEST_START}[0-9a-f]{{64}}|{DROPPED}")
"""What stands for a secret, or for a text that is not kept, in what was redacted before."""

_NUMBERS = range(1, 100_000)
"""What stands for a secret that was a number."""

_NUMBER = re.compile(r"[-+]?[0-9.]+(?:[eE][-+]?\d+)?")
_WORD = re.compile(r"[^\s\"'<>]+")


class KnownSecrets:
    """Names for secrets; the same secret has the same name.

    Attributes:
        replaced: How often something of each kind was hidden since it was last cleared.
        is_again: Whether what is redacted was redacted before.
        has_numbers: Whether one of those that are hidden everywhere is a number.
    """

    def __init__(self) -> None:
        self.replaced: Counter[str] = Counter()
        self.is_again = False
        self.has_numbers = False
        self._labels: dict[str, str] = {}
        self._hidden: dict[str, str] = {}
        self._numbers: Counter[str] = Counter()

    @property
    def count(self) -> int:
        """How many secrets are hidden everywhere; what was written before it rose may hold one."""
        return len(self._hidden)

    @property
    def hidden(self) -> tuple[str, ...]:
        """The secrets that are hidden everywhere."""
        return tuple(self._hidden)

    def learn(self, kind: Kind, secret: str) -> str:
        """Return the name that stands for a secret from now on; a name stands for itself."""
        if self.is_label(secret):
            return secret
        if (label := self._labels.get(secret)) is not None:
            return label
        self._numbers[kind] += 1
        label = f"{kind}-{self._numbers[kind]}"
        self._labels[secret] = label
        self._labels.setdefault(label, label)
        if _is_hidden_everywhere(kind, secret):
            self._hidden[secret] = label
            self.has_numbers = self.has_numbers or _NUMBER.fullmatch(secret) is not None
        return label

    def learn_text(self, text: str, shown: str) -> None:
        """Have a text that is no secret replaced wherever it is, too."""
        self._labels.setdefault(shown, shown)
        if len(text) >= SHORTEST_SECRET and looks_like_a_text(text):
            self._hidden.setdefault(text, shown)

    def is_number(self, value: float) -> bool:
        """Tell whether a number is one that stands for a secret already."""
        return self.is_again and value in _NUMBERS

    def is_label(self, value: str) -> bool:
        """Tell whether a value is a name that stands for a secret."""
        if self.is_again and _LABEL.fullmatch(value):
            return True
        return self._labels.get(value) == value

    def hide(self, text: str, *, keeps_length: bool = False) -> str:
        """Return a text with names in the places of all secrets that are in it.

        Args:
            text: Any.
            keeps_length: Whether each name is filled up, or cut, to the length of what was there.
        """
        present = self._find_present(text)
        if not present:
            return text
        text = self._replace(present, text, keeps_length=keeps_length)[0]
        if not self._find_present(text):
            return text
        return _WORD.sub(lambda word: self._hide_word(word[0], keeps_length=keeps_length), text)

    def is_in(self, text: str) -> bool:
        """Tell whether one of the secrets is in a text."""
        return bool(self._find_present(text))

    def is_in_bytes(self, content: bytes) -> bool:
        """Tell whether one of the secrets is in bytes, as they are or in a text that they are."""
        if any(form in content for secret in self._hidden for form in list_byte_forms(secret)):
            return True
        try:
            return self.is_in(content.decode())
        except UnicodeDecodeError:
            runs = {*_RUN.findall(content), *_RUN.findall(content.replace(b"\0", b""))}
            return any(self.is_in(run.decode("latin-1")) for run in runs)

    def _find_present(self, text: str) -> tuple[str, ...]:
        decoded = decode(text)
        views = (text,) if decoded == text else (text, decoded)
        return tuple(
            secret
            for secret in sorted(self._hidden, key=len, reverse=True)
            if any(form in view for form in list_plain_forms(secret) for view in views)
        )

    def _replace(
        self, present: tuple[str, ...], text: str, *, keeps_length: bool
    ) -> tuple[str, int]:
        def name(found: re.Match[str]) -> str:
            label = self._name(present[int((found.lastgroup or "s0")[1:])])
            return fill(label, len(found[0])) if keeps_length else label

        return _compile(present).subn(name, text)

    def _hide_word(self, word: str, *, keeps_length: bool) -> str:
        """Return a word that holds a secret in a spelling that no pattern has, decoded."""
        shown, found = self._replace(
            self._find_present(word), decode(word), keeps_length=keeps_length
        )
        if not found:
            return word
        return fill(shown, len(word)) if keeps_length else shown

    def _name(self, secret: str) -> str:
        label = self._hidden[secret]
        self.replaced[label.rpartition("-")[0] or "prompt"] += 1
        return label


@lru_cache(maxsize=256)
def _compile(secrets: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of any of some secrets; the groups `s0`, `s1`, … tell which it was."""
    each = (f"(?P<s{at}>{make_pattern(secret)})" for at, secret in enumerate(secrets))
    return re.compile("|".join(each) or r"(?!)")


def fill(label: str, size: int) -> str:
    """Return a name in as many characters as what it stands for had."""
    return label[:size].ljust(size, "-")


def looks_like_a_text(text: str) -> bool:
    """Tell whether a text is more than a word, so that it is its own wherever it is repeated."""
    return " " in text.strip() or looks_random(text)


def _is_hidden_everywhere(kind: Kind, secret: str) -> bool:
    """Tell whether a secret is hidden in whatever others say, too.

    A shorter key is a word like any other, and a cookie's or an account's may be one.
    """
    if len(secret) < SHORTEST_SECRET:
        return False
    return kind in {"key", "email"} or looks_random(secret) or (kind == "secret" and " " in secret)
