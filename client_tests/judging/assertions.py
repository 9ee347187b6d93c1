"""What a client did wrong in a case: each assertion looks at one thing, and names its violation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from client_tests.cases.model import Case, Operation
from client_tests.driver.messages import Answer
from client_tests.excerpts import shorten
from client_tests.judging.after_end import check_after_end
from client_tests.judging.bodies import (
    describe_served,
    digest_json,
    is_description,
    is_same_media,
)
from client_tests.judging.cut_bodies import is_cut
from client_tests.judging.durations import check_bursts, check_overrun
from client_tests.judging.key_paths import check_key_hosts, check_key_places, check_key_words
from client_tests.judging.oracle import AllowedOutcomes, decide_run, decide_single
from client_tests.judging.trace import Exchange, Reply, Trace
from client_tests.judging.violations import Assertion, Violation
from client_tests.plurals import count

__all__ = ["ASSERTIONS", "Violation", "find_violations", "is_unsupported"]

_ROUTES = {"run_sync": "sync", "download": "output", "credits": "credits"}
_RUNS = {"run": "submit", "run_sync": "sync"}

PACE_SHARE = 0.5
"""A poll may come this much earlier than asked: timers are coarse, and requests take time."""

_FAILED = {"failed", "invalid"}

_JUDGED_HERE = {"polled-too-fast"}
"""The kit asks for polls that are quicker than segmock's own rule likes, and judges by that."""


def find_violations(case: Case, trace: Trace) -> list[Violation]:
    """Return everything that the client did wrong in a case; nothing if it is not covered."""
    if is_unsupported(trace):
        return []
    return [violation for assertion in ASSERTIONS for violation in assertion(case, trace)]


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


def _check_answered(_case: Case, trace: Trace) -> Iterator[Violation]:
    """A driver answers by its deadline and a grace."""
    for reply in trace.replies:
        if reply.problem:
            yield Violation("answered", "MUST", f"The deadline did not hold: {reply.problem}.")
        elif reply.answer and reply.answer.outcome == "client_bug":
            message = f"The client raised what it should have handled: {reply.answer.error}."
            yield Violation("answered", "MUST", message)


def _check_reported(case: Case, trace: Trace) -> Iterator[Violation]:
    """What is reported follows from what was shown."""
    if case.concurrent or len(case.operations) > 1:
        return
    operation, reply = case.operations[0], trace.replies[0]
    if reply.answer is None or reply.answer.outcome == "client_bug":
        return
    right = _decide(operation, reply, trace)
    outcome = reply.answer.outcome
    shown = (right.shown,) if right.shown else ()
    if outcome not in right.outcomes:
        expected = " or ".join(sorted(right.outcomes)) or "to go on"
        message = f"It reported {outcome}; right was {expected}, since {right.why}."
        yield Violation("reported", "MUST", message, exchanges=shown)
    elif outcome == "completed" and (right.results is not None or reply.expected is not None):
        yield from _check_result(reply, right, trace, shown)
    elif not _passes_on(reply.answer, right.error):
        message = _describe_lost_words(right.error, reply.answer)
        yield Violation("reported", "MUST", message, ("E1",), shown)


def _decide(operation: Operation, reply: Reply, trace: Trace) -> AllowedOutcomes:
    exchanges = list(trace.exchanges)
    if operation.op == "run":
        return decide_run(exchanges, reply.elapsed_s, operation.timeout_s)
    return decide_single(exchanges, _ROUTES[operation.op], reply.elapsed_s, operation.timeout_s)


def _passes_on(answer: Answer, error: str | None) -> bool:
    """Tell whether an answer has the words that it needs; only failures need some."""
    return not error or answer.outcome not in _FAILED or error in (answer.error or "")


def _describe_lost_words(error: str | None, answer: Answer) -> str:
    words, said = error or "", answer.error or ""
    if said and len(said) < len(words) and words.startswith(said):
        return f"The first {count(len(said), 'character')} of an error of {len(words):,} came."
    return f"The error {shorten(words)!r} was not passed on; it said {shorten(said)!r}."


def _check_result(
    reply: Reply, right: AllowedOutcomes, trace: Trace, shown: tuple[int, ...]
) -> Iterator[Violation]:
    """A completed call hands on what was delivered, as it was."""
    result = reply.answer.result if reply.answer else None
    if reply.expected is not None:
        served = describe_served(reply.expected, trace, right.shown)
        if not is_same_media(result, served):
            message = f"The download is not what was served: {result} in place of {served}."
            yield Violation("result", "MUST", message, ("R7",), shown)
    elif not any(_is_same(result, body) for body in right.results or ()):
        message = "The result is not the body that was delivered."
        yield Violation("result", "MUST", message, ("O1",), shown)


def _is_same(result: Any, body: Any) -> bool:
    if is_description(body):
        return is_same_media(result, body)
    if is_cut(body):
        return bool(digest_json(result) == body["json_sha256"])
    return bool(_make_comparable(result) == _make_comparable(body))


def _make_comparable(value: Any) -> Any:
    """Return a value that is equal to another only if the two are the same JSON."""
    if isinstance(value, dict):
        return {name: _make_comparable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_make_comparable(item) for item in value]
    return (type(value).__name__, value) if isinstance(value, bool) else value


