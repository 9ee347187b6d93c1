"""What holds of clocks: each move counts once, and each change of a job is told once."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.base.clock import parse_iso, to_microseconds
from mockserver.tests.histories.history import OK, Account, Evidence


def check_moves(evidence: Evidence) -> Iterator[str]:
    """See that a clock which moves only when told is where all moves together bring it."""
    for account in evidence.accounts:
        if account.clock != "frozen":
            continue
        moved = parse_iso(account.now_utc) - parse_iso(account.start_utc)
        possible = find_possible_moves(evidence, account)
        if moved not in possible:
            yield f"the clock of {account.key} has moved {moved} us, not {sorted(possible)[-3:]}"


def find_possible_moves(evidence: Evidence, account: Account) -> set[int]:
    """Return how far, in microseconds, a clock may be now; moves without an answer may count."""
    possible = {0}
    for move in evidence.list_operations("move", account=account):
        step = to_microseconds(move.body["advance_s"])
        moved = {each + step for each in possible}
        possible = moved if move.status == OK else possible | moved
    return possible


def check_told_times(evidence: Evidence) -> Iterator[str]:
    """See that nobody is told an earlier time than somebody before, nor a later one than it is."""
    for account in evidence.accounts:
        moves = [
            move for move in evidence.list_operations("move", account=account) if move.status == OK
        ]
        for move in moves:
            told = move.answer["now_utc"]
            before = [each.answer["now_utc"] for each in moves if each.ended < move.began]
            if told > account.now_utc:
                yield f"{move} is told {told}, the end is at {account.now_utc}"
            if told <= max(before, default=""):
                yield f"{move} is told {told}, somebody before {max(before)}"


def check_events(evidence: Evidence) -> Iterator[str]:
    """See that no two moves of a clock both say that they have brought about the same."""
    told: dict[tuple[str, str], str] = {}
    for move in evidence.list_operations("move"):
        if move.status != OK:
            continue
        for event in move.answer["fired"]:
            what = event["request_id"], event["state"]
            before = told.setdefault(what, str(move))
            if before != str(move):
                yield f"{before} and {move} both tell that {what[0]} is {what[1]}"
