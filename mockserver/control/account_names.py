"""Names of accounts: keys are never shown in full, so whoever shows an account needs another name.

Each document that shows the end of a key shows the name of its account beside it, and whatever
takes a key takes such a name too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from mockserver.base.errors import EmulatorError
from mockserver.base.ids import name_account, redact_key

_NAME = re.compile("account-[0-9a-f]{12}")

Wanted = TypeVar("Wanted", bound=msgspec.Struct)


def render_key(api_key: str | None) -> dict[str, str | None]:
    """Return what is shown of a key: its end, and the name of its account."""
    if not api_key:
        return {"api_key": api_key, "account": None}
    return {"api_key": redact_key(api_key), "account": name_account(api_key)}


def find_key(spelled: str, accounts: Iterable[str]) -> str:
    """Return the key that is meant by a key, or by the name of one of these accounts.

    Raises:
        EmulatorError: it is the name of none of them.
    """
    if not _NAME.fullmatch(spelled):
        return spelled
    keys = tuple(accounts)
    if spelled in keys:
        return spelled
    for api_key in keys:
        if name_account(api_key) == spelled:
            return api_key
    raise EmulatorError(
        f"there is no {spelled}",
        hint="it was never there, or was reset or deleted; GET /_mock/accounts lists all names",
        status=404,
    )


def put_key(wanted: Wanted, accounts: Iterable[str]) -> Wanted:
    """Return what is wanted of a key with that key, where its `api_key` is an account's name.

    Raises:
        EmulatorError: it is the name of no account.
    """
    spelled: str | None = getattr(wanted, "api_key", None)
    api_key = spelled and find_key(spelled, accounts)
    return wanted if api_key == spelled else msgspec.structs.replace(wanted, api_key=api_key)
