"""What is charged, by the balance before and after (R6, O3, E3b, E3c, E7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import is_kept, is_success, read_error, read_number, read_object
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.judges.errors import is_poor, runs_model
from mockserver.facts.judges.failures import MONEY, SECONDS
from mockserver.facts.judges.places import judge_amounts
from mockserver.facts.numerals import parse_amount
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_blocking, is_call, is_submit
from mockserver.facts.settlements import Settlement, find_settlements
from mockserver.facts.views import list_histories, read_metrics, read_state

NO_RECORD = "No credits found for the user"
BALANCE = ("credits", "free-credits")

_SLACK_S = 60.0
"""Seconds by which a clock that runs otherwise may make times look too long."""

_POOR_ON_V2 = re.compile(
    r"insufficient credits\. you have -?\d+(\.\d+)?(e-?\d+)? credits.*", re.IGNORECASE
)


@judges("R6")
def judge_balance(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """The balance is two numbers, and asking for it, or for anything but a run, is free."""
    for each in story.exchanges:
        if each.route.name != "credits" or not is_call(each) or not is_kept(each.body):
            continue
        if is_success(each):
            document = read_object(each) or {}
            yield compare("R6", each, "status", 200, each.status)
            for name in BALANCE:
                yield judge_place(
                    "R6",
                    each,
                    f"body.{name}",
                    agrees=read_number(document.get(name)) is not None,
                    expected="a number",
                    found=repr(document[name]) if name in document else "nothing",
                )
        elif each.status == 404:
            yield compare("R6", each, "body.error", NO_RECORD, read_error(each))
    for found in find_settlements(story):
        if not found.activities:
            yield _judge_settlement("R6", found)


def _judge_settlement(fact: str, found: Settlement) -> Judgement:
    told = sum(each.cost or 0 for each in found.activities)
    return judge_place(
        fact,
        found.after.exchange,
        "balance",
        agrees=found.agrees,
        expected=(
            f"{found.expected}: it was {found.before.balance} in exchange "
            f"{found.before.exchange.number}, and {told} was told as cost since, "
            "if nobody else used the account"
        ),
        found=str(found.after.balance),
    )


@judges("E7")
def judge_charges(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """Where something failed or was refused, the balance falls by what succeeded alone."""
    for each in story.exchanges:
        cost = parse_amount(each.find_header("x-cost") or "")
        if is_blocking(each) and cost:
            yield compare("E7", each, f"status of what costs {cost}", 200, each.status)
    for found in find_settlements(story):
        is_more_taken = found.after.balance < found.expected
        has_free = any(each.outcome == "free" for each in found.activities)
        if has_free and (found.agrees or is_more_taken):
            yield _judge_settlement("E7", found)


@judges("O3")
def judge_metrics(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A success tells its cost, what is left, and seconds; the balance falls by the cost."""
    for history in list_histories(story):
        completed = [each for each in history.polls if read_state(each) == "COMPLETED"]
        for each in completed:
            yield from judge_amounts("O3", each, (*MONEY, *SECONDS), read_metrics(each))
            if "retry_count" in read_metrics(each):
                yield _judge_retries(each)
            if history.submitted is not None:
                yield from _judge_elapsed(history.submitted, each)
        yield from _judge_same_metrics(completed)
    for found in find_settlements(story):
        is_all_charged = all(each.outcome == "charged" for each in found.activities)
        if is_all_charged and any(is_submit(each.started) for each in found.activities):
            yield _judge_settlement("O3", found)


def _judge_retries(exchange: Observed) -> Judgement:
    found = read_metrics(exchange)["retry_count"]
    return judge_place(
        "O3",
        exchange,
        "body.metrics.retry_count",
        agrees=isinstance(found, int) and found >= 1,
        expected="at least 1, or no such member",
        found=repr(found),
    )


def _judge_elapsed(submitted: Observed, exchange: Observed) -> Iterator[Judgement]:
    """Judge whether the times can be seconds: a run takes no longer than it is known to exist."""
    elapsed_s = (exchange.answered_s or 0) - submitted.sent_s
    for name in SECONDS:
        told = read_number(read_metrics(exchange).get(name))
        if told is not None:
            yield judge_place(
                "O3",
                exchange,
                f"body.metrics.{name}",
                agrees=told <= 2 * elapsed_s + _SLACK_S,
                expected=f"seconds: the run had been submitted {elapsed_s:.1f} s before",
                found=str(told),
            )


def _judge_same_metrics(completed: list[Observed]) -> Iterator[Judgement]:
    """Judge whether a run costs the same, and took the same, whenever it is asked for."""
    for each in completed[1:]:
        first = read_metrics(completed[0])
        for name in ("cost", *SECONDS):
            if name in first and name in read_metrics(each):
                found = read_metrics(each)[name]
                yield compare("O3", each, f"body.metrics.{name}", first[name], found)


@judges("E3b")
def judge_empty_wallet(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """An empty wallet is 406, or 402 with these words."""
    for each in story.exchanges:
        message = read_error(each) or ""
        if not runs_model(each) or not (is_poor(each) or each.status == 402):
            continue
        if each.status != 402:
            yield judge_place(
                "E3b",
                each,
                "status",
                agrees=each.status == 406,
                expected="402 or 406",
                found=str(each.status),
            )
        elif is_kept(each.body):
            yield judge_place(
                "E3b",
                each,
                "body.error",
                agrees=_POOR_ON_V2.fullmatch(message) is not None,
                expected="'Insufficient credits. You have BALANCE credits.'",
                found=repr(message),
            )


@judges("E3c")
def judge_wallet_by_version(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """Where v1 and v2 refuse one account with statuses of their own, v2 says 402 and v1 406."""
    statuses: dict[tuple[str, bool], Observed] = {}
    for each in story.exchanges:
        is_refused = is_poor(each) and each.status in {402, 406}
        if not is_refused or not runs_model(each) or each.account is None:
            continue
        statuses[each.account, is_submit(each)] = each
        other = statuses.get((each.account, not is_submit(each)))
        if other is not None and other.status != each.status:
            yield compare("E3c", each, "status", 402 if is_submit(each) else 406, each.status)
