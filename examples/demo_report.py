"""What the demo prints: headings, a timeline, a line of check marks, and every difference."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

WIDTH = 100
INDENT = "   "
_BOLD, _DIM, _GREEN, _RED = "1", "2", "32", "1;31"
_HARD_SPACE = "\u00a0"


class Report:
    """Prints to stdout as things happen, and counts what was compared.

    Attributes:
        checks: How many comparisons were made.
        differences: How many of them did not hold.
    """

    def __init__(self) -> None:
        self.checks = 0
        self.differences = 0
        self._colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._tally: dict[str, tuple[int, int]] = {}
        self._blank = False

    def heading(self, title: str, lead: str) -> None:
        """Open a section: its title, and in a sentence or two what happens in it."""
        self._print("")
        self._print(self._painted(title, _BOLD))
        for row in _wrapped(lead):
            self._print(INDENT + self._painted(row, _DIM))
        self._print("")

    def line(self, text: str = "", *, dim: bool = False) -> None:
        """Print one entry of the timeline, or an empty line."""
        for row in _wrapped(text) or [""]:
            self._print(INDENT + (self._painted(row, _DIM) if dim else row) if row else "")

    def check(self, what: str, came: object, expected: object) -> None:
        """Compare two values."""
        self.holds(what, came, expected, ok=came == expected)

    def holds(self, what: str, came: object, expected: object, *, ok: bool) -> None:
        """Count a comparison whose outcome is `ok`; if it is false, print both sides."""
        good, made = self._tally.get(what, (0, 0))
        self._tally[what] = (good + ok, made + 1)
        self.checks += 1
        if not ok:
            self.differences += 1
            text = f"DIFFERS: {what}: came {came}, expected {expected}"
            self._print(INDENT + self._painted(text, _RED))

    def close_section(self) -> None:
        """Print a mark for everything that the section compared."""
        items = [_marked(what, *counts) for what, counts in self._tally.items()]
        self._tally.clear()
        if items:
            self._print("")
        for row in _wrapped("   ".join(items)):
            self._print(INDENT + self._marks_painted(row.replace(_HARD_SPACE, " ")))

    def lines(self, texts: Iterable[str], *, dim: bool = False) -> None:
        """Print several lines of the timeline."""
        for text in texts:
            self.line(text, dim=dim)

    def _marks_painted(self, row: str) -> str:
        good, bad = self._painted("✓", _GREEN), self._painted("✗", _RED)
        return row.replace("✓", good).replace("✗", bad)

    def _painted(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text

    def _print(self, text: str) -> None:
        """Print a line at once; of several empty ones in a row only the first."""
        if text or not self._blank:
            print(text, flush=True)
        self._blank = not text


def find_command() -> str:
    """Return how `segmock` is called from this folder."""
    command = Path(sys.executable).with_name("segmock")
    here = Path.cwd()
    return str(command.relative_to(here) if command.is_relative_to(here) else command)


def list_next_steps(command: str) -> list[str]:
    """Return what to do when the demo is over, a line each."""
    steps = {
        f"{command} serve": 'and base_url="http://127.0.0.1:8765/v1" in your own program',
        "def test_it(segmock): ...": "an account of its own for each test: docs/testing.md",
        'segmock.faults.add({"status": 503})': "what can go wrong, on purpose: docs/faults.md",
    }
    width = max(map(len, steps))
    return [f"{step:{width}}   {what}" for step, what in steps.items()]


def _wrapped(text: str) -> list[str]:
    """Break a text into lines that fit the terminal; what has no spaces stays in one piece."""
    room = WIDTH - len(INDENT)
    margin = " " * (len(text) - len(text.lstrip()))
    return textwrap.wrap(
        text, room, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False
    )


def _marked(what: str, good: int, made: int) -> str:
    """Return the mark of one comparison, in one piece for the line breaker."""
    times = f" \N{MULTIPLICATION SIGN}{made}" if made > 1 else ""
    text = f"✓ {what}{times}" if good == made else f"✗ {what}, {made - good} of {made}"
    return text.replace(" ", _HARD_SPACE)
