"""How the control plane shows what there is: JSON values, in which no key stands in full."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from mockserver.base.clock import AccountClock, VirtualClock, iso
from mockserver.base.excerpts import excerpt
from mockserver.base.ids import canonical, redacted
from mockserver.base.redaction import SHORTEST_SECRET, without_keys
from mockserver.control.journal_views import render_entry
from mockserver.rules import faults
from mockserver.rules.faults import Rule
from mockserver.rules.jobs import Job
from mockserver.rules.wallet import shown
from mockserver.state.account import Account
from mockserver.state.journal import Entry

_SUBMITS = {"submit", "sync", "pixelflows-run"}


def render_account(account: Account) -> dict[str, Any]:
    """Show what is said about an account, and its ledger."""
    wallet = account.wallet
    return {
        "plan": account.plan,
        "requests_per_minute": account.requests_per_minute,
        "credits": shown(wallet.credits) if wallet.record else None,
        "free_credits": shown(wallet.free_credits),
        "held": shown(wallet.held),
        "status": account.status,
        "denied_models": account.denied_models,
        "ledger": [
            {
                "request_id": entry.request_id,
                "amount": shown(entry.amount),
                "at_utc": iso(entry.at),
                "why": entry.why,
                "payload": entry.payload,
            }
            for entry in account.ledger
        ],
    }


def render_clock(clock: VirtualClock | AccountClock, fired: list[dict[str, Any]]) -> dict[str, Any]:
    """Show a clock, and which jobs have changed their state by its last change."""
    return {
        "now_utc": iso(clock.now()),
        "mode": clock.mode,
        "rate": clock.rate,
        "fired": fired,
    }


def render_fault(rule: Rule, accounts: Collection[str] = ()) -> dict[str, Any]:
    """Show a fault, how often it has struck, and whether it is spent."""
    document: dict[str, Any] = without_keys(
        faults.shown(rule), _secrets(rule.wanted.api_key), accounts
    )
    if rule.wanted.api_key is not None:
        document["api_key"] = redacted(rule.wanted.api_key)
    return document


def render_job(
    account: Account, job: Job, now: int, accounts: Collection[str] = ()
) -> dict[str, Any]:
    """Show a job as it is at an instant; the keys of these accounts are hidden in it."""
    state = job.state_at(now)
    secrets = _secrets(account.api_key)
    params = msgspec.json.decode(excerpt(job.payload))
    body = {
        "request_id": job.request_id,
        "api_key": redacted(account.api_key),
        "model": job.model.slug,
        "params": without_keys(params, secrets, accounts),
        "unknown_params": without_keys(job.model.unknown(params), secrets, accounts),
        "state": state,
        "submitted_utc": iso(job.submitted_at),
        "expires_utc": iso(job.expires_at),
        "timeline": [
            {"state": name, "at_utc": iso(instant)}
            for name, instant in job.timeline()
            if instant <= now
        ],
    }
    if state == "FAILED":
        body["error"] = without_keys(job.error, secrets, accounts)
    if state == "COMPLETED":
        body["cost"] = shown(job.price)
    return body


def render_history(
    account: Account, job: Job, now: int, accounts: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Merge a job's changes of state with the exchanges about it, as far as the journal goes.

    At one instant the submit comes first, then the states that it brought about, then the rest.
    """
    states = [
        ((instant, 1), {"at_utc": iso(instant), "state": name})
        for name, instant in job.timeline()
        if instant <= now
    ]
    exchanges = [
        ((entry.at, 0 if entry.route in _SUBMITS else 2), _line(entry, accounts))
        for entry in _about(account, job)
    ]
    return [row for _, row in sorted(states + exchanges, key=lambda item: item[0])]


def _about(account: Account, job: Job) -> Iterator[Entry]:
    ids = {job.request_id, job.key}
    return (entry for entry in account.journal if canonical(entry.request_id or "") in ids)


def _line(entry: Entry, accounts: Collection[str]) -> dict[str, Any]:
    """Show an exchange in a line: what was asked, and how it went."""
    whole = render_entry(entry, accounts)
    names = ("at_utc", "seq", "method", "path", "route", "status", "delivery", "fault_id")
    return {name: whole[name] for name in names if name in whole}


def _secrets(api_key: str | None) -> list[str]:
    return [api_key] if api_key is not None and len(api_key) >= SHORTEST_SECRET else []
