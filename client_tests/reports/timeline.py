"""What happened in a case, exchange by exchange: what was asked, what came, which fault struck."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from client_tests.cases.model import Case, Effect, Operation
from client_tests.excerpts import shorten
from client_tests.judging.trace import Exchange, Reply, Trace
from client_tests.judging.violations import Violation
from client_tests.reports.exchange_lines import Item, Step, fold_steps, make_step, render_items
from client_tests.reports.exchange_text import describe_effect
from client_tests.reports.text import flat, to_json_line


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
        items=fold_steps(steps),
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
    cuts = [name for name in (effect.do if effect else {}) if name in {"reset", "close"}]
    return make_step(
        exchange.entry,
        seq=exchange.seq,
        at_ms=round((exchange.received_s - began_s) * 1000, 1),
        fault=fault,
        cut=cuts[0] if cuts else "",
        marks=marks,
    )


# --- In words -----------------------------------------------------------------------------


def describe_fault(effect: Effect) -> str:
    """Return a fault in words: `status 503 html, before`."""
    words = shorten(", ".join(describe_effect(effect.do)))
    if effect.reset_in_s is not None:
        words += f", window ends {effect.reset_in_s:g} s after it"
    return f"{words}, {effect.when}" if effect.when else words


def _end(operation: Operation, reply: Reply) -> End:
    model = (
        f" {operation.model} {shorten(to_json_line(operation.params))}" if operation.is_run else ""
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
    return f"{answer.outcome}{status}" + (f": {shorten(str(answer.error))}" if answer.error else "")


# --- In lines -----------------------------------------------------------------------------


def render_lines(told: Timeline) -> list[str]:
    """Return a timeline as lines of plain text, as wide as they need to be."""
    return [
        *render_items(told.items),
        *(f"    the client {end.words}" for end in told.ends),
        *(f"    never struck: {words}" for words in told.idle),
    ]
