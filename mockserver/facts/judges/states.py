"""The states of a run and how a status is laid out (T1 to T3, T8)."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

from mockserver.base.ids import normalize_id
from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import is_kept, is_success, read_object
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.judges.places import judge_address, judge_amounts
from mockserver.facts.members import judge_members
from mockserver.facts.observed import Observed, Story
from mockserver.facts.views import PENDING, History, list_histories, read_metrics, read_state

_RANKS = {"QUEUED": 0, "PROCESSING": 1, "COMPLETED": 2, "FAILED": 2}


@judges("T1")
def judge_order(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A run is QUEUED, then PROCESSING, then COMPLETED or FAILED: no other, no step back."""
    for history in list_histories(story):
        latest = "QUEUED"
        answered: list[tuple[float, int, str]] = []
        for each in history.polls:
            state = read_state(each)
            if state is None:
                continue
            # Polls that were under way together may have been answered in any order.
            while answered and answered[0][0] <= each.sent_s:
                latest = max(latest, heappop(answered)[2], key=lambda state: _RANKS[state])
            yield _judge_state(each, state, latest)
            if state in _RANKS:
                heappush(answered, (each.answered_s or each.sent_s, each.number, state))


def _judge_state(exchange: Observed, state: str, latest: str) -> Judgement:
    """Judge whether this state can come after one that was seen before."""
    possible = [each for each, rank in _RANKS.items() if each == latest or (rank > _RANKS[latest])]
    return judge_place(
        "T1",
        exchange,
        "body.status",
        agrees=state in possible,
        expected=f"{' or '.join(possible)}, as it had been {latest}",
        found=state,
    )


@judges("T2")
def judge_pending_status(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """Until a run ends its status is 200 with its addresses and empty metrics."""
    for each in story.exchanges:
        if each.route.name != "status" or read_state(each) not in PENDING:
            continue
        document = read_object(each) or {}
        addresses = ("status_url", "response_url")
        names = {"status", "request_id", "metrics", *addresses}
        yield compare("T2", each, "status", 200, each.status)
        yield judge_members("T2", each, "body", names, document)
        if "metrics" in document:
            yield compare("T2", each, "body.metrics", {}, document["metrics"])
        if "request_id" in document:
            yield judge_own_id("T2", each, document["request_id"])
        for name in (name for name in addresses if name in document):
            yield judge_address("T2", each, name, document[name], each.subject)


@judges("T3")
def judge_completed_status(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """The status of a COMPLETED run has its id and metrics, with the seconds that it ran."""
    for each in story.exchanges:
        if each.route.name != "status" or read_state(each) != "COMPLETED":
            continue
        document = read_object(each) or {}
        yield compare("T3", each, "status", 200, each.status)
        yield judge_members("T3", each, "body", {"status", "request_id", "metrics"}, document)
        yield from judge_amounts("T3", each, ("inference_time",), read_metrics(each))
        if "request_id" in document:
            yield judge_own_id("T3", each, document["request_id"])


def judge_own_id(fact: str, exchange: Observed, found: object) -> Judgement:
    """Judge whether an answer tells the id of the request that was asked for."""
    return judge_place(
        fact,
        exchange,
        "body.request_id",
        agrees=isinstance(found, str) and normalize_id(found) == normalize_id(exchange.subject),
        expected=repr(exchange.subject),
        found=repr(found),
    )


@judges("T8")
def judge_pending_result(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """The result of a run that has not ended is 200 and a body with its state."""
    for history in list_histories(story):
        last_pending_s = _find_last_pending(history)
        for each in history.polls:
            if each.route.name == "status" or read_state(each) in {"COMPLETED", "FAILED"}:
                continue
            if read_state(each) in PENDING:
                yield compare("T8", each, "status", 200, each.status)
            elif _is_stateless(each) or (
                each.status in {404, 410, 422} and (each.answered_s or 0) <= last_pending_s
            ):
                yield judge_place(
                    "T8",
                    each,
                    "body",
                    agrees=False,
                    expected="200 and the state of the run, or its output",
                    found=f"{each.status} without a state",
                )


def _is_stateless(exchange: Observed) -> bool:
    """Tell whether a success, which was kept, has neither the state of a run nor its output."""
    has_output = "output" in (read_object(exchange) or {})
    return is_success(exchange) and is_kept(exchange.body) and not has_output


def _find_last_pending(history: History) -> float:
    """Return when the last poll was sent that showed the run pending; -1 without one."""
    return max((each.sent_s for each in history.polls if read_state(each) in PENDING), default=-1)
