"""Which outcomes are right, given what a client was shown.

The journal tells what the server said and how it was delivered. From that alone, and from the
table in `outcomes`, follows what an honest client reports. So any behaviour can be generated:
nobody has to know beforehand how often a client polls, or which route.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from client_tests.cases.model import PATIENCE
from client_tests.cases.outcomes import outcome_of
from client_tests.judging.bodies import is_media
from client_tests.judging.pace import has_time_to_poll, has_time_to_repeat
from client_tests.judging.trace import POLLS, Exchange
from client_tests.plurals import count

EARLY_SHARE = 0.8
"""A deadline is not over before this share of it has passed: clients measure in their own ways."""

_UNHEALABLE = {"invalid", "insufficient_credits", "unauthorized", "forbidden", "not_found"}
_LOST = frozenset({"server_error", "transport_error"})
_REDIRECTED = frozenset(_LOST | _UNHEALABLE)
"""A redirect may be refused, or followed without the key: to whatever is there."""

_OK, _FAILED, _TOO_MANY = 200, 422, 429


@dataclass(frozen=True)
class AllowedOutcomes:
    """What may be reported, why, and with which result.

    Attributes:
        outcomes: The outcomes that are right.
        why: What the client was shown, for people.
        results: The exchanges of which a `completed` has to have delivered its result.
        error: The words that a failure has to pass on.
        shown: The number of the exchange that decided.
    """

    outcomes: frozenset[str]
    why: str
    results: tuple[Exchange, ...] = ()
    error: str | None = None
    shown: int | None = None


def decide_run(
    exchanges: list[Exchange], elapsed_s: float, timeout_s: float, poll_interval_s: float = 0.0
) -> AllowedOutcomes:
    """Return what is right for a `run` that made these exchanges, in the order of the journal."""
    asked = [exchange for exchange in exchanges if exchange.route in POLLS | {"submit"}]
    if not asked:
        return AllowedOutcomes(frozenset(), "nothing was submitted, so nothing can have come of it")
    is_late = elapsed_s >= EARLY_SHARE * timeout_s
    ended = _decide_ended(asked, is_late=is_late)
    if ended:
        return ended
    last = asked[-1]
    if last.route == "submit":
        return _decide_unaccepted(last, is_late=is_late)
    if _outlasts(last, timeout_s - elapsed_s):
        why = "the 429 names a reset beyond the deadline"
        outcomes = {"rate_limited", "timeout"} if is_late else {"rate_limited"}
        return AllowedOutcomes(frozenset(outcomes), why, shown=last.seq)
    left_s = 0.0 if is_late else timeout_s - elapsed_s
    return _decide_unfinished(asked, last, left_s, poll_interval_s)


def _decide_ended(asked: list[Exchange], *, is_late: bool) -> AllowedOutcomes | None:
    """Return what is right for a job whose end the client has read.

    An answer may come so slowly that the deadline passes before it is whole.
    """
    polls = [exchange for exchange in asked if exchange.route in POLLS]
    results = [
        exchange
        for exchange in polls
        if exchange.route != "status" and _state(exchange) == "COMPLETED"
    ]
    if results:
        why = "the result was delivered, intact"
        late = {"timeout"} if is_late and results == asked[-1:] else set()
        outcomes = frozenset({"completed"} | late)
        return AllowedOutcomes(outcomes, why, tuple(results), shown=results[-1].seq)
    failed = next((exchange for exchange in polls if _state(exchange) == "FAILED"), None)
    if failed:
        return AllowedOutcomes(
            frozenset({"failed"}),
            "the job has FAILED, which is a state and no transport error (T4)",
            error=failed.words,
            shown=failed.seq,
        )
    garbled = [each for each in polls if _is_readable_in_part(each)]
    if garbled:
        why = "an answer lacked fields: to go on with it is as right as to refuse it"
        bodies = tuple(each for each in garbled if each.route != "status")
        outcomes = _LOST | {"failed", "timeout"} | ({"completed"} if bodies else set())
        outcomes |= {name for each in garbled for name in _name_by_status(each)}
        return AllowedOutcomes(outcomes, why, bodies, shown=garbled[0].seq)
    unread = next(
        (each for each in polls if each.status == _FAILED and each.delivery == "damaged"), None
    )
    if unread:
        why = "a 422 came whose body cannot be read: it may be taken for the job's failure (E8)"
        outcomes = _LOST | {"failed", "invalid", "timeout"}
        return AllowedOutcomes(outcomes, why, shown=unread.seq)
    return None


def _state(exchange: Exchange) -> str | None:
    """Return the state in an answer that came whole with a status that goes with it."""
    state = exchange.told.get("status")
    if exchange.status == _FAILED:
        return state if state == "FAILED" else None
    return state if exchange.status == _OK and isinstance(state, str) else None


def _name_by_status(exchange: Exchange) -> set[str]:
    """Return what a refusal whose body is damaged is called by its status; nothing for others."""
    if exchange.delivery != "damaged" or exchange.status in {None, _OK}:
        return set()
    outcome = outcome_of(exchange.status or 0, "")
    return {outcome} if outcome else set()


def _is_readable_in_part(exchange: Exchange) -> bool:
    """Tell whether fields were taken out of an answer that is still a JSON object."""
    is_object = isinstance(exchange.body, dict) and not {"truncated", "binary"} & {*exchange.body}
    return exchange.delivery == "damaged" and is_object and exchange.status in {_OK, _FAILED}


def _decide_unaccepted(last: Exchange, *, is_late: bool) -> AllowedOutcomes:
    """Return what is right when the last thing a client asked was a submit."""
    if last.delivery != "intact" or (last.status == _OK and not _is_job(last)):
        outcomes = _LOST | ({"timeout"} if last.delivery == "lost" else set())
        return AllowedOutcomes(
            frozenset(outcomes | _name_by_status(last)),
            "the submit gave no usable answer, and must not be repeated (S2)",
            shown=last.seq,
        )
    if last.status == _OK:
        late = frozenset({"timeout"}) if is_late else frozenset()
        return AllowedOutcomes(
            late, "the submit was accepted, and its job never polled", shown=last.seq
        )
    return _decide_refused(last, is_late=is_late)


def _decide_refused(last: Exchange, *, is_late: bool) -> AllowedOutcomes:
    if last.is_redirect:
        return _decide_redirected(last)
    outcome = outcome_of(last.status or 0, last.words)
    late = {"timeout"} if is_late else set()
    outcomes = {outcome} if outcome else set()
    if outcome == "server_error":
        outcomes |= _LOST
    error = last.words if outcome == "invalid" else None
    why = f"the last answer was a {last.status}"
    return AllowedOutcomes(frozenset(outcomes | late), why, error=error, shown=last.seq)


def _decide_redirected(last: Exchange) -> AllowedOutcomes:
    why = f"the last answer was a redirect, a {last.status}"
    return AllowedOutcomes(_REDIRECTED, why, shown=last.seq)


def _decide_unfinished(
    asked: list[Exchange], last: Exchange, left_s: float, poll_interval_s: float
) -> AllowedOutcomes:
    """Return what is right when the last poll did not tell of an end."""
    state = _state(last)
    late: frozenset[str] = frozenset() if left_s else frozenset({"timeout"})
    if state == "COMPLETED":
        why = "the job has COMPLETED, and its result was never read"
        return AllowedOutcomes(late, why, shown=last.seq)
    if state is not None:
        is_over = not has_time_to_poll(asked, left_s, poll_interval_s)
        why = f"the job was {state} when it was last asked about, and the deadline not over"
        return AllowedOutcomes(
            frozenset({"timeout"}) if is_over else frozenset(),
            "the deadline was over, or would be in the next pause" if is_over else why,
            shown=last.seq,
        )
    if last.is_redirect and last.delivery == "intact":
        return _decide_redirected(last)
    refused = _name_refused_poll(last)
    if refused:
        return AllowedOutcomes(refused, f"the poll was refused with {last.status}", shown=last.seq)
    in_a_row = _count_failures_at_the_end(asked)
    if in_a_row > PATIENCE or not has_time_to_repeat(asked, left_s):
        outcomes = _LOST | {"timeout"}
        if last.status == _TOO_MANY:
            outcomes |= {"rate_limited"}
        why = f"{count(in_a_row, 'poll')} in a row went wrong"
        return AllowedOutcomes(frozenset(outcomes), why, shown=last.seq)
    why = "a poll went wrong, which changes nothing: it has to be repeated (S2)"
    return AllowedOutcomes(frozenset(), why, shown=last.seq)


def _name_refused_poll(last: Exchange) -> frozenset[str]:
    """Return what a poll that no repetition heals is called; nothing if it was not refused."""
    if last.delivery != "intact":
        named = _name_by_status(last) & _UNHEALABLE
        return frozenset(named | _LOST | {"timeout"}) if named else frozenset()
    outcome = outcome_of(last.status or 0, last.words)
    failed = {"failed"} if last.status == _FAILED else set()  # a 422 is nothing else (E8)
    return frozenset({outcome} | failed) if outcome in _UNHEALABLE else frozenset()


def _outlasts(exchange: Exchange, left_s: float) -> bool:
    """Tell whether a poll was refused until after the deadline, by the gateway's clock (E5)."""
    if exchange.status != _TOO_MANY or exchange.delivery != "intact":
        return False
    try:
        reset = datetime.fromisoformat(exchange.response_headers["x-rate-limit-reset-at-utc"])
        return (reset - datetime.fromisoformat(exchange.entry["at_utc"])).total_seconds() > left_s
    except (KeyError, TypeError, ValueError):
        return False


