"""Whether a client did what its case says: outcomes and errors of each ask, charges, submits."""

from __future__ import annotations

from collections.abc import Iterator

from client_tests.cases.model import Case, Expect
from client_tests.driver.messages import Answer
from client_tests.judging.pace import is_too_slow
from client_tests.judging.replies import describe_lost_words, name_ask, passes_on
from client_tests.judging.trace import Trace
from client_tests.judging.violations import Violation
from client_tests.plurals import count


def check_expected(case: Case, trace: Trace) -> Iterator[Violation]:
    """What the case itself says of outcomes and errors, of each ask or of all."""
    for index, reply in enumerate(trace.replies):
        if reply.answer is None or is_too_slow(case, trace, index):
            continue
        problem = _find_problem(case, reply.answer, case.expect.of(index))
        if problem:
            message = name_ask(case, index) + problem
            yield Violation("expected", case.level, message, case.facts)


def _find_problem(case: Case, answer: Answer, expect: Expect) -> str | None:
    if not expect.outcomes:
        return None
    if answer.outcome not in expect.outcomes:
        return (
            f"It reported {answer.outcome}, and not {' or '.join(expect.outcomes)}: {case.title}."
        )
    if not passes_on(answer, expect.error):
        return describe_lost_words(expect.error, answer)
    return None


def check_charged(case: Case, trace: Trace) -> Iterator[Violation]:
    """As many runs are paid for as the case says; those that were not polled to an end, or not."""
    charges, right = len(trace.ledger), case.expect.charges
    unended = sum(is_too_slow(case, trace, index) for index in range(len(trace.replies)))
    if right and not {*right} & {*range(charges, charges + unended + 1)}:
        message = (
            f"{count(charges, 'run was', 'runs were')} charged; {_join(right)} would be right."
        )
        yield Violation("charged", "MUST", message, ("S2",), _list_submits(trace))


def check_submitted(case: Case, trace: Trace) -> Iterator[Violation]:
    """As many runs are asked for as the case says."""
    submits, right = len(trace.runs), case.expect.submits
    if right and submits not in right:
        message = (
            f"{count(submits, 'run was', 'runs were')} asked for; {_join(right)} would be right."
        )
        yield Violation("submitted", "MUST", message, ("S2",), _list_submits(trace))


def _join(numbers: tuple[int, ...]) -> str:
    return " or ".join(map(str, numbers))


def _list_submits(trace: Trace) -> tuple[int, ...]:
    return tuple(exchange.seq for exchange in trace.runs)
