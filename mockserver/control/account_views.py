"""How the control plane shows an account: what is said of it, and how it stands at an instant."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.base.clock import render_iso
from mockserver.control.account_names import render_key
from mockserver.rules.rate_limit import round_reset
from mockserver.rules.wallet import LedgerEntry, render_money
from mockserver.state.account import Account
from mockserver.state.store import Store


class AccountSight(msgspec.Struct, frozen=True, kw_only=True):
    """An account at an instant, and all that its clock and its jobs have to say of it.

    Attributes:
        account: As it was when it had caught up with its clock.
        now: That instant.
        mode: Of its clock.
        rate: Of its clock.
        elapsed: The same instant in elapsed time, by which its window goes.
        skipped: How far that is ahead of the client's time.
        jobs: How many jobs it may ask for.
    """

    account: Account
    now: int
    mode: str
    rate: float
    elapsed: int
    skipped: int
    jobs: int


def look_at(store: Store, account: Account) -> AccountSight:
    """Let an account catch up with its clock, and return how it is then."""
    clock, now = account.clock, account.clock.now()
    account = store.settle(account, now)
    client_now, elapsed = clock.read_client()
    return AccountSight(
        account=account,
        now=now,
        mode=clock.mode,
        rate=clock.rate,
        elapsed=elapsed,
        skipped=elapsed - client_now,
        jobs=store.count_jobs(account.api_key),
    )


def render_account(sight: AccountSight) -> dict[str, Any]:
    """Show what is said about an account, and how it stands."""
    account = sight.account
    wallet = account.wallet
    return {
        **render_key(account.api_key),
        "plan": account.plan,
        "requests_per_minute": account.requests_per_minute,
        "window_s": account.window_s,
        "window": _render_window(sight),
        "credits": render_money(wallet.credits) if wallet.record else None,
        "free_credits": render_money(wallet.free_credits),
        "held": render_money(wallet.held),
        "status": account.status,
        "denied_models": list(account.denied_models),
        "jobs": sight.jobs,
        "clock": {"now_utc": render_iso(sight.now), "mode": sight.mode, "rate": sight.rate},
    }


def _render_window(sight: AccountSight) -> dict[str, Any] | None:
    """Show how much of its limit an account has used, and when that ends, as its client is told."""
    window, limit = sight.account.window, sight.account.requests_per_minute
    if limit is None or not window.is_open(sight.elapsed):
        return None
    resets_utc = render_iso(round_reset(window.reset_at, sight.skipped))
    return {"used": window.count, "limit": limit, "resets_utc": resets_utc}


def render_ledger(ledger: list[LedgerEntry]) -> list[dict[str, Any]]:
    """Show what an account paid for."""
    return [
        {
            "request_id": entry.request_id,
            "amount": render_money(entry.amount),
            "at_utc": render_iso(entry.at),
            "why": entry.why,
            "payload": entry.payload,
        }
        for entry in ledger
    ]
