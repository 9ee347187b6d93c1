"""Opening an exchange: whose it is, what it is about, and what time it is there."""

from __future__ import annotations

from mockserver.base.ids import parse_key
from mockserver.base.wire import Request
from mockserver.contract.routing import PREFLIGHT, Route, find
from mockserver.gateway.context import Context, Services
from mockserver.state.account import Account

_BEARER = b"bearer "


def open_context(services: Services, request: Request) -> Context:
    """Read route, account and clock, and let the account catch up with its clock."""
    route, subject = find(request.path)
    key = request.headers.get(b"x-api-key")
    if not key and route.bearer:
        key = _find_bearer(request)
    api_key = parse_key(key) if key else None
    account, now = services.store.visit(api_key, subject)
    client_now, elapsed = (services.store if account is None else account).clock.read_client()
    return Context(
        request, route, subject, now, now, client_now, elapsed, elapsed, api_key, account
    )


def open_bare(services: Services, request: Request) -> Context:
    """Open an exchange of no account, where the whole of it cannot be opened."""
    return _open_keyless(services, request, *find(request.path))


def open_preflight(services: Services, request: Request) -> Context:
    """Open an exchange of no account and no route: a browser's question (C1)."""
    context = _open_keyless(services, request, PREFLIGHT, "")
    context.facts = ("C1",)
    return context


def _open_keyless(services: Services, request: Request, route: Route, subject: str) -> Context:
    now = services.store.clock.now()
    client_now, elapsed = services.store.clock.read_client()
    return Context(request, route, subject, now, now, client_now, elapsed, elapsed, None)


def catch_up(services: Services, context: Context) -> None:
    """Read account, clock and job again, after time has passed."""
    store, api_key = services.store, context.api_key
    account = context.account = store.accounts.get(api_key) if api_key is not None else None
    if account is None:
        return
    context.set_time(account.clock, account.clock.now())
    context.account = store.settle(account, context.now)
    if context.job is not None:
        context.job = store.get_job(account.api_key, context.job.ordinal) or context.job


def has_ended(services: Services, account: Account | None) -> bool:
    """Tell whether the account that a request was begun for, if any, has ended while it waited."""
    return account is not None and not services.store.is_current(account)


def _find_bearer(request: Request) -> bytes:
    """Return the key of an Authorization: Bearer, or nothing."""
    header = request.headers.get(b"authorization", b"")
    is_bearer = header[: len(_BEARER)].lower() == _BEARER
    return header[len(_BEARER) :].strip() if is_bearer else b""
