"""The story of each account, for as long as the account is the same."""

from __future__ import annotations

from mockserver.base.ids import normalize_id
from mockserver.gateway.context import Context, Services
from mockserver.replay.story import AccountStory, ReplayedFile

_SWEPT_AFTER = 256
"""So many new stories, and those of accounts that have ended are dropped."""


class Stories:
    """Keeps how far each account has come.

    Args:
        services: The emulator's.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._by_key: dict[str, AccountStory] = {}
        self._clock = services.store.clock
        self._swept_at = _SWEPT_AFTER

    def find(self, context: Context) -> AccountStory:
        """Return the story of who asks: a new one where there is none of this very account."""
        self._heed_reset()
        account = context.account
        key, number = ("", 0) if account is None else (account.api_key, account.number)
        story = self._by_key.get(key)
        if story is None or story.number != number:
            self._sweep()
            story = self._by_key[key] = AccountStory(self._services.options.seed, key, number)
        return story

    def find_owner(self, subject: str) -> AccountStory | None:
        """Return the story of the account whose run has this id, whoever asks for it."""
        owner = self._services.store.owner_of(normalize_id(subject))
        return None if owner is None else self._by_key.get(owner)

    def find_file(self, name: str) -> tuple[AccountStory, ReplayedFile] | None:
        """Return whose file is served under a name; anybody may ask for it."""
        self._heed_reset()
        for story in self._by_key.values():
            if (found := story.files.get(name)) and self._is_current(story):
                return story, found
        return None

    def _is_current(self, story: AccountStory) -> bool:
        if not story.api_key:
            return True
        account = self._services.store.accounts.get(story.api_key)
        return account is not None and account.number == story.number

    def _heed_reset(self) -> None:
        """Begin anew where the whole emulator has: it has another clock then."""
        clock = self._services.store.clock
        if clock is not self._clock:
            self._clock = clock
            self._by_key.clear()

    def _sweep(self) -> None:
        if len(self._by_key) >= self._swept_at:
            kept = {key: each for key, each in self._by_key.items() if self._is_current(each)}
            self._by_key = kept
            self._swept_at = len(kept) + _SWEPT_AFTER
