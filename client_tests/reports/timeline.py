"""What happened in a case, exchange by exchange: what was asked, what came, which fault struck."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias

from client_tests.cases.model import Case, Effect, Operation
from client_tests.judging.assertions import Violation
from client_tests.judging.trace import Exchange, Reply, Trace
from client_tests.reports.exchange_text import describe_answer, describe_effect
from client_tests.reports.text import flat, short, to_json_line

ALIKE = 4
"""So many exchanges in a row that say the same are shown as the first, a gap and the last."""

HEAD, TAIL = 40, 20
"""Of a timeline that is still longer than both, only its beginning and its end are shown."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One exchange.

    Attributes:
        seq: Its number in the journal.
        at_ms: When it arrived, in real milliseconds after the first.
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


@dataclass(frozen=True, kw_only=True)
class End:
    """What was asked of the client, what it reported, and after how many real milliseconds."""

    asked: str
    reported: str
    outcome: str | None
    after_ms: float

    @property
    def words(self) -> str:
        """What it reported, and when, in a line."""
        return f"reported, after {self.after_ms:.0f} ms, {flat(self.reported)}"


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """A case as it went.

    Attributes:
        items: The exchanges, in order; long ones have gaps.
        ends: One for each call that was made of the client.
        idle: Faults of the case that had no occasion to strike, in words.
    """

    items: tuple[Item, ...]
    ends: tuple[End, ...]
    idle: tuple[str, ...]


def timeline(case: Case, trace: Trace, violations: Sequence[Violation] = ()) -> Timeline:
    """Return what happened in a case, marked with what is wrong about it."""
    strikes = _FaultMatcher(case.behaviour)
    began_s = min((exchange.received_s for exchange in trace.exchanges), default=0.0)
    steps = [_step(each, began_s, strikes, _marks(each, violations)) for each in trace.exchanges]
    pairs = zip(case.operations, trace.replies, strict=False)
    return Timeline(
        items=tuple(_shorten(list(_fold(steps)))),
        ends=tuple(_end(operation, reply) for operation, reply in pairs),
        idle=tuple(strikes.idle()),
    )


class _FaultMatcher:
    """Tells which effect of a case it was that struck an exchange.

    Each effect strikes once, and those of a route strike in the order of their ordinals.
    """

    def __init__(self, behaviour: Iterable[Effect]) -> None:
        self._left: dict[str, list[Effect]] = {}
        for effect in sorted(behaviour, key=lambda effect: effect.ordinal):
            self._left.setdefault(effect.route, []).append(effect)

    def on(self, exchange: Exchange) -> Effect | None:
        left = self._left.get(exchange.route)
        return left.pop(0) if left and "fault_id" in exchange.entry else None

    def idle(self) -> Iterator[str]:
        for effects in self._left.values():
            for effect in effects:
                yield f"{effect.route}, call {effect.ordinal + 1}: {describe_fault(effect)}"


def _marks(exchange: Exchange, violations: Sequence[Violation]) -> tuple[int, ...]:
    return tuple(
        number
        for number, violation in enumerate(violations, 1)
        if exchange.seq in violation.exchanges
    )


def _step(
    exchange: Exchange, began_s: float, strikes: _FaultMatcher, marks: tuple[int, ...]
) -> Step:
    effect = strikes.on(exchange)
    fault = describe_fault(effect) if effect else exchange.entry.get("fault_id")
    return Step(
        seq=exchange.seq,
        at_ms=round((exchange.received_s - began_s) * 1000, 1),
        method=str(exchange.entry["method"]),
        path=str(exchange.entry["path"]),
        route=exchange.route,
        status=exchange.status,
        state=_state(exchange.body),
        answer=_answer(exchange, effect),
        delivery=exchange.delivery,
        fault=fault,
        marks=marks,
    )


# --- In words -----------------------------------------------------------------------------


