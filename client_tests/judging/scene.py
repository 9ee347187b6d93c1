"""What a violation is judged by when its cause is looked for: the call, and what came last."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from client_tests.cases.model import Case
from client_tests.judging.trace import POLLS, Exchange, Reply, Trace
from client_tests.judging.violations import Violation

_PENDING = {"QUEUED", "PROCESSING"}
_KNOWN_STATES = _PENDING | {"COMPLETED", "FAILED"}
_ENDS = {"COMPLETED", "FAILED"}
_OK, _FAILED, _TOO_MANY, _SERVER_ERRORS = 200, 422, 429, 500
_ABOUT_THE_END = {"expected", "reported", "result", "answered"}
_RAISED = re.compile(r"[A-Za-z_][\w.]*")


@dataclass(frozen=True)
class Scene:
    """A violation with the case and the trace that it was found in."""

    case: Case
    trace: Trace
    violation: Violation

    @cached_property
    def reply(self) -> Reply | None:
        """What came of the call that went wrong: the first that a case did not expect."""
        expect, replies = self.case.expect, self.trace.replies
        right = [expect.of(index).outcomes for index in range(len(replies))]
        pairs = zip(right, replies, strict=True)
        wrong = (each for outcomes, each in pairs if outcomes and _outcome(each) not in outcomes)
        return next(wrong, replies[-1] if replies else None)

    @property
    def outcome(self) -> str | None:
        """The outcome that was reported; None if nothing was."""
        return None if self.reply is None else _outcome(self.reply)

    @property
    def error(self) -> str:
        """The words that were reported."""
        answer = self.reply.answer if self.reply else None
        return str(answer.error or "") if answer else ""

    @cached_property
    def last(self) -> Exchange | None:
        """What the client was given last; of several calls, by the first that went wrong."""
        asked = [each for each in self.trace.exchanges if each.route != "preflight"]
        if len(self.case.operations) == 1 or not asked:
            return asked[-1] if asked else None
        ends = {each.request_id: each for each in asked}.values()
        return next((each for each in ends if is_troubled(each)), asked[-1])

    @property
    def status(self) -> int | None:
        """The status of the last answer."""
        return self.last.status if self.last else None

    @property
    def is_poll(self) -> bool:
        """Whether the last thing asked was a poll of a job, or its result."""
        return self.last is not None and self.last.route in POLLS

    @property
    def is_trouble(self) -> bool:
        """Whether the last answer went wrong in a way that says nothing about the job."""
        return self.last is not None and is_troubled(self.last)

    @property
    def is_struck(self) -> bool:
        """Whether a fault struck the last answer."""
        return self.last is not None and "fault_id" in self.last.entry

    @property
    def is_refusal(self) -> bool:
        """Whether the last answer was a 4xx that came whole and tells of no failed job."""
        status = self.status or 0
        is_whole = self.last is not None and self.last.delivery == "intact"
        return is_whole and 400 <= status < _SERVER_ERRORS and self.state != "FAILED"

    @property
    def state(self) -> str | None:
        """The state that the last answer told, if it came whole."""
        state = self.last.told.get("status") if self.last else None
        return state if isinstance(state, str) else None

    @property
    def is_pending(self) -> bool:
        """Whether the job was known to go on when the client stopped."""
        return self.is_poll and self.state in _PENDING

    @property
    def is_in_an_unknown_state(self) -> bool:
        """Whether the last answer told a state that no table has."""
        return self.status == _OK and self.state is not None and self.state not in _KNOWN_STATES

    @property
    def is_limited(self) -> bool:
        """Whether the last answer was a 429."""
        return self.status == _TOO_MANY

    @property
    def has_failed(self) -> bool:
        """Whether the client was told that its job has FAILED."""
        polls = self.trace.of(*POLLS)
        return any(each.told.get("status") == "FAILED" for each in polls)

    @property
    def is_one_too_many(self) -> bool:
        """Whether the client asked for more runs than were asked of it."""
        return len(self.trace.runs) > self.runs_asked_for

    @property
    def runs_asked_for(self) -> int:
        """How many runs were asked of the client, beside downloads and balances."""
        return sum(operation.is_run for operation in self.case.operations)

    @property
    def is_too_few(self) -> bool:
        """Whether the violation is that fewer runs were asked for, or charged, than expected.

        It may be of another play of the case than the trace, in which just as many were.
        """
        expect = self.case.expect
        match self.violation.assertion:
            case "charged":
                return bool(expect.charges) and len(self.trace.ledger) <= max(expect.charges)
            case "submitted":
                return bool(expect.submits) and len(self.trace.runs) <= max(expect.submits)
        return False

    @property
    def is_about_the_end(self) -> bool:
        """Whether the violation is about how a call ended, or comes of that alone."""
        return self.violation.assertion in _ABOUT_THE_END or self.is_too_few

    @property
    def longest_pause_s(self) -> float:
        """The longest time between two polls of one job, or after the last to the answer."""
        polls = self.trace.of(*POLLS)
        pauses = [self._left_s(polls[-1]) if polls and self.is_pending else 0.0]
        before: dict[str | None, float] = {}
        for each in polls:
            pauses.append(each.received_s - before.get(each.request_id, each.received_s))
            before[each.request_id] = each.received_s
        return max(pauses)

    def _left_s(self, last: Exchange) -> float:
        """Return how long the call went on after its last exchange, by the first of them."""
        began_s = self.trace.exchanges[0].received_s
        return self.reply.elapsed_s - (last.received_s - began_s) if self.reply else 0.0

    @property
    def asked_pause_s(self) -> float:
        """How far apart polls were to be."""
        return max(operation.poll_interval_s for operation in self.case.operations)

    @property
    def raised(self) -> str:
        """The name of what the client raised, as its driver tells it."""
        found = _RAISED.match(self.error)
        return found[0] if found and self.error[found.end() :].startswith(":") else "something"


def is_troubled(exchange: Exchange) -> bool:
    """Tell whether an answer went wrong in a way that asking again may heal."""
    if exchange.delivery != "intact" or (exchange.status or 0) >= _SERVER_ERRORS:
        return True
    state = exchange.told.get("status")
    return exchange.status == _OK and exchange.route in POLLS and not isinstance(state, str)


def is_end(exchange: Exchange) -> bool:
    """Tell whether an answer tells of the end of a job."""
    return exchange.told.get("status") in _ENDS


def _outcome(reply: Reply) -> str | None:
    return reply.answer.outcome if reply.answer else None
