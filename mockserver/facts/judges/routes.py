"""What each route is for, and what there is not (R1 to R6, R8, R9)."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import (
    find_media_type,
    is_decided,
    is_kept,
    is_success,
    read_error,
    read_object,
)
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.judges.expiry import is_repeating
from mockserver.facts.members import judge_kind, judge_members
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_blocking, is_submit
from mockserver.facts.views import (
    ENDED,
    PENDING,
    History,
    list_histories,
    read_request_id,
    read_state,
)

OUTPUTS = ("output", "images", "video", "audio", "model_mesh", "reasoning")
"""Members that results have, and states have not."""

_HTML = "text/html"


@judges("R1")
def judge_blocking_run(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """v1 answers once the run has ended, with what came of it."""
    for each in story.exchanges:
        if is_blocking(each) and is_success(each) and is_kept(each.body):
            found = (read_object(each) or {}).get("status")
            yield judge_place(
                "R1",
                each,
                "body",
                agrees=found not in PENDING,
                expected="what the run made",
                found=f"a run that is {found}" if found in PENDING else find_media_type(each),
            )


@judges("R2")
def judge_queue(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """v2 answers before the run has ended: nothing that came of it is in the answer."""
    for each in story.exchanges:
        if is_submit(each) and is_success(each) and is_kept(each.body):
            document = read_object(each) or {}
            told = [name for name in (*OUTPUTS, "metrics") if name in document]
            ended = document.get("status") in ENDED
            yield judge_place(
                "R2",
                each,
                "body",
                agrees=not told and not ended and read_request_id(each) is not None,
                expected="the id of a request, and nothing that came of it",
                found=f"members {', '.join(document)}; status {document.get('status')!r}",
            )


@judges("R3")
def judge_status(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """The status tells state and metrics, and never the output."""
    for each in story.exchanges:
        if each.route.name == "status" and is_success(each) and is_kept(each.body):
            document = read_object(each)
            yield judge_members("R3", each, "body", {"status", "metrics"}, document)
            told = [name for name in OUTPUTS if name in (document or {})]
            yield compare("R3", each, "body", [], told)
            if "status" in (document or {}):
                yield judge_kind("R3", each, "body.status", str, (document or {})["status"])


@judges("R4")
def judge_result(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """The result has all that the status has, but for the id (O2), and the output."""
    for history in list_histories(story):
        statuses = [each for each in history.polls if each.route.name == "status"]
        known = next((each for each in statuses if read_state(each) == "COMPLETED"), None)
        names = {"output", *(read_object(known) or {} if known else {})} - {"request_id"}
        for each in history.polls:
            if each.route.name == "result" and read_state(each) == "COMPLETED":
                yield judge_members("R4", each, "body", names, read_object(each))


@judges("R5")
def judge_poll_url(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """`poll_url` answers as the result route does, but for the words of its 404."""
    for history in list_histories(story):
        for each in history.polls:
            if each.route.name != "poll":
                continue
            if each.status == 404 and is_repeating(each):
                expected = f"Output for this request ID {each.subject} Not Found"
                yield compare("R5", each, "body.error", expected, read_error(each))
            elif counterpart := _find_counterpart(history, each):
                yield compare("R5", each, "status", counterpart.status, each.status)
                yield _judge_likeness(each, counterpart)


def _find_counterpart(history: History, poll: Observed) -> Observed | None:
    """Return the answer of the result route with the same state, or one of a run that had ended."""
    state = read_state(poll)
    results = [each for each in history.polls if each.route.name == "result"]
    if state is not None:
        return next((each for each in results if read_state(each) == state), None)
    if poll.status == 404 or not is_kept(poll.body):
        return None
    # A run that had ended stays so; 422 says that it has.
    limit_s = inf if poll.status == 422 else poll.sent_s
    known = (each for each in results if (each.answered_s or 0) <= limit_s)
    return next((each for each in known if read_state(each) in ENDED), None)


def _judge_likeness(exchange: Observed, counterpart: Observed) -> Judgement:
    mine, other = read_object(exchange) or {}, read_object(counterpart) or {}
    names = sorted({*mine, *other})
    differing = [name for name in names if mine.get(name) != other.get(name)]
    return judge_place(
        "R5",
        exchange,
        "body",
        agrees=not differing,
        expected=f"the body of exchange {counterpart.number}",
        found=f"other values of {', '.join(differing)}" if differing else "the same",
    )


@judges("R8")
def judge_other_verbs(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """A model's route takes POST alone, and refuses other verbs with a page of HTML."""
    for each in story.exchanges:
        is_other = each.route.runs_model and each.method not in {*each.route.methods, "OPTIONS"}
        if not is_other or not is_decided(each):
            continue
        if each.subject in catalogue.models:
            yield compare("R8", each, "status", 405, each.status)
        if each.status == 405:
            yield compare("R8", each, "header content-type", _HTML, find_media_type(each))
            if is_kept(each.body) and each.method != "HEAD":
                yield _judge_page(each)


def _judge_page(exchange: Observed) -> Judgement:
    text = (exchange.body.content or b"").lstrip()
    return judge_place(
        "R8",
        exchange,
        "body",
        agrees=text.startswith(b"<"),
        expected="a page of HTML",
        found=text[:80].decode("utf-8", "replace") or "nothing",
    )


@judges("R9")
def judge_absent_routes(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """Runs cannot be cancelled, changed or listed, and idempotency keys mean nothing."""
    seen: dict[tuple[str | None, str], Observed] = {}
    for each in story.exchanges:
        if _asks_what_is_not_there(each) and is_decided(each) and each.status != 401:
            yield judge_place(
                "R9",
                each,
                "status",
                agrees=not is_success(each),
                expected="a refusal: there is no such route",
                found=str(each.status),
            )
        repeated = each.find_request_header("idempotency-key")
        identifier = read_request_id(each) if is_submit(each) and repeated else None
        if identifier is not None:
            first = seen.setdefault((each.account, str(repeated)), each)
            if first is not each:
                yield _judge_repeated(each, first, identifier)


def _asks_what_is_not_there(exchange: Observed) -> bool:
    """Tell whether a request would cancel, change or list runs, if that could be done."""
    path = exchange.path.rstrip("/")
    is_about_run = path.startswith(("/v1/requests/", "/v2/requests/"))
    if exchange.method in {"OPTIONS", "HEAD"}:
        return False
    lists = path in {"/v1/requests", "/v2/requests"} and exchange.method == "GET"
    return lists or (is_about_run and exchange.method != "GET")


def _judge_repeated(exchange: Observed, first: Observed, identifier: str) -> Judgement:
    return judge_place(
        "R9",
        exchange,
        "body.request_id",
        agrees=identifier != read_request_id(first),
        expected=f"an id of its own, though the idempotency key is that of exchange {first.number}",
        found=identifier,
    )
