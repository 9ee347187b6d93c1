"""Exchanges as lines: what the kit's reports and the report of a failed test have in common.

It reads exchanges as `GET /_mock/requests` shows them, and needs nothing but the standard library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias

from client_tests.reports.exchange_text import describe_answer, describe_content
from client_tests.reports.text import cells, flat, pad, short

ALIKE = 4
"""So many exchanges in a row that say the same are shown as the first, a gap and the last."""

HEAD, TAIL = 40, 20
"""Of a list that is still longer than both, only its beginning and its end are shown."""

_WIDEST_CALL = 64
"""Columns, up to which the answers of a list stand below each other."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One exchange.

    Attributes:
        seq: Its number: in the journal, or in the test that it belongs to.
        at_ms: When it arrived, in milliseconds after the first.
        method: What was asked: the method.
        path: And the path.
        route: Which route of the gateway that is.
        status: The status that was sent, if one was.
        state: The job's state in the answer.
        answer: What came, in words.
        delivery: Whether it arrived: `intact`, `damaged` or `lost`.
        fault: The fault that struck, in words.
        marks: Which violations point at it, counted from 1.
    """

    seq: int
    at_ms: float
    method: str
    path: str
    route: str
    status: int | None
    state: str | None
    answer: str
    delivery: str
    fault: str | None
    marks: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Exchanges that are not shown: `count` of them, until `until_ms`."""

    count: int
    until_ms: float
    is_alike: bool

    @property
    def words(self) -> str:
        """What is missing, in words."""
        like = " like it" if self.is_alike else ""
        return f"{self.count} more{like}, until {self.until_ms:.0f} ms"


Item: TypeAlias = Step | Gap


def make_step(
    entry: dict[str, Any],
    *,
    seq: int,
    at_ms: float,
    fault: str | None = None,
    cut: str = "",
    marks: tuple[int, ...] = (),
) -> Step:
    """Return an exchange of the journal as a step.

    Args:
        entry: The exchange, as the control plane shows it.
        seq: Its number.
        at_ms: When it arrived, in milliseconds after the first.
        fault: The fault that struck it, in words.
        cut: How the connection was cut, where nothing was sent.
        marks: Which violations point at it.
    """
    return Step(
        seq=seq,
        at_ms=at_ms,
        method=str(entry["method"]),
        path=str(entry["path"]),
        route=str(entry["route"]),
        status=entry["status"],
        state=read_text(entry, "status"),
        answer=_describe_answer(entry, cut),
        delivery=str(entry["delivery"]),
        fault=fault,
        marks=marks,
    )


def _describe_answer(entry: dict[str, Any], cut: str) -> str:
    return describe_answer(
        entry["status"],
        state=read_text(entry, "status"),
        error=read_text(entry, "error"),
        content=describe_content(entry["response"]["headers"], entry["response"]["body"]),
        delivery=str(entry["delivery"]),
        cut=cut,
    )


def read_text(entry: dict[str, Any], name: str) -> str | None:
    """Return a field of an answer that is a JSON object."""
    body = entry["response"]["body"]
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, str) else None


def fold_steps(steps: Iterable[Step], head: int = HEAD, tail: int = TAIL) -> tuple[Item, ...]:
    """Fold exchanges in a row that say the same, and leave the middle of a long list out.

    Args:
        steps: The exchanges, in their order.
        head: How many items are shown at the beginning of a list that is too long.
        tail: And how many at its end.
    """
    items = [item for _, same in groupby(steps, key=_list_what_it_says) for item in _fold([*same])]
    left_out = items[head:-tail]
    if len(items) <= head + tail:
        return tuple(items)
    number = sum(item.count if isinstance(item, Gap) else 1 for item in left_out)
    last = left_out[-1]
    until_ms = last.until_ms if isinstance(last, Gap) else last.at_ms
    gap = Gap(count=number, until_ms=until_ms, is_alike=False)
    return (*items[:head], gap, *items[-tail:])


def _list_what_it_says(step: Step) -> tuple[object, ...]:
    return step.method, step.path, step.answer, step.fault, step.marks


def _fold(run: list[Step]) -> list[Item]:
    if len(run) < ALIKE or run[0].fault:
        return [*run]
    gap = Gap(count=len(run) - 2, until_ms=run[-2].at_ms, is_alike=True)
    return [run[0], gap, run[-1]]


def render_items(items: Iterable[Item], *, show: Callable[[str], str] = short) -> list[str]:
    """Return exchanges as lines of plain text, as wide as they need to be.

    Args:
        items: The exchanges, and what is left out between them.
        show: How paths and answers are shown: `text.short`, or `text.flat` to keep ids whole.
    """
    items = list(items)
    calls = [cells(_render_call(item, show)) for item in items if isinstance(item, Step)]
    width = max((each for each in calls if each <= _WIDEST_CALL), default=0)
    return [line for item in items for line in _render_item(item, width, show)]


def _render_item(item: Item, width: int, show: Callable[[str], str]) -> Iterator[str]:
    if isinstance(item, Gap):
        yield f"        … {item.words}"
        return
    mark = ">" if item.marks else " "
    call = _render_call(item, show)
    asked = pad(call, width) if cells(call) < width else call
    yield f"  {mark} {f'#{item.seq}':>5} {item.at_ms:>7.0f} ms  {asked}  → {show(item.answer)}"
    if item.fault:
        yield f"{'':>19}^ fault: {flat(item.fault)}"


def _render_call(step: Step, show: Callable[[str], str]) -> str:
    return f"{flat(step.method):<4} {show(step.path)}"
