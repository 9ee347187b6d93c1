"""What is said of an account: the value that the store hands out, and settings that change it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Protocol

import msgspec

from mockserver.base.close_names import render_hint
from mockserver.base.errors import EmulatorError
from mockserver.contract.tables import Plan
from mockserver.rules.rate_limit import CLOSED, WINDOW_S, Window
from mockserver.rules.wallet import Wallet

MAX_KEY_CHARS = 1_024
"""A longer key is nobody's."""

_TOO_MUCH = Decimal(10) ** 12
_STATUSES = ("active", "revoked")
_SHORTEST_S, _LONGEST_S = 0.001, 86_400


class AccountSettings(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What can be said of an account; what is left out stays as it is.

    `credits` null is an account without a balance record (R6); `requests_per_minute` null is no
    limit; money is in US dollars; `window_s` is how long such a minute is.
    """

    plan: str | msgspec.UnsetType = msgspec.UNSET
    requests_per_minute: int | msgspec.UnsetType | None = msgspec.UNSET
    window_s: float | msgspec.UnsetType = msgspec.UNSET
    credits: Decimal | msgspec.UnsetType | None = msgspec.UNSET
    free_credits: Decimal | msgspec.UnsetType = msgspec.UNSET
    status: str | msgspec.UnsetType = msgspec.UNSET
    denied_models: list[str] | msgspec.UnsetType = msgspec.UNSET


class Clock(Protocol):
    """An account's clock as those see it who may not move it; `base.clock` has its three times."""

    @property
    def mode(self) -> str:
        """`real`, `frozen`, `auto` or `xN`."""

    @property
    def rate(self) -> float:
        """Virtual seconds in a real second; 0 while time moves only when told."""

    def now(self) -> int:
        """Return this instant."""

    @property
    def is_own(self) -> bool:
        """Whether it no longer goes with the default clock."""

    def read_client(self) -> tuple[int, int]:
        """Return the client's time, and elapsed time."""

    def scale(self, duration: int) -> int:
        """Return how long a client waits for so much virtual time, in elapsed time."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One key's account as it was when the store was asked: a value.

    Attributes:
        number: Which account it is: after a reset, the same key has another one.
        clock: What time it is there.
        slept: How long its client has slept, in microseconds of the client's own clock, where its
            sleep is virtual too; None where it sleeps in real time.
        window_s: How long a window of its requests is, in seconds of virtual time (L2).
        is_introduced: Whether the control plane or the configuration made it, rather than its
            first call.
        post_error: The error that a trigger key asks for, in place of a job.
        jobs_made: How many jobs it has ever submitted, which is the next one's ordinal.
        uploads_made: How many ids of files were given out.
        webhooks_made: How many ids of webhooks were given out.
        is_finetune_public: Whether others may use its fine-tune (N19).
    """

    api_key: str
    number: int
    clock: Clock
    plan: str
    requests_per_minute: int | None
    wallet: Wallet
    status: str = "active"
    denied_models: tuple[str, ...] = ()
    slept: int | None = None
    window_s: float = WINDOW_S
    is_introduced: bool = False
    post_error: str | None = None
    window: Window = CLOSED
    jobs_made: int = 0
    uploads_made: int = 0
    webhooks_made: int = 0
    is_finetune_public: bool = False

    def denies(self, slug: str) -> bool:
        """Tell whether this account may not call the model (A6)."""
        return bool(self.denied_models) and (
            slug in self.denied_models or "*" in self.denied_models
        )


def is_key(text: str) -> bool:
    """Tell whether an account can have this key: all that counts is that it is not endless."""
    return 0 < len(text) <= MAX_KEY_CHARS


def check_settings(wanted: AccountSettings) -> None:
    """Refuse numbers and words that no account can have; plans are the store's to know.

    Raises:
        EmulatorError: it says what came and what can be.
    """
    values: dict[str, Any] = msgspec.structs.asdict(wanted)
    for name in ("credits", "free_credits", "requests_per_minute"):
        value = values[name]
        if isinstance(value, int | Decimal) and not (
            Decimal(value).is_finite() and 0 <= value < _TOO_MUCH
        ):
            raise EmulatorError(f"{name} is {value}", hint="give a number from 0, below 10^12")
    window_s = values["window_s"]
    if isinstance(window_s, float | int) and not _SHORTEST_S <= window_s <= _LONGEST_S:
        raise EmulatorError(
            f"window_s is {window_s}", hint=f"give seconds from {_SHORTEST_S} to {_LONGEST_S}"
        )
    if values["status"] not in (*_STATUSES, msgspec.UNSET):
        hint = render_hint(str(values["status"]), _STATUSES, "statuses")
        raise EmulatorError(f"status is {values['status']!r}", hint=hint)


def apply_settings(account: Account, wanted: AccountSettings, plan: Plan | None) -> Account:
    """Return an account of which something else is said; what is left out stays as it is.

    Args:
        account: As it is.
        wanted: What `check_settings` has passed.
        plan: The plan that `wanted` names, if it names one.
    """
    fields: dict[str, Any] = {}
    if plan is not None:
        fields = {"plan": plan.name, "requests_per_minute": plan.requests_per_minute}
    if wanted.requests_per_minute is not msgspec.UNSET:
        fields["requests_per_minute"] = wanted.requests_per_minute
    if wanted.window_s is not msgspec.UNSET:
        fields["window_s"] = wanted.window_s
    if wanted.status is not msgspec.UNSET:
        fields["status"] = wanted.status
    if wanted.denied_models is not msgspec.UNSET:
        fields["denied_models"] = tuple(wanted.denied_models)
    return msgspec.structs.replace(account, wallet=_apply_money(account.wallet, wanted), **fields)


def _apply_money(wallet: Wallet, wanted: AccountSettings) -> Wallet:
    fields: dict[str, Any] = {}
    if wanted.credits is not msgspec.UNSET:
        fields = {"credits": wanted.credits or Decimal(0), "record": wanted.credits is not None}
    if wanted.free_credits is not msgspec.UNSET:
        fields["free_credits"] = wanted.free_credits
    return msgspec.structs.replace(wallet, **fields)
