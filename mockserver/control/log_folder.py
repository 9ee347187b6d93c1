"""Folding a log: what says the same again about the same call is counted, not repeated."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from datetime import tzinfo

import msgspec

from mockserver.control.log_lines import PLAIN, Palette, render_time

_MOST_CALLS = 4096
"""So many calls are known by the last thing that was said of them."""

_INDENT = " " * 13


class _Said(msgspec.Struct, gc=False):
    """The last thing that was said of a call, and how often it was said again since."""

    text: str
    count: int = 0
    since_s: float = 0.0
    until_s: float = 0.0

    def repeat(self, at_s: float) -> None:
        """Count it once more."""
        if not self.count:
            self.since_s = at_s
        self.count += 1
        self.until_s = at_s

    def take_count(self) -> int:
        """Return how often it was said again, and begin to count anew."""
        count, self.count = self.count, 0
        return count


class LogFolder:
    """Turns what is said of calls into lines with their time, and folds what says the same again.

    The first time a text is a line. From then on it is counted, until something else is said of
    that call or a line would come between, and `flush` says how often it was.

    Args:
        palette: How to write.
        zone: Where the time of day is told; the machine's own unless given.
    """

    def __init__(self, palette: Palette = PLAIN, zone: tzinfo | None = None) -> None:
        self._palette = palette
        self._zone = zone
        self._said: OrderedDict[Hashable, _Said] = OrderedDict()
        self._counting: dict[Hashable, _Said] = {}
        self._newest: Hashable = None
        """The call that the last line is about."""

    @property
    def is_counting(self) -> bool:
        """Whether something was said again that no line has told of."""
        return bool(self._counting)

    def add(self, call: Hashable, text: str, at_s: float) -> Iterator[str]:
        """Yield the lines that come of a text about a call; `at_s` is in seconds since 1970."""
        said = self._said.get(call)
        if said is not None and said.text == text:
            said.repeat(at_s)
            self._counting[call] = said
            return
        yield from self._flush(self._newest)
        yield from self._flush(call)
        yield self._render_line(text, at_s)
        yield from self._remember(call, text)

    def write(self, text: str, at_s: float) -> Iterator[str]:
        """Yield the lines that come of a text that is about no call, and never folded."""
        yield from self._flush(self._newest)
        self._newest = None
        yield self._render_line(text, at_s)

    def flush(self, before_s: float | None = None) -> Iterator[str]:
        """Yield what was counted; if a moment is given, only where the count began before it."""
        for call, said in list(self._counting.items()):
            if before_s is None or said.since_s < before_s:
                yield from self._flush(call)

    def _render_line(self, text: str, at_s: float) -> str:
        return f"{self._palette.paint(render_time(at_s, self._zone), 'dim')} {text}"

    def _remember(self, call: Hashable, text: str) -> Iterator[str]:
        self._newest = call
        self._said[call] = _Said(text)
        self._said.move_to_end(call)
        if len(self._said) > _MOST_CALLS:
            oldest = next(iter(self._said))
            yield from self._flush(oldest)
            del self._said[oldest]

    def _flush(self, call: Hashable) -> Iterator[str]:
        """Yield how often a call was said again: beneath its line, or with what was said."""
        said = self._counting.pop(call, None)
        if said is None:
            return
        paint = self._palette.paint
        like = paint("it", "dim") if call == self._newest else said.text
        until = paint(f", until {render_time(said.until_s, self._zone)}", "dim")
        yield _INDENT + paint(f"… {said.take_count()} more like ", "dim") + like + until
        self._newest = call
