"""`accounts`: who the key belongs to (N15). Everything about a user is made from the key."""

from __future__ import annotations

from uuid import UUID

from mockserver.base.ids import digest
from mockserver.gateway.context import Exchange, World
from mockserver.gateway.handlers.inference import JSON, Reply
from mockserver.rules.response_bodies import encode
from mockserver.rules.wallet import shown

_UUID_VERSION = 4


def user_id(world: World, exchange: Exchange) -> str:
    """Return the id of the account's user: a UUID, the same for the same seed and key."""
    hexadecimal = digest(world.rules.seed, "user", exchange.owner.api_key, 0)
    return str(UUID(hex=hexadecimal, version=_UUID_VERSION))


def user_email(world: World, exchange: Exchange) -> str:
    """Return an address that nobody has (RFC 2606)."""
    return f"user-{user_id(world, exchange)[:8]}@segmock.invalid"


def current(world: World, exchange: Exchange) -> Reply:
    """Tell who is calling; the body is a guess from end to end."""
    exchange.facts = ("N15",)
    account = exchange.owner
    wallet = account.wallet
    identity = user_id(world, exchange)
    answer = {
        "user_id": identity,
        "email": user_email(world, exchange),
        "name": f"User {identity[:8]}",
        "plan": account.plan,
        "credits": shown(wallet.credits),
        "free_credits": shown(wallet.free_credits),
        "requests_per_minute": account.requests_per_minute,
    }
    return 200, JSON, encode(answer)
