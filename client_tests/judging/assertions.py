"""What a client did wrong in a case: each assertion looks at one thing, and names its violation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from client_tests.cases.model import Case
from client_tests.judging.after_end import check_after_end
from client_tests.judging.arrivals import check_arrivals
from client_tests.judging.durations import check_bursts, check_overrun
from client_tests.judging.expectations import check_charged, check_expected, check_submitted
from client_tests.judging.key_paths import check_key_hosts, check_key_places, check_key_words
from client_tests.judging.pace import check_paced
from client_tests.judging.replies import check_answered, check_own, check_reported, check_typed
from client_tests.judging.scene import Scene
from client_tests.judging.trace import Trace
from client_tests.judging.violations import Assertion, Violation
from client_tests.plurals import count

__all__ = ["ASSERTIONS", "Violation", "find_violations", "is_unsupported", "select_failing"]

_NEVER_FETCHED = "never-fetched-result"
"""What a client looks like whose deadline passes between COMPLETED and the result."""

_JUDGED_HERE = {"polled-too-fast"}
"""The kit asks for polls that are quicker than segmock's own rule likes, and judges by that."""

MUST_EVERYWHERE = frozenset(
    {
        "charged", "submitted", "resubmitted-after-lost-answer",
        "no-key", "key-in-query", "key-as-bearer", "key-to-output",
        "key-elsewhere", "key-to-other-host", "key-in-log",
    }
)  # fmt: skip
"""Paying twice and losing the key: no case asks so little that it would allow them."""


def find_violations(case: Case, trace: Trace) -> list[Violation]:
    """Return everything that the client did wrong in a case; nothing if it is not covered.

    In a case that SHOULD hold nothing is more than a SHOULD, but for what is never allowed.
    """
    if is_unsupported(trace):
        return []
    found = [violation for assertion in ASSERTIONS for violation in assertion(case, trace)]
    return [_lower(case, trace, each) for each in found] if case.level == "SHOULD" else found


def _lower(case: Case, trace: Trace, violation: Violation) -> Violation:
    """Return a violation of such a case; a run too few comes of how the call ended (`expected`)."""
    is_too_few = Scene(case, trace, violation).is_too_few
    if violation.assertion in MUST_EVERYWHERE and not is_too_few:
        return violation
    return replace(violation, level="SHOULD")


def select_failing(case: Case, found: list[Violation]) -> list[Violation]:
    """Return those violations that fail a case: advice, which is about something else, does not."""
    return [
        each
        for each in found
        if each.level == "MUST" or (case.level == "SHOULD" and not each.is_advice)
    ]


def is_unsupported(trace: Trace) -> bool:
    """Tell whether the driver said that it lacks the operation."""
    return any(
        reply.answer is not None and reply.answer.outcome == "unsupported"
        for reply in trace.replies
    )


def _check_kept(_case: Case, trace: Trace) -> Iterator[Violation]:
    """A client makes no more calls than the journal can keep: the others cannot be judged."""
    if trace.dropped:
        number = len(trace.exchanges) + trace.dropped
        message = (
            f"It made {count(number, 'call')}, of which the journal could not keep "
            f"{trace.dropped}: no call needs so many, and what became of those cannot be judged."
        )
        yield Violation("kept", "MUST", message)


def _check_verdicts(case: Case, trace: Trace) -> Iterator[Violation]:
    """Segmock's own verdicts on the client, but for those that its deadline explains."""
    has_run_out = any(each.answer and each.answer.outcome == "timeout" for each in trace.replies)
    excused = {_NEVER_FETCHED} if has_run_out else set()
    for verdict in trace.verdicts:
        if verdict["id"] not in {*case.expect.verdicts, *_JUDGED_HERE, *excused}:
            yield Violation(
                verdict["id"],
                verdict["level"],
                f"{verdict['title']}.",
                tuple(verdict["facts"]),
                tuple(verdict["requests"]),
                is_advice=verdict["level"] == "SHOULD",
            )


ASSERTIONS: tuple[Assertion, ...] = (
    _check_kept,
    check_answered,
    check_typed,
    check_expected,
    check_charged,
    check_submitted,
    check_reported,
    check_own,
    check_arrivals,
    check_paced,
    _check_verdicts,
    check_key_places,
    check_key_hosts,
    check_key_words,
    check_after_end,
    check_overrun,
    check_bursts,
)
