"""What holds of windows: none lets through more than its limit, and none less."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.base.clock import parse_iso
from mockserver.tests.histories.history import Evidence
from mockserver.tests.histories.replays import REFUSED, replay_window

RESET = "x-rate-limit-reset-at-utc"
MILLISECOND = 1_000
"""To the next of which that instant is rounded up, in microseconds."""


def check_windows(evidence: Evidence) -> Iterator[str]:
    """See that a POST is refused if its window is full, and else not; and when it is let in."""
    for account in evidence.accounts:
        for each in replay_window(account, evidence.rules_of(account)):
            if not each.is_told:
                continue
            where = f"exchange {each.entry['seq']} of {account.key} (limit {account.limit})"
            is_refused = each.entry["status"] == REFUSED
            if is_refused and each.had_room:
                yield f"{where} is refused, though its window is not full"
            elif not is_refused and not each.had_room:
                yield f"{where} is let through, though its window is full"
            elif is_refused:
                told = each.entry["response"]["headers"][RESET]
                if not 0 <= parse_iso(told) - each.resets_at < MILLISECOND:
                    yield f"{where} is told that its window ends at {told}"