def describe_fault(effect: Effect) -> str:
    """Return a fault in words: `status 503 html, before`."""
    words = ", ".join(describe_effect(effect.do))
    if effect.reset_in_s is not None:
        words += f", window ends {effect.reset_in_s:g} s after the start"
    return f"{words}, {effect.when}" if effect.when else words


def _state(body: Any) -> str | None:
    state = body.get("status") if isinstance(body, dict) else None
    return state if isinstance(state, str) else None


def _answer(exchange: Exchange, effect: Effect | None) -> str:
    body = exchange.body
    error = body.get("error") if isinstance(body, dict) else None
    cuts = [name for name in (effect.do if effect else {}) if name in {"reset", "close"}]
    return describe_answer(
        exchange.status,
        state=_state(body),
        error=error if isinstance(error, str) else None,
        content=_content(exchange),
        delivery=exchange.delivery,
        cut=cuts[0] if cuts else "",
    )


def _content(exchange: Exchange) -> str:
    """Return what the body of an answer is, in a few words, unless it is a JSON object."""
    body = exchange.body
    kind = exchange.response_headers.get("content-type", "").partition(";")[0]
    match body:
        case {"binary": True, "bytes": size}:
            return f"{kind}, {size} bytes"
        case dict():
            return ""
        case "" | None:
            return "empty"
    return kind or "text"


def _end(operation: Operation, reply: Reply) -> End:
    model = (
        f" {operation.model} {to_json_line(operation.params)}"
        if operation.op in {"run", "run_sync"}
        else ""
    )
    pause = f", polls {operation.poll_interval_s:g} s apart" if operation.op == "run" else ""
    return End(
        asked=f"{operation.op}{model}, within {operation.timeout_s:g} s{pause}",
        reported=_describe_reply(reply),
        outcome=reply.answer.outcome if reply.answer else None,
        after_ms=round(reply.elapsed_s * 1000, 1),
    )


def _describe_reply(reply: Reply) -> str:
    answer = reply.answer
    if answer is None:
        return f"nothing: {reply.problem}"
    status = f" ({answer.status})" if answer.status is not None else ""
    return f"{answer.outcome}{status}" + (f": {answer.error}" if answer.error else "")


# --- Long ones ----------------------------------------------------------------------------


def _fold(steps: list[Step]) -> Iterator[Item]:
    """Fold exchanges in a row that say the same."""
    for _, same in groupby(steps, key=_what_it_says):
        run = list(same)
        if len(run) < ALIKE or run[0].fault:
            yield from run
        else:
            yield run[0]
            yield Gap(count=len(run) - 2, until_ms=run[-2].at_ms, is_alike=True)
            yield run[-1]


def _what_it_says(step: Step) -> tuple[object, ...]:
    return step.method, step.path, step.answer, step.fault, step.marks


def _shorten(items: list[Item]) -> list[Item]:
    left_out = items[HEAD:-TAIL]
    if len(items) <= HEAD + TAIL:
        return items
    number = sum(item.count if isinstance(item, Gap) else 1 for item in left_out)
    last = left_out[-1]
    until_ms = last.until_ms if isinstance(last, Gap) else last.at_ms
    gap = Gap(count=number, until_ms=until_ms, is_alike=False)
    return [*items[:HEAD], gap, *items[-TAIL:]]


def render_lines(told: Timeline) -> list[str]:
    """Return a timeline as lines of plain text, as wide as they need to be."""
    return [line for item in told.items for line in _item_lines(item)] + [
        *(f"    the client {end.words}" for end in told.ends),
        *(f"    never struck: {words}" for words in told.idle),
    ]


def _item_lines(item: Item) -> Iterator[str]:
    if isinstance(item, Gap):
        yield f"      … {item.words}"
        return
    mark = ">" if item.marks else " "
    asked = f"{item.method} {short(item.path)}"
    yield f"  {mark} #{item.seq} {item.at_ms:.0f} ms  {asked}  -> {flat(item.answer)}"
    if item.fault:
        yield f"        fault: {flat(item.fault)}"
