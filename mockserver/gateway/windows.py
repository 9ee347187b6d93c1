"""The window that a request falls into (L1, L2), and what its client is told of it."""

from __future__ import annotations

from mockserver.base.clock import to_microseconds
from mockserver.gateway.context import Context, Services
from mockserver.rules import rate_limit
from mockserver.state.account import Account
from mockserver.state.changes import CountRequest


def count_request(context: Context) -> CountRequest:
    """Return the change that counts a request, at the instant at which it is decided."""
    account = context.require_account()
    is_open = account.window.is_open(context.elapsed)
    return CountRequest(context.elapsed, 0 if is_open else _compute_length(account))


def render_reset(
    services: Services, context: Context, in_s: float | None = None
) -> tuple[bytes, bytes]:
    """Return the header that tells when the window in force ends, or one that began now (E5).

    `in_s` is in how many seconds of the client's it ends, where that is not the window's to say.
    """
    if in_s is not None:
        return rate_limit.render_reset(context.elapsed + to_microseconds(in_s), context.skipped)
    account = context.account
    if account is None:
        window = rate_limit.CLOSED
        length = services.store.clock.scale(to_microseconds(rate_limit.WINDOW_S))
    else:
        window, length = account.window, _compute_length(account)
    reset_at = rate_limit.find_reset(window, context.elapsed, length)
    return rate_limit.render_reset(reset_at, context.skipped)


def render_counted_reset(context: Context) -> tuple[bytes, bytes]:
    """Return the header that tells when the window ends that has counted the request (V2)."""
    return rate_limit.render_reset(context.require_account().window.reset_at, context.skipped)


def _compute_length(account: Account) -> int:
    return account.clock.scale(to_microseconds(account.window_s))
