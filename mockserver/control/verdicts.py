"""What the journal says about clients, as the control plane shows it."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import msgspec

from mockserver.base.errors import EmulatorError
from mockserver.base.lock_steps import Steps, run_steps
from mockserver.control.account_names import render_key
from mockserver.control.journal import count_dropped
from mockserver.control.pages import Page, VerdictFilter
from mockserver.gateway.context import Services
from mockserver.state.journal import unpack
from mockserver.verdicts.verdicts import Verdict, find_verdicts

_COUNT = re.compile("[0-9]{1,15}")
_EVERYTHING = VerdictFilter()


class Verdicts:
    """The verdicts on each account's client."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def show(self, wanted: VerdictFilter = _EVERYTHING) -> dict[str, Any]:
        """Tell what the journal says about a client: of one account, or of each in turn.

        Raises:
            EmulatorError: `after` is no number that a page has named.
        """
        page: dict[str, Any] = run_steps(self.show_in_steps(wanted))
        return page

    def show_in_steps(self, wanted: VerdictFilter) -> Steps:
        """Do the same in steps: each takes one account's records, and they are judged between."""
        page: Page[dict[str, Any]] = Page(wanted.limit)
        place, start = 0, _parse_count(wanted.after)
        owners: list[str | None] = yield partial(self._list_owners, wanted.api_key)
        for owner in owners:
            if page.is_full:
                break
            records: list[bytes] = yield partial(self._take_records, owner)
            for verdict in self._judge(records, wanted):
                place += 1
                if place > start and not page.is_full:
                    page.add(place, render_verdict(verdict, owner))
        dropped = yield partial(count_dropped, self._services, wanted.api_key)
        return {"verdicts": page.items, "dropped": dropped, "next": page.next}

    def list_rules(self) -> dict[str, Any]:
        """Return every rule that a client can break: what is looked at, whoever has called."""
        return {"rules": msgspec.to_builtins(list(self._services.catalogue.verdicts.values()))}

    def _judge(self, records: list[bytes], wanted: VerdictFilter) -> list[Verdict]:
        rows = self._services.catalogue.verdicts
        return find_verdicts(map(unpack, records), rows, is_one_run=wanted.one_run)

    def _list_owners(self, api_key: str | None) -> list[str | None]:
        """Return whose journals to read: None is the one of exchanges that are nobody's."""
        return [None, *self._services.store.accounts] if api_key is None else [api_key]

    def _take_records(self, owner: str | None) -> list[bytes]:
        """Return what a journal holds now; nothing if its account is no more."""
        return self._services.store.journals.records_of(owner)


def render_verdict(verdict: Verdict, owner: str | None) -> dict[str, Any]:
    """Show a verdict, and the end of the key of the account that it is about."""
    return {**msgspec.structs.asdict(verdict), **render_key(owner)}


def _parse_count(after: str) -> int:
    """Return how many verdicts to leave out.

    Raises:
        EmulatorError: it is no number that a page has named.
    """
    if not after:
        return 0
    if _COUNT.fullmatch(after):
        return int(after)
    raise EmulatorError(f"after is {after[:80]!r}", hint="give the `next` of the page before")
