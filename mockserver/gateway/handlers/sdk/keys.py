"""The key at the console's routes: the same key, refused in the console's words (N20)."""

from __future__ import annotations

from mockserver.base.errors import ApiError
from mockserver.gateway.checks import check_key
from mockserver.gateway.context import Context, Services


def check_console_key(services: Services, context: Context) -> None:
    """Find, or under `--accept any` make, the account of the key."""
    try:
        check_key(services, context)
    except ApiError as error:
        is_missing = error.row == "missing_key"
        row = "console_missing_key" if is_missing else "console_invalid_key"
        raise ApiError(row) from None
