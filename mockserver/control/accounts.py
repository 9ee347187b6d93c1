"""Accounts as the control plane shows and changes them."""

from __future__ import annotations

from typing import Any

from mockserver.base.clock import render_iso
from mockserver.base.errors import EmulatorError
from mockserver.base.ids import redact_key
from mockserver.base.redaction import SHORTEST_SECRET
from mockserver.control.account_names import render_key
from mockserver.gateway.context import Services
from mockserver.rules.wallet import LedgerEntry, render_money
from mockserver.state.account import Account, AccountSettings
from mockserver.state.changes import Configure, Introduce, MakeAccount


class Accounts:
    """Every account of an emulator, by key."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._store = services.store

    def show(self, api_key: str) -> dict[str, Any]:
        """Show an account and its ledger.

        Raises:
            EmulatorError: there is no such account.
        """
        account = find_account(self._services, api_key)
        account = self._store.settle(account, account.clock.now())
        return render_account(account, self._store.ledger_of(api_key))

    def put(self, api_key: str, wanted: AccountSettings) -> dict[str, Any]:
        """Change what is said about an account, and make it if need be.

        Raises:
            EmulatorError: a value cannot be; nothing was changed.
        """
        self._check_models(wanted)
        self._store.check(wanted)
        account = self._store.accounts.get(api_key) or self._store.describe(api_key)
        now = account.clock.now()
        self._store.settle(account, now)
        self._store.commit(api_key, (MakeAccount(), Introduce(), Configure(wanted)), now)
        return self.show(api_key)

    def delete(self, api_key: str) -> None:
        """Forget an account with all it has.

        Raises:
            EmulatorError: there is no such account.
        """
        find_account(self._services, api_key)
        self.reset(api_key)

    def reset(self, api_key: str) -> None:
        """Bring one account, if there is one, back to how the emulator started."""
        self._store.forget(api_key)
        self._services.faults.forget_account(api_key)

    def _check_models(self, wanted: AccountSettings) -> None:
        if not isinstance(wanted.denied_models, list):
            return
        models = self._services.catalogue.models
        for slug in wanted.denied_models:
            if slug != "*" and slug not in models:
                raise EmulatorError(
                    f"there is no model {slug!r}",
                    hint=models.render_hint(slug),
                )


def find_account(services: Services, api_key: str) -> Account:
    """Return the account of a key.

    Raises:
        EmulatorError: there is none.
    """
    account = services.store.accounts.get(api_key)
    if account is None:
        raise EmulatorError(
            f"there is no account {redact_key(api_key)}",
            hint="make it with PUT /_mock/accounts/{api_key}, or call a model with the key",
            status=404,
        )
    return account


def render_account(account: Account, ledger: list[LedgerEntry]) -> dict[str, Any]:
    """Show what is said about an account, and its ledger."""
    wallet = account.wallet
    return {
        **render_key(account.api_key),
        "plan": account.plan,
        "requests_per_minute": account.requests_per_minute,
        "window_s": account.window_s,
        "credits": render_money(wallet.credits) if wallet.record else None,
        "free_credits": render_money(wallet.free_credits),
        "held": render_money(wallet.held),
        "status": account.status,
        "denied_models": list(account.denied_models),
        "ledger": [
            {
                "request_id": entry.request_id,
                "amount": render_money(entry.amount),
                "at_utc": render_iso(entry.at),
                "why": entry.why,
                "payload": entry.payload,
            }
            for entry in ledger
        ],
    }


def list_secrets(api_key: str | None) -> list[str]:
    """Return the keys to hide wherever they are in what is an account's: its own, if it is long."""
    return [api_key] if api_key is not None and len(api_key) >= SHORTEST_SECRET else []
