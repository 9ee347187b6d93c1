"""What the guard refused: the error that a client gets, and where in the code it tried."""

from __future__ import annotations

import linecache
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill
from types import CodeType, FrameType
from typing import NamedTuple

from mockserver.base.errors import EmulatorError
from mockserver.base.plurals import count

ROUTES = (
    "to have it answered here, use the fixture segmock_respx or Emulator.respx(), for clients on "
    "httpx or httpx2; or give the client the base URL of the fixture segmock or of "
    "mockserver.testing.segmock(); or run the program by `segmock exec -- CMD`; to let it out, "
    "leave guard(), say guard=False in the marker or to segmock(), or run pytest with "
    "--no-segmock-guard"
)
_MOST = 100
"""So many refusals are kept with where they came from; the others are counted."""

_IGNORED = (
    "segmock: the client tried to reach the vendor, and went on when the guard refused it:\n{}\n"
    + fill(f"{ROUTES[0].upper()}{ROUTES[1:]}.", 96, break_on_hyphens=False)
    + "\nIf the test expects that: pytest.raises(mockserver.testing.RefusedHostError)."
)

_HERE = str(Path(__file__).parent)
_LIBRARIES = tuple(
    {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
)
_INSTALLED = ("site-packages", "dist-packages")


class RefusedHostError(EmulatorError):
    """A call to one of the vendor's hosts that the guard refused; nothing was sent.

    It is no `OSError`, which clients take for a bad connection and try again.

    Args:
        host: The host, as it was asked for.
    """

    def __init__(self, host: str) -> None:
        super().__init__(
            f"segmock's guard refused {host}: that is the vendor, who charges for what runs there",
            hint=ROUTES,
        )
        self.host = host
        self.is_expected = False

    def __reduce__(self) -> tuple[type[RefusedHostError], tuple[str]]:
        """Let it pass from process to process."""
        return type(self), (self.host,)


class _Line(NamedTuple):
    code: CodeType
    number: int

    def __str__(self) -> str:
        file = Path(self.code.co_filename)
        here = Path.cwd()
        shown = file.relative_to(here) if file.is_relative_to(here) else file
        text = linecache.getline(str(file), self.number).strip()
        return f"{shown}:{self.number} in {self.code.co_name}" + (f": {text}" if text else "")


class Refusals:
    """What one guard refused while it lasted."""

    def __init__(self) -> None:
        self.total = 0
        self._kept: list[tuple[RefusedHostError, list[_Line]]] = []

    def add(self, error: RefusedHostError) -> None:
        """Remember a refusal that is about to be raised in this thread."""
        self.total += 1
        if len(self._kept) < _MOST:
            self._kept.append((error, list(_list_lines_of_stack())))

    def clear(self) -> None:
        """Forget them, and let go of what their frames hold."""
        self.total = 0
        self._kept.clear()

    @property
    def hosts(self) -> list[str]:
        """The hosts that were asked for, in the order of the refusals that are kept."""
        return [error.host for error, _ in self._kept]

    def find_complaints(self) -> list[str]:
        """Return what a test that has passed complains of: refusals of which nobody took notice."""
        lines = self.render()
        return [_IGNORED.format(lines)] if lines else []

    def render(self, raised: BaseException | None = None) -> str:
        """Return which refusals nobody was told of, a line for each host and place.

        A test is told of what it expects (`pytest.raises`), and of what it ended with.

        Args:
            raised: What the test ended with.

        Returns:
            Nothing, if there are none.
        """
        told = set(map(id, list_causes(raised)))
        lines = Counter(
            f"  {error.host} from {_find_line(error, stack)}"
            for error, stack in self._kept
            if not error.is_expected and id(error) not in told
        )
        shown = [
            line + (f" ({count(times, 'time')})" if times > 1 else "")
            for line, times in lines.items()
        ]
        more = self.total - len(self._kept)
        return "\n".join([*shown, *([f"  … and {more} more"] if more and shown else [])])


def mark_expected(error: BaseException | None) -> None:
    """Note of a refusal, or of those in a group, that a test expects them."""
    if isinstance(error, RefusedHostError):
        error.is_expected = True
    elif isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            mark_expected(each)


def list_causes(error: BaseException | None) -> list[BaseException]:
    """Return an error with all that it was made of: causes, contexts and members of groups."""
    found: dict[int, BaseException] = {}
    waiting = [error]
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in found:
            continue
        found[id(each)] = each
        waiting += [each.__cause__, each.__context__]
        waiting += each.exceptions if isinstance(each, BaseExceptionGroup) else ()
    return list(found.values())


def _find_line(error: RefusedHostError, stack: list[_Line]) -> _Line:
    """Return the line of the user's code that is nearest to a refusal.

    Loops resolve in threads, whose stacks know nothing of who asked: there the way that the error
    took tells it.
    """
    way = list(_list_lines_of_way(error))
    lines = way[::-1] + stack  # each from within
    caught_at = [*way, *stack][0]
    return next((line for line in lines if _is_of_user(line.code)), caught_at)


def _list_lines_of_stack() -> Iterator[_Line]:
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 (documented; `inspect` reads files)
    while frame is not None:
        yield _Line(frame.f_code, frame.f_lineno)
        frame = frame.f_back


def _list_lines_of_way(error: BaseException) -> Iterator[_Line]:
    traceback = error.__traceback__
    while traceback is not None:
        yield _Line(traceback.tb_frame.f_code, traceback.tb_lineno)
        traceback = traceback.tb_next


def _is_of_user(code: CodeType) -> bool:
    """Tell whether code is neither Python's nor of an installed package, nor of this one."""
    file = code.co_filename
    if file.startswith(("<", _HERE)):
        return False
    return not file.startswith(_LIBRARIES) and not any(part in file for part in _INSTALLED)
