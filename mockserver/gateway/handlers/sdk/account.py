"""`accounts`: who the key belongs to (N15). Everything about a user is made from the key."""

from __future__ import annotations

from uuid import UUID

from mockserver.base.ids import make_id
from mockserver.base.json_encoding import encode
from mockserver.gateway.context import Context, Services
from mockserver.gateway.handlers.inference import JSON, Reply
from mockserver.rules.wallet import render_money

_UUID_VERSION = 4


def make_user_id(services: Services, context: Context) -> str:
    """Return the id of the account's user: a UUID, the same for the same seed and key."""
    hexadecimal = make_id(services.options.seed, "user", context.require_account().api_key, 0)
    return str(UUID(hex=hexadecimal, version=_UUID_VERSION))


def make_user_email(services: Services, context: Context) -> str:
    """Return an address that nobody has (RFC 2606)."""
    return f"user-{make_user_id(services, context)[:8]}@segmock.invalid"


def show_account(services: Services, context: Context) -> Reply:
    """Tell who is calling; the body is a guess from end to end."""
    context.facts = ("N15",)
    account = context.require_account()
    wallet = account.wallet
    identity = make_user_id(services, context)
    answer = {
        "user_id": identity,
        "email": make_user_email(services, context),
        "name": f"User {identity[:8]}",
        "plan": account.plan,
        "credits": render_money(wallet.credits),
        "free_credits": render_money(wallet.free_credits),
        "requests_per_minute": account.requests_per_minute,
    }
    return 200, JSON, encode(answer)
