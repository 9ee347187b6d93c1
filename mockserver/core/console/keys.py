"""The key at the console's routes: the same key, refused in the console's words (N20)."""

from __future__ import annotations

from mockserver.core.errors import ApiError
from mockserver.core.exchange import Exchange, World
from mockserver.core.steps import check_key


def check_console_key(world: World, exchange: Exchange) -> None:
    """Find, or under `--accept any` make, the account of the key."""
    try:
        check_key(world, exchange)
    except ApiError as error:
        is_missing = error.row == "missing_key"
        row = "console_missing_key" if is_missing else "console_invalid_key"
        raise ApiError(row) from None
