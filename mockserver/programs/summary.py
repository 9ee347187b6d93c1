"""What a program did with an emulator: calls, jobs, money, broken rules, hosts it was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeAlias

from mockserver.base.dollars import render_dollars
from mockserver.base.hosts import VENDOR
from mockserver.base.plurals import count
from mockserver.control.failure_report import FailureReport
from mockserver.control.reports import ClientFindings
from mockserver.emulator import Emulator
from mockserver.handles.account import list_pages
from mockserver.handles.control_client import InProcessControlClient
from mockserver.programs.refused_hosts import render_refused
from mockserver.programs.runner import Outcome
from mockserver.replay.marks import MISSED
from mockserver.rules.wallet import render_money

Document: TypeAlias = dict[str, Any]


class Summary:
    """What a program did, as it is when it is first asked for.

    Args:
        emulator: What it used; nobody else did.
        outcome: How it was run.
    """

    def __init__(self, emulator: Emulator, outcome: Outcome) -> None:
        self._emulator = emulator
        self._client = InProcessControlClient(emulator.in_process)
        self._outcome = outcome

    @property
    def has_broken_a_must(self) -> bool:
        """Whether the program broke a rule that every client must keep."""
        return any(verdict["level"] == "MUST" for verdict in self.verdicts)

    @property
    def has_missed(self) -> bool:
        """Whether the program made a call that the recording which was played does not have."""
        return bool(self._missed)

    @cached_property
    def verdicts(self) -> list[Document]:
        """The rules that it broke, MUST before SHOULD."""
        return list_pages(self._client, "verdicts")

    def to_json(self) -> Document:
        """Return it as a document; `spent` is in US dollars, `missed` there in a replay alone."""
        missed = [each["response"]["body"]["error"] for each in self._missed]
        return {
            "mode": self._outcome.mode,
            "exit_status": self._outcome.status,
            "calls": self._page["newest"],
            "dropped": self._page["dropped"],
            "jobs": dict(self._states),
            "spent": float(self._spent),
            "verdicts": self.verdicts,
            **({"missed": missed} if self._emulator.settings.replay else {}),
            "refused": [each.to_json() for each in self._outcome.refused],
        }

    def render(self) -> str:
        """Return it as text of a line or more, with what the client did where it broke a rule."""
        return "\n\n".join([self._render_line(), *self._list_complaints()])

    @cached_property
    def _page(self) -> Document:
        """The numbers that come with a page of the journal."""
        page: Document = self._client.call("GET", "/_mock/requests", limit=0)
        return page

    @cached_property
    def _states(self) -> Counter[str]:
        """How many jobs there are of each state."""
        return Counter(job["state"] for job in list_pages(self._client, "jobs"))

    @cached_property
    def _spent(self) -> Decimal:
        """What all accounts have paid, in US dollars."""
        return render_money(self._emulator.transactions.run(self._sum_ledgers))

    def _sum_ledgers(self) -> Decimal:
        store = self._emulator.control.services.store
        return sum(
            (entry.amount for key in store.accounts for entry in store.ledger_of(key)), Decimal()
        )

    def _render_line(self) -> str:
        calls = self._page["newest"]
        if not calls:
            return "; ".join([f"nothing was asked of {VENDOR}", *self._list_refused()])
        states = ", ".join(f"{number} {state}" for state, number in sorted(self._states.items()))
        jobs = count(self._states.total(), "job") + (f" ({states})" if states else "")
        did = f"{count(calls, 'call')}, {jobs}, ${render_dollars(self._spent)} spent"
        return "; ".join([did, self._render_levels(), *self._list_refused()])

    def _render_levels(self) -> str:
        levels = Counter(verdict["level"] for verdict in self.verdicts)
        broken = " and ".join(f"{levels[level]} {level}" for level in sorted(levels))
        return f"broken rules: {broken}" if broken else "no rule broken"

    def _list_refused(self) -> Iterator[str]:
        if self._outcome.refused:
            yield render_refused(self._outcome.refused)

    def _list_complaints(self) -> Iterator[str]:
        """Yield the calls that were not recorded, then the broken rules, if there are any."""
        if not self.verdicts and not self._missed:
            return
        found = ClientFindings(
            verdicts=self.verdicts,
            dropped=self._page["dropped"],
            requests=self._requests,
            replays=self._replays,
        )
        report = FailureReport(found)
        yield from report.render_misses()
        if self.verdicts:
            yield report.render_verdicts()

    @property
    def _replays(self) -> bool:
        return self._emulator.control.services.options.replays

    @cached_property
    def _requests(self) -> list[Document]:
        return list_pages(self._client, "requests")

    @cached_property
    def _missed(self) -> list[Document]:
        if not self._replays:
            return []
        return [each for each in self._requests if MISSED in each["behaviours"]]
