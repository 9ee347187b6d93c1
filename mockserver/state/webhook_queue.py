"""What is to be sent to webhooks now, and when to look again (N6).

An edge asks, with the lock; it sends, without; and it reports, with the lock again.
"""

from __future__ import annotations

from mockserver.base.clock import SECOND
from mockserver.rules.webhooks import WebhookEvent
from mockserver.state.account import Account
from mockserver.state.store import Store


def next_due(store: Store, account: Account) -> WebhookEvent | None:
    """Let the account catch up with its clock, and take what is due first; None if nothing is.

    To an account that has ended nothing is due.
    """
    store.settle(account, account.clock.now())
    return account.webhooks.take()


def look_again_in_s(account: Account) -> float | None:
    """Return the real seconds until something may be due by itself; None if nothing may."""
    clock, pending = account.clock, account.due
    if account.has_ended or not pending or not clock.rate or not account.webhooks.are_active:
        return None
    return max(0, pending[0].instant - clock.now()) / SECOND / clock.rate
