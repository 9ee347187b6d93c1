"""What holds of journals: each exchange that was answered is there once, in an order of its own."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.tests.histories.history import (
    LONGEST_WAIT_S,
    OK,
    STANDING,
    Document,
    Evidence,
    Operation,
)
from mockserver.tests.histories.plans import may_wait

NONE: Document = {}
"""No entry yet."""


def check_entries(evidence: Evidence) -> Iterator[str]:
    """See that each exchange is there once; one whose answer did not come, at the most."""
    for operation in evidence.operations:
        entries = evidence.entries.get(operation.number, [])
        if not operation.is_journalled:
            if entries:
                yield f"{operation} stands in a journal"
        elif len(entries) > 1 or (operation.is_known and not entries):
            yield f"{operation} stands {len(entries)} times in the journal"
        elif entries and operation.is_known and entries[0]["status"] != operation.status:
            yield f"{operation} stands with status {entries[0]['status']} in the journal"


def check_strangers(evidence: Evidence) -> Iterator[str]:
    """See that a journal has the exchanges of its account alone, and has lost none."""
    for account in evidence.accounts:
        for entry in account.journal:
            operation = evidence.operation_of(entry)
            if operation is None or operation.account != account.key:
                yield f"the journal of {account.key} has exchange {entry['seq']}, of {operation}"
        if account.dropped:
            yield f"the journal of {account.key} has dropped {account.dropped} exchanges"


def check_numbers(evidence: Evidence) -> Iterator[str]:
    """See that numbers are unique, and grow: with the journal, and with the real time."""
    for account in evidence.accounts:
        numbers = [entry["seq"] for entry in account.journal]
        if numbers != sorted(numbers):
            yield f"the journal of {account.key} is out of order: {numbers}"
    entries = sorted(
        (entry for account in evidence.accounts for entry in account.journal),
        key=lambda entry: entry["seq"],
    )
    yield from check_pairs(evidence, entries)


def check_pairs(evidence: Evidence, entries: list[Document]) -> Iterator[str]:
    """See that no exchange has the number of another, or a later one than what came after it."""
    latest_began = 0.0
    for number, entry in enumerate(entries):
        if number and entries[number - 1]["seq"] == entry["seq"]:
            yield f"two exchanges have the number {entry['seq']}"
        operation = evidence.operation_of(entry)
        if operation is not None:
            if operation.done_by < latest_began:
                yield f"{operation} has number {entry['seq']}, one that began later an earlier one"
            latest_began = max(latest_began, operation.began)


def check_lists(evidence: Evidence) -> Iterator[str]:
    """See that whoever asks for a journal is shown its beginning, and all that had ended before."""
    for account in evidence.accounts:
        numbers = [entry["seq"] for entry in account.journal]
        for each in evidence.list_operations("list", account=account):
            if each.status != OK:
                continue
            shown = [entry["seq"] for entry in each.answer["requests"]]
            if shown != numbers[: len(shown)]:
                yield f"{each} is shown {shown}, the journal begins {numbers[: len(shown)]}"
            late = account.journal[len(shown) :]
            yield from check_missed(evidence, each, late, each.began)


def check_watches(evidence: Evidence) -> Iterator[str]:
    """See that who waits for exchanges is shown each, in its order, and soon."""
    for watch in evidence.list_operations("watch"):
        if watch.status != OK:
            continue
        after = [
            entry
            for account in evidence.accounts
            if watch.account in {"", account.key}
            for entry in account.journal
            if entry["seq"] > int(watch.subject)
        ]
        after.sort(key=lambda entry: entry["seq"])
        shown = [entry["seq"] for entry in watch.answer["requests"]]
        expected = [entry["seq"] for entry in after[: len(shown)]]
        if shown != expected:
            yield f"{watch} after {watch.subject} is shown {shown}, the journal goes on {expected}"
        ended_by = max(watch.began, watch.ended - LONGEST_WAIT_S / 2)
        yield from check_missed(evidence, watch, after[len(shown) :], ended_by)


def check_missed(
    evidence: Evidence, reader: Operation, late: list[Document], ended_by: float
) -> Iterator[str]:
    """See that nothing that was not shown had ended before the instant from which it has to be."""
    missed = [call for call in map(evidence.operation_of, late) if call and call.done_by < ended_by]
    if missed:
        yield f"{reader} is not shown what had ended: {', '.join(map(str, missed))}"


def check_instants(evidence: Evidence) -> Iterator[str]:
    """See that time does not go back from one exchange of an account to the next.

    Of calls that overlap, one that has waited came earlier than what was answered meanwhile; and
    where time runs, two that change nothing may be entered in either order.
    """
    for account in evidence.accounts:
        rules = evidence.rules_of(account)
        latest = NONE
        for entry in account.journal:
            struck_by = [rule for rule in [rules.get(entry.get("fault_id"))] if rule]
            is_free = account.clock not in STANDING or may_wait(entry["route"], struck_by)
            is_late = latest is not NONE and latest["at_utc"] > entry["at_utc"]
            if is_late and not (is_free and do_overlap(evidence, latest, entry)):
                yield f"the time of {account.key} goes back to {entry['at_utc']}, at {entry['seq']}"
            latest = latest if is_late else entry


def do_overlap(evidence: Evidence, *entries: Document) -> bool:
    """Tell whether the operations of two exchanges were under way at one instant."""
    first, second = map(evidence.operation_of, entries)
    if first is None or second is None:
        return False
    return first.began <= second.done_by and second.began <= first.done_by
