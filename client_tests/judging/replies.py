"""Whether a client answered, as the protocol says, and reported what it was shown."""

from __future__ import annotations

from collections.abc import Iterator

from client_tests.cases.model import Case, Operation
from client_tests.driver.messages import Answer
from client_tests.excerpts import shorten
from client_tests.judging.bodies import (
    describe_served,
    describe_wrong_result,
    is_result_of,
    is_same_media,
)
from client_tests.judging.oracle import AllowedOutcomes, decide_run, decide_single
from client_tests.judging.trace import FIRST_ROUTES, Exchange, Reply, Trace
from client_tests.judging.values import is_same
from client_tests.judging.violations import Violation
from client_tests.plurals import count

_FAILED = {"failed", "invalid"}


def check_answered(case: Case, trace: Trace) -> Iterator[Violation]:
    """A driver answers by its deadline and a grace."""
    for index, reply in enumerate(trace.replies):
        said = name_ask(case, index)
        if reply.problem:
            yield Violation(
                "answered", "MUST", f"{said}The deadline did not hold: {reply.problem}."
            )
        elif reply.answer and reply.answer.outcome == "client_bug":
            message = f"{said}The client raised what it should have handled: {reply.answer.error}."
            yield Violation("answered", "MUST", message)


def check_typed(case: Case, trace: Trace) -> Iterator[Violation]:
    """Each field of an answer has the type that the protocol says."""
    for index, reply in enumerate(trace.replies):
        for problem in reply.answer.mistyped if reply.answer else ():
            message = f"{name_ask(case, index)}A field of the answer has a wrong type: {problem}."
            yield Violation("typed", "MUST", message)


def check_reported(case: Case, trace: Trace) -> Iterator[Violation]:
    """What is reported of each ask follows from what was shown to it."""
    for index, (operation, reply) in enumerate(zip(case.operations, trace.replies, strict=True)):
        exchanges = trace.exchanges_of(index)
        if reply.answer is None or reply.answer.outcome == "client_bug" or exchanges is None:
            continue
        right = _decide(operation, reply, exchanges)
        yield from _check_reply(name_ask(case, index), reply, right, trace)


def _decide(operation: Operation, reply: Reply, exchanges: list[Exchange]) -> AllowedOutcomes:
    if operation.op == "run":
        return decide_run(
            exchanges, reply.elapsed_s, operation.timeout_s, operation.poll_interval_s
        )
    return decide_single(
        exchanges, FIRST_ROUTES[operation.op], reply.elapsed_s, operation.timeout_s
    )


def _check_reply(
    said: str, reply: Reply, right: AllowedOutcomes, trace: Trace
) -> Iterator[Violation]:
    answer = reply.answer
    if answer is None:
        return
    shown = (right.shown,) if right.shown else ()
    if answer.outcome not in right.outcomes:
        expected = " or ".join(sorted(right.outcomes)) or "to go on"
        message = f"{said}It reported {answer.outcome}; right was {expected}, since {right.why}."
        yield Violation("reported", "MUST", message, exchanges=shown)
    elif answer.outcome == "completed":
        yield from _check_result(said, reply, answer, right, trace)
    elif not passes_on(answer, right.error):
        message = said + describe_lost_words(right.error, answer)
        yield Violation("reported", "MUST", message, ("E1",), shown)


def _check_result(
    said: str, reply: Reply, answer: Answer, right: AllowedOutcomes, trace: Trace
) -> Iterator[Violation]:
    """A completed call hands on what was delivered, as it was."""
    shown = (right.shown,) if right.shown else ()
    if reply.expected is not None:
        served = describe_served(reply.expected, trace, right.shown)
        if not is_same_media(answer.result, served):
            message = (
                f"{said}The download is not what was served: {answer.result} in place of {served}."
            )
            yield Violation("result", "MUST", message, ("R7",), shown)
    elif not any(is_result_of(answer.result, each) for each in right.results):
        how = describe_wrong_result(answer.result, right.results[-1])
        message = f"{said}The result is not the body that was delivered: {how}."
        yield Violation("result", "MUST", message, ("O1",), shown)


def check_own(case: Case, trace: Trace) -> Iterator[Violation]:
    """Each completed run has the result of the job that it made itself, and no two have one."""
    reported: dict[str, int] = {}
    for index, (operation, reply) in enumerate(zip(case.operations, trace.replies, strict=True)):
        answer = reply.answer
        if operation.op != "run" or answer is None or answer.outcome != "completed":
            continue
        said, id_ = name_ask(case, index), _find_job_id(answer, trace)
        job = trace.job(id_)
        if id_ is not None and id_ in reported:
            message = f"It reported the result of job {id_}, and so did call {reported[id_]}."
            yield Violation("own", "MUST", said + message, ("O1",))
        elif job is not None and _is_of_another(job["params"], operation, case):
            message = f"It reported the result of another job, {id_}."
            yield Violation("own", "MUST", said + message, ("O1",))
        elif len(case.operations) > 1 and not _was_delivered(operation, answer, trace):
            message = "It reported a result that was not delivered for this call."
            yield Violation("own", "MUST", said + message, ("O1",))
        if id_ is not None:
            reported.setdefault(id_, index + 1)


def _find_job_id(answer: Answer, trace: Trace) -> str | None:
    """Return the id of the job whose result an answer says it is, if there is such a job."""
    id_ = answer.result.get("request_id") if isinstance(answer.result, dict) else None
    return id_ if isinstance(id_, str) and trace.job(id_) is not None else None


def _is_of_another(params: object, operation: Operation, case: Case) -> bool:
    """Tell whether a job's parameters are those of another ask, and not of this one."""
    others = (each for each in case.operations if each is not operation)
    return not is_same(params, operation.params) and any(
        is_same(params, each.params) for each in others
    )


def _was_delivered(operation: Operation, answer: Answer, trace: Trace) -> bool:
    """Tell whether a result is the body that came for a job with these parameters."""
    for exchange in trace.of("result", "poll"):
        is_own = is_same(_find_params(exchange.request_id, trace), operation.params)
        if is_own and is_result_of(answer.result, exchange):
            return True
    return False


def _find_params(id_: str | None, trace: Trace) -> object:
    """Return the parameters of a job; of one that has expired since, those that were sent."""
    job = trace.job(id_)
    if job is not None:
        return job["params"]
    submit = next((each for each in trace.runs if each.request_id == id_), None)
    return submit and trace.sent_by(submit)


def name_ask(case: Case, index: int) -> str:
    """Return which of several asks a message is about; nothing where there is one."""
    number = len(case.operations)
    return "" if number == 1 else f"Call {index + 1} of {number}: "


def passes_on(answer: Answer, error: str | None) -> bool:
    """Tell whether an answer has the words that it needs; only failures need some."""
    return not error or answer.outcome not in _FAILED or error in (answer.error or "")


def describe_lost_words(error: str | None, answer: Answer) -> str:
    """Say what became of the words of an error."""
    words, said = error or "", answer.error or ""
    if said and len(said) < len(words) and words.startswith(said):
        return f"The first {count(len(said), 'character')} of an error of {len(words):,} came."
    return f"The error {shorten(words)!r} was not passed on; it said {shorten(said)!r}."
