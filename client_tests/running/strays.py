"""What a client still asks once its calls have been answered: charged to the case it belongs to.

Each case has a key of its own, so what comes with the key of an earlier one is that one's, however
much later it comes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from client_tests.cases.model import Case
from client_tests.judging.after_end import find_late, make_violation
from client_tests.judging.trace import Document, Exchange, Trace
from client_tests.judging.violations import Violation

_REMEMBERED = 400
"""Cases; who asks later than that is not found out."""

_MOST_CHARACTERS = 20_000_000
"""What their traces hold in all: cases of a million characters are forgotten sooner."""

_LONGEST_LISTEN_S = 10


@dataclass(frozen=True)
class Stray:
    """A case whose client went on after its end, with all that is known of it."""

    case: Case
    trace: Trace
    violation: Violation


@dataclass(frozen=True)
class _Ended:
    case: Case
    trace: Trace
    settled_s: float
    characters: int

    @property
    def ended_s(self) -> float:
        return max(reply.ended_s for reply in self.trace.replies)


class StrayWatch:
    """The keys of cases that have ended, and what still comes with them.

    Attributes:
        keys: The keys of all of them, as the journal shows them.
        last_end_s: When the last case ended, in real seconds; None before the first.
    """

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self._ended: dict[str, _Ended] = {}
        self._characters = 0
        self._strays: dict[str, list[Exchange]] = {}
        self.last_end_s: float | None = None

    def begin(self, api_key: str) -> None:
        """Take a key for that of the case that begins, whoever had one that is shown alike."""
        self.keys.discard(redact_key(api_key))
        self._forget(redact_key(api_key))

    def end(self, api_key: str, case: Case, trace: Trace, settled_s: float) -> None:
        """Say that a case has ended; of one in which a call was given up nothing is expected.

        By `settled_s` the server had read what was sent before.
        """
        self.keys.add(redact_key(api_key))
        if not all(reply.answer for reply in trace.replies):
            return
        ended = _Ended(case, trace, settled_s, len(repr(trace)))
        self._ended[redact_key(api_key)] = ended
        self._characters += ended.characters
        self.last_end_s = ended.ended_s
        while len(self._ended) > _REMEMBERED or self._characters > _MOST_CHARACTERS:
            self._forget(next(iter(self._ended)))

    def _forget(self, redacted: str) -> None:
        ended = self._ended.pop(redacted, None)
        self._characters -= ended.characters if ended else 0

    def note(self, entries: Iterable[Document]) -> None:
        """Look for what came with the key of a case clearly after its end."""
        for entry in entries:
            ended = self._ended.get(entry["api_key"] or "")
            late = find_late([Exchange(entry)], ended.settled_s) if ended else []
            if late:
                self._strays.setdefault(entry["api_key"], []).extend(late)

    def take(self) -> list[Stray]:
        """Return the cases whose clients went on, each once for what was seen of it by now."""
        found = [
            _make_stray(ended, exchanges)
            for key, exchanges in self._strays.items()
            if (ended := self._ended.get(key))
        ]
        self._strays.clear()
        return found


def _make_stray(ended: _Ended, exchanges: list[Exchange]) -> Stray:
    last = max(ended.trace.replies, key=lambda reply: reply.ended_s)
    listen_s = min(_LONGEST_LISTEN_S, math.ceil(exchanges[0].received_s - last.ended_s + 1))
    case = replace(ended.case, listen_s=float(listen_s))
    trace = replace(ended.trace, exchanges=(*ended.trace.exchanges, *exchanges))
    return Stray(case, trace, make_violation(last, exchanges))


def redact_key(api_key: str) -> str:
    """Return a key as the journal shows it."""
    return f"...{api_key[-4:]}"
