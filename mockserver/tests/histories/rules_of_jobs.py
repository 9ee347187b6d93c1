"""What holds of jobs: their states only go forward, and each submit is one job or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from mockserver.tests.histories.history import (
    FOREVER,
    OK,
    STANDING,
    Account,
    Document,
    Evidence,
    Operation,
)
from mockserver.tests.histories.plans import makes_wait
from mockserver.tests.histories.replays import Decided, replay_window

RANKS = {"QUEUED": 0, "PROCESSING": 1, "COMPLETED": 2, "FAILED": 2}
POLLS = ("status", "result")


class Sighting(NamedTuple):
    """A state in which a job was seen, between two real instants, and by whom."""

    began: float
    ended: float
    state: str
    seen_by: str


def check_states(evidence: Evidence) -> Iterator[str]:
    """See that nobody is told an earlier state, or another end, than somebody before."""
    for job, sightings in collect_sightings(evidence).items():
        for earlier in sightings:
            for later in sightings:
                if later.began > earlier.ended and not may_follow(earlier.state, later.state):
                    yield (
                        f"job {job} was {earlier.state} for {earlier.seen_by},"
                        f" and {later.state} for {later.seen_by} after that"
                    )


def check_order_in_journals(evidence: Evidence) -> Iterator[str]:
    """See that states go forward in the order of the journal too, where they only change by acts.

    Where time runs, two polls that overlap may be entered in either order.
    """
    for account in (each for each in evidence.accounts if each.clock in STANDING):
        seen: dict[str, str] = {}
        for entry in account.journal:
            body = entry["response"]["body"]
            state = body.get("status") if isinstance(body, dict) else None
            if state not in RANKS or "fault_id" in entry:
                continue
            job = entry["request_id"]
            before = seen.get(job, state)
            seen[job] = state
            if not may_follow(before, state):
                yield f"exchange {entry['seq']}: {job} goes from {before} to {state}"


def may_follow(earlier: str, later: str) -> bool:
    """Tell whether a job that was in one state can be in another later."""
    if RANKS[earlier] == RANKS[later]:
        return earlier == later
    return RANKS[earlier] < RANKS[later]


def collect_sightings(evidence: Evidence) -> dict[str, list[Sighting]]:
    """Return in which states each job was seen, and at the end is."""
    found: dict[str, list[Sighting]] = defaultdict(list)
    for operation in evidence.operations:
        for job, state in list_states(evidence, operation):
            found[job].append(Sighting(operation.began, operation.ended, state, str(operation)))
    for account in evidence.accounts:
        for job in account.jobs:
            found[job["request_id"]].append(Sighting(FOREVER, FOREVER, job["state"], "the end"))
    return found


def list_states(evidence: Evidence, operation: Operation) -> Iterator[tuple[str, str]]:
    """Go through the jobs that an answer shows, and their states."""
    answer: Any = operation.answer
    if not operation.is_known or not isinstance(answer, dict) or evidence.is_struck(operation):
        return
    if operation.kind == "move":
        last = {each["request_id"]: each["state"] for each in answer.get("fired", [])}
        yield from last.items()
    elif operation.kind in {"force", "show"} and "state" in answer:
        yield answer["request_id"], answer["state"]
    elif operation.kind in {"submit", *POLLS} and answer.get("status") in RANKS:
        yield answer.get("request_id", operation.subject), answer["status"]


def check_submits_are_found(evidence: Evidence) -> Iterator[str]:
    """See that a job whose submit was answered is there for every poll, and at the end."""
    for operation in evidence.list_operations(*POLLS, "force", "show"):
        is_lost = operation.status == 404 and not operation.is_foreign
        if is_lost and not evidence.is_struck(operation):
            yield f"{operation} does not find job {operation.subject}, whose submit was answered"
    kept = {job["request_id"] for account in evidence.accounts for job in account.jobs}
    for operation in list_accepted(evidence):
        if operation.answer["request_id"] not in kept:
            yield f"the job of {operation} is not there at the end"


def check_ids(evidence: Evidence) -> Iterator[str]:
    """See that no id was given twice."""
    given: dict[str, Operation] = {}
    for operation in list_accepted(evidence):
        before = given.setdefault(operation.answer["request_id"], operation)
        if before is not operation:
            yield f"{operation} was given the id of {before}"


def list_accepted(evidence: Evidence) -> Iterator[Operation]:
    """Go through the submits that were answered with a job."""
    for operation in evidence.list_operations("submit"):
        if operation.status == OK and isinstance(operation.answer, dict):
            yield operation


def check_commits(evidence: Evidence) -> Iterator[str]:
    """See that each POST has made as many jobs as its entry in the journal says: one, or none."""
    for account in evidence.accounts:
        decided = {
            each.entry["seq"]: each for each in replay_window(account, evidence.rules_of(account))
        }
        for operation in evidence.list_operations("submit", "run", account=account):
            entries = evidence.entries.get(operation.number, [])
            made = evidence.jobs.get(operation.number, [])
            allowed = {0, 1} if may_wait(account, operation) else {0}
            if entries:
                allowed = count_allowed(evidence, account, decided.get(entries[0]["seq"]))
            if len(made) not in allowed:
                yield f"{operation} has made {len(made)} jobs, not {sorted(allowed)}"
            elif made and entries and made[0]["request_id"] != entries[0]["request_id"]:
                yield f"{operation} has made another job than its exchange says"


def may_wait(account: Account, operation: Operation) -> bool:
    """Tell whether a POST may have been killed while it waited, after its job was made."""
    waits = operation.kind == "run" or any(map(makes_wait, account.rules))
    return waits and not operation.is_known


def count_allowed(evidence: Evidence, account: Account, decided: Decided | None) -> set[int]:
    """Return how many jobs a POST may have made, given what was decided of it."""
    if decided is None:
        return {0}
    if decided.is_told:
        return {int(decided.entry["status"] == OK)}
    if not decided.had_room:
        return {0}
    return {1} if can_afford_all(evidence, account) else {0, 1}


def can_afford_all(evidence: Evidence, account: Account) -> bool:
    """Tell whether no call of an account can be refused for want of credits."""
    dearest = max(Decimal(price) for price in evidence.history.prices.values())
    calls = list(evidence.list_operations("submit", "run", account=account))
    return dearest * len(calls) <= account.balance


def check_owners(evidence: Evidence) -> Iterator[str]:
    """See that nobody finds a job of another account, and that each account has its own alone."""
    for operation in evidence.list_operations(*POLLS):
        is_odd = operation.is_foreign and operation.is_known and operation.status != 404
        if is_odd and not evidence.is_struck(operation):
            yield f"{operation} finds job {operation.subject}, which is another account's"
    for account in evidence.accounts:
        for job in account.jobs:
            submit = find_submit(evidence, job)
            if submit is None or submit.account != account.key:
                yield f"{account.key} has job {job['request_id']}, which {submit} has submitted"


def find_submit(evidence: Evidence, job: Document) -> Operation | None:
    """Return the operation that has submitted a job."""
    numbers = [number for number, jobs in evidence.jobs.items() if job in jobs]
    return evidence.by_number.get(numbers[0]) if numbers else None
