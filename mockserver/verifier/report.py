"""What a verification adds to the report of its facts: the money, and what was not asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from mockserver.base.plurals import count
from mockserver.facts.report import FactRow
from mockserver.verifier.expected_balance import render_usd
from mockserver.verifier.unasked import UNASKED
from mockserver.verifier.verifying import Verification


def render_money(done: Verification, ledger: Path | None) -> str:
    """Return in lines what was spent, why it was stopped, and what was not asked."""
    return "\n".join(["", *_list_lines(done, ledger)]) + "\n"


def _list_lines(done: Verification, ledger: Path | None) -> Iterator[str]:
    if ledger is not None:
        yield "Money"
        calls = count(done.paid_calls, "call")
        of_budget = f"of {render_usd(done.budget)} in {calls}"
        yield f"  spent {render_usd(done.spent)} {of_budget}; {ledger}"
    if done.reserved:
        kept = f"{render_usd(done.reserved)} stay reserved"
        yield f"  {kept}: nobody knows what those calls cost, and they are never sent again"
    if done.stopped:
        yield f"  stopped: {done.stopped}"
    if done.skipped:
        yield "Not asked"
        for what, why in done.skipped.items():
            yield f"  {what}: {why}"
    unseen = [(row.fact, UNASKED[row.fact]) for row in _list_unseen(done) if row.fact in UNASKED]
    if unseen:
        yield "Not seen, since this never asks"
        for fact, why in unseen:
            yield f"  {fact}: {why}"


def _list_unseen(done: Verification) -> tuple[FactRow, ...]:
    return done.report.find_rows("not seen")


def render_verification(done: Verification, ledger: Path | None) -> dict[str, Any]:
    """Return the same as a member of the report's JSON; amounts are texts."""
    return {
        "budget_usd": _spell(done.budget),
        "spent_usd": _spell(done.spent),
        "reserved_usd": _spell(done.reserved),
        "paid_calls": done.paid_calls,
        "ledger": None if ledger is None else str(ledger),
        "stopped": done.stopped,
        "is_whole": done.interrupt is None,
        "not_asked": [
            *({"what": what, "reason": why} for what, why in done.skipped.items()),
            *(
                {"what": row.fact, "reason": UNASKED[row.fact]}
                for row in _list_unseen(done)
                if row.fact in UNASKED
            ),
        ],
    }


def _spell(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def make_advice(url: str, recording: Path | None) -> Callable[[FactRow], str]:
    """Return what says, of a row that differs, what to do about it."""
    if recording is None:
        look = f"`segmock verify server --url {url} --record DIR` keeps what the service says"
    else:
        look = f"`segmock recordings show {recording}` shows what the service said"
    return lambda row: (
        f"{look}; if it means to, segmock is wrong about {row.fact}, and the recording is what an "
        "issue needs to have it follow"
    )
