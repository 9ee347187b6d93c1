"""The secrets that a session knows, and hiding them in texts wherever they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice

from mockserver.base.redaction import SHORTEST_SECRET
from mockserver.recordings.keep import DIGEST_START, DROPPED
from mockserver.recordings.shapes import KINDS, Kind, looks_random
from mockserver.recordings.spellings import (
    decode,
    is_spelled_plainly,
    list_byte_forms,
    list_lower_forms,
    list_plain_forms,
    list_views,
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
        unpacked: How many compressed texts were looked into: of what they hold their bytes show
            nothing.
    """

    def __init__(self) -> None:
        self.replaced: Counter[str] = Counter()
        self.is_again = False
        self.has_numbers = False
        self.unpacked = 0
        self._candidates: list[str] | None = None
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
            self._hide_from_now_on(secret, label)
            self.has_numbers = self.has_numbers or _NUMBER.fullmatch(secret) is not None
        return label

    def learn_text(self, text: str, shown: str) -> None:
        """Have a text that is no secret replaced wherever it is, too."""
        self._labels.setdefault(shown, shown)
        if len(text) >= SHORTEST_SECRET and looks_like_a_text(text):
            self._hide_from_now_on(text, shown)

    def _hide_from_now_on(self, secret: str, label: str) -> None:
        if secret not in self._hidden:
            self._hidden[secret] = label
            if self._candidates is not None:
                self._candidates.append(secret)

    @contextmanager
    def narrow(self, text: str | None) -> Iterator[None]:
        """Look for no other secrets for a while than those in a text, and those learnt meanwhile.

        A large body is gone through in many small pieces, and hardly any has a secret in it.

        Args:
            text: All that is looked into; None to look for all secrets again.
        """
        before, count = self._candidates, len(self._hidden)
        self._candidates = None
        if text is not None:
            self._candidates = self._list_candidates(text)
        try:
            yield
        finally:
            new = islice(self._hidden, count, None)
            self._candidates = None if before is None else [*before, *new]

    def _list_candidates(self, text: str) -> list[str]:
        decoded = decode(text)
        present = set(self._find_present(decoded))
        if decoded != text:
            present.update(self._find_present(text))
        return [each for each in self._hidden if each in present or not is_spelled_plainly(each)]

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
        shown = _WORD.sub(lambda word: self._hide_word(word[0], keeps_length=keeps_length), text)
        if keeps_length or not self._find_present(shown):
            return shown
        return self._replace(present, decode(shown), keeps_length=False)[0]

    def is_in(self, text: str) -> bool:
        """Tell whether one of the secrets is in a text."""
        return bool(self._find_present(text))

    def is_in_bytes(self, content: bytes, start: int = 0) -> bool:
        """Tell whether a secret is in bytes, as they are or in a text that they are.

        Args:
            content: The bytes.
            start: How many secrets were known before those that are looked for.
        """
        new = list(islice(self._hidden, start, None))
        if any(form in content for secret in new for form in list_byte_forms(secret)):
            return True
        before, self._candidates = self._candidates, new
        try:
            return self.is_in(content.decode())
        except UnicodeDecodeError:
            runs = {*_RUN.findall(content), *_RUN.findall(content.replace(b"\0", b""))}
            return self.is_in("\n\n".join(run.decode("latin-1") for run in runs))
        finally:
            self._candidates = before

    def _find_present(self, text: str) -> tuple[str, ...]:
        """Return the secrets that are in a text, the longest first."""
        candidates = self._hidden if self._candidates is None else self._candidates
        if not candidates:
            return ()
        views = list_views(text)
        lower = [view.lower() for view in views]
        present = [
            secret
            for secret in candidates
            if any(form in view for form in list_plain_forms(secret) for view in views)
            or any(form in view for form in list_lower_forms(secret) for view in lower)
        ]
        return tuple(sorted(present, key=len, reverse=True))

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
