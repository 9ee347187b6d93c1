"""Faults as the control plane arms, shows and disarms them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from mockserver.base.redaction import hide_keys
from mockserver.control.account_names import render_key
from mockserver.control.accounts import list_secrets
from mockserver.control.pages import EVERYTHING, ListFilter, Page
from mockserver.gateway.context import Services
from mockserver.rules import faults
from mockserver.rules.faults import FaultRequest, Rule


class Faults:
    """Every fault of an emulator, in the order in which they were armed."""

    def __init__(self, services: Services) -> None:
        self._registry = services.faults
        self._store = services.store

    def add(self, wanted: FaultRequest) -> dict[str, Any]:
        """Arm a fault.

        Raises:
            EmulatorError: it can never strike, or makes no sense.
        """
        return self._render(self._registry.add(wanted))

    def list(self, wanted: ListFilter = EVERYTHING) -> dict[str, Any]:
        """List the faults of one account, or of all.

        Raises:
            EmulatorError: `after` is no fault's id.
        """
        page: Page[dict[str, Any]] = Page(wanted.limit)
        for rule in self._registry.list_after(wanted.after, wanted.api_key):
            if page.is_full:
                break
            page.add(rule.fault_id, self._render(rule))
        return {"faults": page.items, "next": page.next}

    def show(self, fault_id: str) -> dict[str, Any]:
        """Show one fault.

        Raises:
            EmulatorError: there is none.
        """
        return self._render(self._registry.find(fault_id))

    def remove(self, fault_id: str) -> None:
        """Disarm one fault.

        Raises:
            EmulatorError: there is none.
        """
        self._registry.remove(fault_id)

    def clear(self, api_key: str | None) -> None:
        """Disarm every fault, or those of one account."""
        self._registry.remove_of(api_key)

    def _render(self, rule: Rule) -> dict[str, Any]:
        return render_fault(rule, self._store.keys)


def render_fault(rule: Rule, accounts: Collection[str] = ()) -> dict[str, Any]:
    """Show a fault, how often it has struck, and whether it is spent."""
    api_key = rule.wanted.api_key
    document: dict[str, Any] = hide_keys(faults.render_rule(rule), list_secrets(api_key), accounts)
    if api_key is not None:
        document |= render_key(api_key)
    return document
