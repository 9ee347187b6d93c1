"""Mutants that misread a balance."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

import struct
from typing import Any, ClassVar

from client_tests.clients.gateway_http import TOO_MANY, GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant

NOTHING = {"credits": 0, "free-credits": 0}
KNOWN = {"credits", "free-credits"}


class Misreading(Reference):
    """Hands on what `read` makes of a balance."""

    def credits(self) -> Any:
        return self.read(super().credits())

    def read(self, balance: Json) -> Any:
        """Return what is handed on in place of the balance."""
        raise NotImplementedError


@mutant(
    killed_by="credits/balances/empty-wallet",
    assertion="result",
    seen_in="A display with room for one number.",
)
class SumsBalances(Misreading):
    """Adds free credits to the others, and hands on the sum alone."""

    def read(self, balance: Json) -> Any:
        return {"credits": balance["credits"] + balance["free-credits"]}


@mutant(
    killed_by="credits/balances/nothing",
    assertion="reported",
    seen_in="`if not balance['credits']: raise`, where None was meant.",
)
class TakesZeroForNoBalance(Misreading):
    """Reports an account with a balance of zero as one without a balance."""

    def read(self, balance: Json) -> Any:
        if balance["credits"] == 0:
            raise GaveUpError("not_found", "no balance")
        return balance


@mutant(
    killed_by="credits/balances/a-trace",
    assertion="result",
    seen_in="`round(credits, 2)`: money has cents.",
)
class RoundsBalances(Misreading):
    """Rounds a balance to cents."""

    def read(self, balance: Json) -> Any:
        return {**balance, "credits": round(balance["credits"], 2)}


@mutant(
    killed_by="credits/balances/a-lot",
    assertion="result",
    seen_in="A column of type `real`, or a protocol buffer's `float`.",
)
class KeepsBalancesInSinglePrecision(Misreading):
    """Keeps a balance in 32 bits."""

    def read(self, balance: Json) -> Any:
        (kept,) = struct.unpack("f", struct.pack("f", balance["credits"]))
        return {**balance, "credits": kept}


@mutant(
    killed_by="credits/balances/other-fields",
    assertion="result",
    seen_in="Typed models that keep the fields that they declare.",
)
class KeepsKnownFieldsOfBalances(Misreading):
    """Leaves out what it does not know of a balance."""

    def read(self, balance: Json) -> Any:
        return {name: value for name, value in balance.items() if name in KNOWN}


@mutant(
    killed_by="credits/credits/without-credits-after",
    assertion="answered",
    seen_in="`balance['credits'] + balance['free-credits']`.",
)
class CrashesWithoutBalances(Misreading):
    """Raises a KeyError when one of the two numbers is missing."""

    def read(self, balance: Json) -> Any:
        return {**balance, "credits": balance["credits"], "free-credits": balance["free-credits"]}


@mutant(
    killed_by="credits/balances/two-numbers",
    assertion="submitted",
    seen_in="Settings pages that test a key with a run before they show anything.",
)
class RunsBeforeItTellsBalances(Reference):
    """Makes a small run before it asks for the balance, to see whether the key is good."""

    def credits(self) -> Any:
        answer = self.post(f"{self.base_url}/v1/mock-inference", {"prompt": "ping"})
        self.refuse_errors(answer)
        return super().credits()


class Soothing(Reference):
    """Tells of nothing in place of some kinds of trouble with a balance."""

    hidden: ClassVar[str]

    def credits(self) -> Any:
        try:
            return super().credits()
        except GaveUpError as error:
            if error.outcome == self.hidden:
                return NOTHING
            raise


@mutant(
    killed_by="credits/credits/500-before",
    assertion="reported",
    seen_in="`except HTTPError: return 0`, so that the page can be shown.",
)
class TakesErrorsForZero(Soothing):
    """Reports a balance of zero when the gateway has an error of its own."""

    hidden = "server_error"


@mutant(
    killed_by="credits/credits/reset-before",
    assertion="reported",
    seen_in="`except ConnectionError: return 0`.",
)
class TakesLostLinesForZero(Soothing):
    """Reports a balance of zero when the connection is lost."""

    hidden = "transport_error"


@mutant(
    killed_by="credits/refusals/revoked-key",
    assertion="reported",
    seen_in="A wallet that is drawn as empty for somebody who is logged out.",
)
class TakesWrongKeysForZero(Soothing):
    """Reports a balance of zero for a wrong key."""

    hidden = "unauthorized"


@mutant(
    killed_by="credits/credits/429-before-first-waits",
    assertion="called-before-reset",
    seen_in="`for _ in range(3)` around whatever is asked.",
)
class HammersForBalances(Reference):
    """Asks for the balance three times in a row when it is refused with a 429."""

    def credits(self) -> Any:
        for _ in range(3):
            try:
                return super().credits()
            except GaveUpError as error:
                if error.status != TOO_MANY:
                    raise
        raise GaveUpError("rate_limited")


@mutant(
    killed_by="credits/balances/asked-often",
    assertion="reported",
    seen_in="`@lru_cache` on the function that asks.",
)
class RemembersBalances(Reference):
    """Asks for the balance of a key once, and tells the same ever after."""

    balances: ClassVar[dict[str, Any]] = {}

    def credits(self) -> Any:
        if self.api_key not in self.balances:
            self.balances[self.api_key] = super().credits()
        return self.balances[self.api_key]
