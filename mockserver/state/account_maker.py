"""How an account begins: as the configuration, its key and the emulator's defaults describe it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from mockserver.base.close_names import render_hint
from mockserver.base.errors import EmulatorError
from mockserver.contract.tables import Plan
from mockserver.rules import magic_values
from mockserver.rules.wallet import Wallet
from mockserver.state.account import (
    MAX_KEY_CHARS,
    Account,
    AccountSettings,
    Clock,
    apply_settings,
    check_settings,
    is_key,
)


class AccountMaker:
    """Describes new accounts.

    Args:
        plans: Every plan, by name.
        plan: The plan of an account that nobody described.
        credits: Its credits in US dollars.
        configured: Accounts from the configuration file, by key.
        use_triggers: Whether keys like `SG_0000…0406` mean something.

    Raises:
        EmulatorError: the plan or the credits cannot be.
    """

    def __init__(
        self,
        plans: Mapping[str, Plan],
        plan: str,
        credits: Decimal,  # noqa: A002
        configured: dict[str, AccountSettings],
        *,
        use_triggers: bool,
    ) -> None:
        self.configured = configured
        self._plans = plans
        self._settings = AccountSettings(plan=plan, credits=credits)
        self._use_triggers = use_triggers
        self.check(self._settings)

    def describe(self, api_key: str, number: int, clock: Clock) -> Account:
        """Return the account of this key as it begins.

        Raises:
            EmulatorError: no account can have this key, or what is configured of it cannot be.
        """
        if not is_key(api_key):
            raise EmulatorError(
                f"the key has {len(api_key)} characters", hint=f"use at most {MAX_KEY_CHARS}"
            )
        account = Account(
            api_key=api_key,
            number=number,
            clock=clock,
            plan="",
            requests_per_minute=None,
            wallet=Wallet(Decimal(0)),
            post_error=magic_values.find_post_error(api_key) if self._use_triggers else None,
            is_introduced=api_key in self.configured,
        )
        account = self.apply(account, self._settings)
        if self._use_triggers and (said := magic_values.find_settings(api_key)):
            wanted = msgspec.convert(said, AccountSettings, strict=False)
            account = self.apply(account, wanted)
        if api_key in self.configured:
            account = self.apply(account, self.configured[api_key])
        return account

    def apply(self, account: Account, wanted: AccountSettings) -> Account:
        """Return an account of which something else is said.

        Raises:
            EmulatorError: it cannot be.
        """
        self.check(wanted)
        plan = self._plans[wanted.plan] if isinstance(wanted.plan, str) else None
        return apply_settings(account, wanted, plan)

    def check(self, wanted: AccountSettings) -> None:
        """Refuse what cannot be said of an account.

        Raises:
            EmulatorError: it says why.
        """
        check_settings(wanted)
        if isinstance(wanted.plan, str) and wanted.plan not in self._plans:
            raise EmulatorError(
                f"there is no plan {wanted.plan!r}",
                hint=render_hint(wanted.plan, self._plans, "plans"),
            )
