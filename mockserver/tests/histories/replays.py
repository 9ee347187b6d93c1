"""The window of an account, counted again from its journal, whose order is that of the commits."""

from __future__ import annotations

from typing import NamedTuple

from mockserver.base.clock import SECOND, parse_iso
from mockserver.tests.histories.history import Account, Document
from mockserver.tests.histories.plans import lets_through, precedes_decision

WINDOW = 60 * SECOND
COUNTED = ("submit", "sync")
"""The routes whose calls the window counts."""

REFUSED = 429


class Decided(NamedTuple):
    """What the window had to say of a call.

    Attributes:
        entry: The call, as the journal has it.
        rule: The fault that struck it, if one did.
        had_room: Whether one more call fitted.
        resets_at: When the window that it fell into ends, in microseconds.
    """

    entry: Document
    rule: Document | None
    had_room: bool
    resets_at: int

    @property
    def is_told(self) -> bool:
        """Whether the client was told what was decided."""
        return self.rule is None or lets_through(self.rule)


def replay_window(account: Account, rules: dict[str, Document]) -> list[Decided]:
    """Go through the calls that were decided, in the order of their numbers, and count them.

    Args:
        account: Whose calls they are.
        rules: The faults that may have struck them, by id.
    """
    resets_at, count = 0, 0
    decided = []
    for entry in account.journal:
        rule = rules.get(entry.get("fault_id", ""))
        if entry["route"] not in COUNTED or (rule and precedes_decision(rule)):
            continue
        at = parse_iso(entry["at_utc"])
        if at >= resets_at:
            resets_at, count = at + WINDOW, 0
        had_room = account.limit is None or count < account.limit
        count += had_room
        decided.append(Decided(entry, rule, had_room, resets_at))
    return decided
