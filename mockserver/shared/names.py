"""Under which keys of Redis things are kept: all begin with the seed of the world."""

from __future__ import annotations

PREFIX = "segmock:"

ACCOUNT_PARTS = (
    *("account", "jobs", "job-ids", "job-handles", "due", "outputs", "ledger"),
    *("whole", "uploads", "webhooks"),
)
"""What an account has keys for, its journal aside."""


class Names:
    """The keys of one world, and of what there is in it since its last reset.

    Args:
        seed: The seed of the emulator.

    Attributes:
        world: Of the default clock, and the rules of faults.
        exchange_number: Of the number of the newest exchange, which no reset sets back.
        news: The channel on which it is told that an exchange was entered.
        epoch: How often the world was reset; what there was before has other keys.
    """

    def __init__(self, seed: int) -> None:
        self._root = f"{PREFIX}{seed}:"
        self.world = f"{self._root}world"
        self.exchange_number = f"{self._root}exchange-number"
        self.news = f"{self._root}news"
        self.epoch = 0

    @property
    def accounts(self) -> str:
        """The keys of all accounts, by when each was made."""
        return self.of_all("accounts")

    @property
    def spoken_to(self) -> str:
        """The keys of accounts by when each was last spoken to."""
        return self.of_all("spoken-to")

    @property
    def told(self) -> str:
        """The keys of accounts that have webhooks."""
        return self.of_all("told")

    @property
    def exchanges(self) -> str:
        """The order of all exchanges."""
        return self.of_all("exchanges")

    @property
    def totals(self) -> str:
        """What is counted of all accounts together."""
        return self.of_all("totals")

    @property
    def evictions(self) -> str:
        """How many exchanges each account has lost that had to leave."""
        return self.of_all("evictions")

    @property
    def evicted(self) -> str:
        """The same accounts, by when each had to leave."""
        return self.of_all("evicted")

    def of_all(self, part: str) -> str:
        """Return the key of a part of all accounts."""
        return f"{self._root}{self.epoch}:{part}"

    def of_account(self, part: str, api_key: str | None) -> str:
        """Return the key of a part of an account; None is nobody's, as some exchanges are."""
        return f"{self._root}{self.epoch}:{part}:{api_key or ''}"

    def of_epoch(self, epoch: int) -> str:
        """Return the pattern of all keys of an epoch."""
        return f"{self._root}{epoch}:*"