def _count_failures_at_the_end(asked: list[Exchange]) -> int:
    number = 0
    for exchange in reversed(asked):
        if exchange.route == "submit" or _state(exchange) is not None:
            break
        number += 1
    return number


def decide_single(
    exchanges: list[Exchange], route: str, elapsed_s: float, timeout_s: float
) -> AllowedOutcomes:
    """Return what is right for a call of one request: `run_sync`, `download` or `credits`."""
    asked = [exchange for exchange in exchanges if exchange.route == route]
    if not asked:
        return AllowedOutcomes(frozenset(), "nothing was asked, so nothing can have come of it")
    last, is_late = asked[-1], elapsed_s >= EARLY_SHARE * timeout_s
    if _is_readable_in_part(last):
        why = "an answer lacked fields: to go on with it is as right as to refuse it"
        outcomes = _LOST | {"completed"} | _name_by_status(last)
        return AllowedOutcomes(outcomes, why, (last,), shown=last.seq)
    if last.delivery != "intact":
        late = {"timeout"} if is_late or last.delivery == "lost" else set()
        outcomes = frozenset(_LOST | late | _name_by_status(last))
        return AllowedOutcomes(outcomes, "the answer did not come whole", shown=last.seq)
    if last.status != _OK:
        return _decide_refused(last, is_late=is_late)
    if route != "output" and not _is_json(last) and not is_media(last):
        return AllowedOutcomes(
            _LOST, "a 200 that is neither JSON nor media is garbled", shown=last.seq
        )
    late = {"timeout"} if is_late else set()  # it may have come whole only when that was over
    why = "the answer was delivered, intact"
    outcomes = frozenset({"completed"} | late)
    return AllowedOutcomes(outcomes, why, (last,), shown=last.seq)


def _is_job(exchange: Exchange) -> bool:
    """Tell whether a submit's answer has what a client needs of it (S1)."""
    names = ("request_id", "status_url", "response_url")
    return all(isinstance(exchange.told.get(name), str) for name in names)


def _is_json(exchange: Exchange) -> bool:
    """Tell whether an answer is what it has to be: a JSON object."""
    return isinstance(exchange.body, dict) and not is_media(exchange)
