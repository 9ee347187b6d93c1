"""What is to be sent to webhooks now, and when to look again (N6).

An edge asks, with the lock; it sends, without; and it reports, with the lock again.
"""

from __future__ import annotations

from mockserver.core.accounts import Account
from mockserver.core.clock import SECOND
from mockserver.core.hooks import Dispatch
from mockserver.core.store import Store


def due(store: Store, account: Account) -> list[Dispatch]:
    """Let the account catch up with its clock, and take what is due from its queue."""
    store.settle(account, account.clock.now())
    return account.hooks.taken()


def look_again_in_s(account: Account) -> float | None:
    """Return the real seconds until something may be due by itself; None if nothing may."""
    clock, pending = account.clock, account.due
    if not pending or not clock.rate or not account.hooks.are_active:
        return None
    return max(0, pending[0].instant - clock.now()) / SECOND / clock.rate