def _check_expected(case: Case, trace: Trace) -> Iterator[Violation]:
    """What the case itself says of outcomes, errors, charges and submits."""
    expect = case.expect
    for reply in trace.replies:
        answer = reply.answer
        if answer is None or not expect.outcomes:
            continue
        if answer.outcome not in expect.outcomes:
            right = " or ".join(expect.outcomes)
            message = f"It reported {answer.outcome}, and not {right}: {case.title}."
            yield Violation("expected", case.level, message, case.facts)
        elif not _passes_on(answer, expect.error):
            message = _describe_lost_words(expect.error, answer)
            yield Violation("expected", case.level, message, case.facts)
    charges, submits = len(trace.ledger), len(trace.of("submit", "sync"))
    if expect.charges and charges not in expect.charges:
        right = _join_numbers(expect.charges)
        message = f"{count(charges, 'run was', 'runs were')} charged; {right} would be right."
        yield Violation("charged", "MUST", message, ("S2",), _seqs(trace.of("submit", "sync")))
    if expect.submits and submits not in expect.submits:
        right = _join_numbers(expect.submits)
        message = f"{count(submits, 'run was', 'runs were')} asked for; {right} would be right."
        yield Violation("submitted", "MUST", message, ("S2",), _seqs(trace.of("submit", "sync")))


def _join_numbers(numbers: tuple[int, ...]) -> str:
    return " or ".join(map(str, numbers))


def _check_unchanged(case: Case, trace: Trace) -> Iterator[Violation]:
    """The parameters arrive as they were given."""
    given = [operation.params for operation in case.operations if operation.op in _RUNS]
    for exchange in trace.of("submit", "sync"):
        if not given:
            message = "It asked for a run, and nobody had asked it for one."
            yield Violation("submitted", "MUST", message, ("S2",), (exchange.seq,))
            return
        sent = exchange.sent
        if is_cut(sent):
            job = trace.job(exchange.request_id)
            sent = job["params"] if job else None
        if sent is not None and not any(
            _make_comparable(sent) == _make_comparable(params) for params in given
        ):
            difference = _describe_difference(sent, given[0])
            message = f"The parameters did not arrive as they were given: {difference}."
            yield Violation("unchanged", "MUST", message, ("S1",), (exchange.seq,))


def _describe_difference(sent: Any, given: dict[str, Any]) -> str:
    if not isinstance(sent, dict):
        return "the body is no JSON object"
    missing, added = given.keys() - sent.keys(), sent.keys() - given.keys()
    changed = [
        name
        for name in given.keys() & sent.keys()
        if _make_comparable(given[name]) != _make_comparable(sent[name])
    ]
    parts = [("missing", sorted(missing)), ("added", sorted(added)), ("changed", sorted(changed))]
    return ", ".join(f"{what}: {', '.join(map(repr, names))}" for what, names in parts if names)


def _check_own(case: Case, trace: Trace) -> Iterator[Violation]:
    """Each completed call has the result of the job that it made itself."""
    given = [_make_comparable(operation.params) for operation in case.operations]
    for operation, own, reply in zip(case.operations, given, trace.replies, strict=True):
        answer = reply.answer
        if operation.op != "run" or answer is None or answer.outcome != "completed":
            continue
        result = answer.result if isinstance(answer.result, dict) else {}
        job = trace.job(result.get("request_id"))
        params = None if job is None else _make_comparable(job["params"])
        if job is not None and params != own and params in given:
            message = f"It reported the result of another job, {job['request_id']}."
            yield Violation("own", "MUST", message, ("O1",))
        elif len(case.operations) > 1 and not _was_delivered(operation, answer, trace):
            message = "It reported a result that was not delivered for this call."
            yield Violation("own", "MUST", message, ("O1",))


def _was_delivered(operation: Operation, answer: Answer, trace: Trace) -> bool:
    """Tell whether a result is the body that came for a job with these parameters."""
    for exchange in trace.of("result", "poll"):
        job = trace.job(exchange.request_id)
        is_own = job is not None and _make_comparable(job["params"]) == _make_comparable(
            operation.params
        )
        if is_own and _is_same(answer.result, exchange.body):
            return True
    return False


def _check_paced(case: Case, trace: Trace) -> Iterator[Violation]:
    """Two polls of a pending job are about as far apart as was asked."""
    interval_s = min(operation.poll_interval_s for operation in case.operations)
    last: dict[tuple[str, str | None], Exchange] = {}
    for exchange in trace.of("status", "result", "poll"):
        before = last.get((exchange.route, exchange.request_id))
        if (
            before
            and not before.is_redirect
            and exchange.received_s - before.received_s < PACE_SHARE * interval_s
        ):
            message = f"Two polls came within {PACE_SHARE * interval_s:g} s of each other."
            yield Violation("paced", "MUST", message, ("L2",), (before.seq, exchange.seq))
            return
        last[exchange.route, exchange.request_id] = exchange


def _check_verdicts(case: Case, trace: Trace) -> Iterator[Violation]:
    """Segmock's own verdicts on the client."""
    for verdict in trace.verdicts:
        if verdict["id"] not in {*case.expect.verdicts, *_JUDGED_HERE}:
            yield Violation(
                verdict["id"],
                verdict["level"],
                f"{verdict['title']}.",
                tuple(verdict["facts"]),
                tuple(verdict["requests"]),
            )


ASSERTIONS: tuple[Assertion, ...] = (
    _check_kept,
    _check_answered,
    _check_expected,
    _check_reported,
    _check_own,
    _check_unchanged,
    _check_paced,
    _check_verdicts,
    check_key_places,
    check_key_hosts,
    check_key_words,
    check_after_end,
    check_overrun,
    check_bursts,
)


def _seqs(exchanges: list[Exchange]) -> tuple[int, ...]:
    return tuple(exchange.seq for exchange in exchanges)
