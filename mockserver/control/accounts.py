"""Accounts as the control plane lists, shows and changes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec

from mockserver.base.errors import EmulatorError
from mockserver.base.ids import redact_key
from mockserver.base.lock_steps import Steps, run_steps
from mockserver.base.redaction import SHORTEST_SECRET
from mockserver.control.account_names import find_key
from mockserver.control.account_views import (
    AccountSight,
    look_at,
    render_account,
    render_ledger,
)
from mockserver.control.pages import MAX_LISTED, Limit, Page
from mockserver.gateway.context import Services
from mockserver.state.account import Account, AccountSettings
from mockserver.state.changes import Configure, Introduce, MakeAccount

_SEEN_AT_ONCE = 16
"""How many accounts one hold of the lock looks at."""


class AccountFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which accounts to show: at most `limit` of them, from the one after `after` on, a name."""

    limit: Limit = MAX_LISTED
    after: str = ""


_EVERY = AccountFilter()


class Accounts:
    """Every account of an emulator, by key."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._store = services.store

    def list(self, wanted: AccountFilter = _EVERY) -> dict[str, Any]:
        """List all accounts in the order in which they were made, each without its ledger.

        Raises:
            EmulatorError: `after` is the name of no account.
        """
        page: dict[str, Any] = run_steps(self.list_in_steps(wanted))
        return page

    def list_in_steps(self, wanted: AccountFilter) -> Steps:
        """Do the same in steps: each looks at some accounts, and they are shown between."""
        page: Page[dict[str, Any]] = Page(wanted.limit)
        keys: tuple[str, ...] = yield partial(self._list_keys, wanted.after)
        start = 0
        while start < len(keys) and not page.is_full:
            sights: tuple[AccountSight, ...] = yield partial(
                self._look_at, keys[start : start + _SEEN_AT_ONCE]
            )
            for shown in map(render_account, sights):
                page.add(shown["account"], shown)
            start += _SEEN_AT_ONCE
        return {"accounts": page.items, "next": page.next}

    def show(self, api_key: str) -> dict[str, Any]:
        """Show an account and its ledger.

        Raises:
            EmulatorError: there is no such account.
        """
        sight = look_at(self._store, find_account(self._services, api_key))
        return {**render_account(sight), "ledger": render_ledger(self._store.ledger_of(api_key))}

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

    def _list_keys(self, after: str) -> tuple[str, ...]:
        """Return the keys of all accounts from the one after `after` on, which is a name."""
        keys = tuple(self._store.accounts)
        if not after:
            return keys
        api_key = find_key(after, keys)
        if api_key not in keys:
            raise EmulatorError(
                f"after is {after[:80]!r}", hint="give the `next` of the page before", status=404
            )
        return keys[keys.index(api_key) + 1 :]

    def _look_at(self, keys: Sequence[str]) -> tuple[AccountSight, ...]:
        """Return how some accounts are now; those that have left meanwhile are left out."""
        accounts = filter(None, map(self._store.accounts.get, keys))
        return tuple(look_at(self._store, account) for account in accounts)

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


def list_secrets(api_key: str | None) -> list[str]:
    """Return the keys to hide wherever they are in what is an account's: its own, if it is long."""
    return [api_key] if api_key is not None and len(api_key) >= SHORTEST_SECRET else []
