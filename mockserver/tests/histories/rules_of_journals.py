"""What holds of journals: each exchange that was answered is there once, in an order of its own."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.tests.histories.history import Document, Evidence

NOBODY = -1


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


def check_instants(evidence: Evidence) -> Iterator[str]:
    """See that time does not go back from one exchange of an account to the next."""
    for account in evidence.accounts:
        times = [entry["at_utc"] for entry in account.journal]
        if times != sorted(times):
            yield f"the time of {account.key} goes back in its journal: {times}"
