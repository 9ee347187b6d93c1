"""Whether what was asked for is what the client asks of the gateway: the model, the parameters."""

from __future__ import annotations

from collections.abc import Iterator

from client_tests.cases.model import Case, Operation
from client_tests.judging.trace import Exchange, Trace
from client_tests.judging.values import describe_difference, is_same
from client_tests.judging.violations import Violation


def check_arrivals(case: Case, trace: Trace) -> Iterator[Violation]:
    """Each run is of the model that was asked for, with the parameters that were given."""
    asked = [operation for operation in case.operations if operation.is_run]
    for exchange in trace.runs:
        if not asked:
            message = "It asked for a run, and nobody had asked it for one."
            yield Violation("submitted", "MUST", message, ("S2",), (exchange.seq,))
            return
        own = _list_own(case, trace, exchange)
        sent = trace.sent_by(exchange)
        yield from _check_sent(sent, own, asked, exchange)
        yield from _check_model(sent, own, exchange)


def _list_own(case: Case, trace: Trace, exchange: Exchange) -> list[Operation]:
    """Return the calls that a run may be for: one after the other, it is for one of them."""
    runs = [operation for operation in case.operations if operation.is_run]
    if case.concurrent or len(case.operations) == 1:
        return runs
    for index, operation in enumerate(case.operations):
        if operation in runs and exchange in (trace.exchanges_of(index) or []):
            return [operation]
    return runs


def _check_sent(
    sent: object, own: list[Operation], asked: list[Operation], exchange: Exchange
) -> Iterator[Violation]:
    if sent is None or any(is_same(sent, operation.params) for operation in own):
        return
    if any(is_same(sent, operation.params) for operation in asked):
        message = "It sent the parameters of another call."
        yield Violation("own", "MUST", message, ("S1",), (exchange.seq,))
        return
    told = [describe_difference(sent, operation.params) for operation in own]
    message = f"The parameters did not arrive as they were given: {min(told, key=len)}."
    yield Violation("unchanged", "MUST", message, ("S1",), (exchange.seq,))


def _check_model(sent: object, own: list[Operation], exchange: Exchange) -> Iterator[Violation]:
    """Of several calls at the same time, those with these parameters are the ones it may be for."""
    like = [operation for operation in own if is_same(sent, operation.params)] or own
    model, models = exchange.entry.get("model"), sorted({operation.model for operation in like})
    if model is not None and model not in models:
        message = f"It asked for a run of {model}, and was asked for one of {' or '.join(models)}."
        yield Violation("model", "MUST", message, ("R2",), (exchange.seq,))
