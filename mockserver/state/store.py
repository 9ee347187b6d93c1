"""State as the rest of the emulator sees it: values come out, and changes go in.

Whoever asks gets frozen values and holds none of them for longer than a call: the next one may find
others. `commit` is the only way to change an account or its jobs. `MemoryStore` keeps them in this
process; another store could keep them elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from mockserver.base.clock import NEVER
from mockserver.rules.jobs import Job
from mockserver.rules.outputs import Output
from mockserver.rules.uploads import Upload
from mockserver.rules.wallet import LedgerEntry
from mockserver.rules.webhooks import LogLine, Webhook, WebhookEvent
from mockserver.state.account import Account, AccountSettings, Clock
from mockserver.state.changes import Change
from mockserver.state.evictions import Evictions
from mockserver.state.journal import Exchange
from mockserver.state.journals import Journals

T = TypeVar("T")


class Store(Protocol):
    """Accounts by their keys, with all that they have.

    Where a method takes a key, there has to be such an account, unless it says otherwise.
    """

    @property
    def journals(self) -> Journals:
        """Every account's exchanges."""

    @property
    def evictions(self) -> Evictions:
        """Which accounts had to leave for want of room."""

    @property
    def clock(self) -> Clock:
        """The default clock."""

    @property
    def accounts(self) -> Mapping[str, Account]:
        """Every account as it is now, by its key."""

    @property
    def keys(self) -> Collection[str]:
        """The keys that are to be hidden wherever they stand: those of every account."""

    @property
    def job_count(self) -> int:
        """How many jobs there are."""

    @property
    def kept_bytes(self) -> int:
        """How much all accounts keep, as is known."""

    def transact(self, work: Callable[[], T]) -> T:
        """Do some work on what is kept, all of it or nothing, as if nobody else did any meanwhile.

        A store that others write to as well does it again where what it has read has changed by
        then, so the work may do nothing elsewhere that cannot be done twice. Whatever else this
        protocol has is asked within such work.
        """

    # --- Accounts -------------------------------------------------------------------------

    def visit(self, api_key: str | None, subject: str = "") -> tuple[Account | None, int]:
        """Return the account of a key that speaks, caught up with its clock, and what time it is.

        Room is made for it first. Without an account the time is that at which the account of the
        key would begin, and without a key that of the default clock.

        Args:
            api_key: Who speaks.
            subject: What it speaks about: a job of this id is likely to be asked for next.
        """

    def describe(self, api_key: str) -> Account:
        """Return the account of this key as it would be made; nothing is kept.

        Raises:
            EmulatorError: no account can have this key.
        """

    def settle(self, account: Account, now: int) -> Account:
        """Let an account catch up with its clock, and return it as it is then.

        One that has ended is returned as it came.
        """

    def is_current(self, account: Account) -> bool:
        """Tell whether this is the account that its key has: it was not reset or deleted since."""

    def check(self, wanted: AccountSettings) -> None:
        """Refuse what cannot be said of an account.

        Raises:
            EmulatorError: it says why.
        """

    def commit(
        self, api_key: str, changes: tuple[Change, ...], now: int
    ) -> tuple[Account, Job | None]:
        """Write what was decided, in this order: the only writer of accounts and their jobs.

        Args:
            api_key: Whose account it is.
            changes: What to write.
            now: This instant on the account's clock.

        Returns:
            The account as it is now, and so the job that was added or changed last, if any.
        """

    # --- What accounts have ---------------------------------------------------------------

    def find_job(self, api_key: str, spelled: str) -> Job | None:
        """Return the job that the account may ask for by this id, in whichever spelling (S1b).

        An account that is described and not kept yet has none.
        """

    def find_job_by_request(self, api_key: str, request_id: str) -> Job | None:
        """Return the account's job of this request id, opaque URLs or not."""

    def find_remembered_job(self, api_key: str, request_id: str) -> Job | None:
        """Return a job of any age, as far as memory goes back (N13)."""

    def get_job(self, api_key: str, ordinal: int) -> Job | None:
        """Return the account's job of this ordinal as it is now, if it is kept."""

    def jobs_of(self, api_key: str) -> list[Job]:
        """Return the jobs that the account may ask for, oldest first."""

    def count_jobs(self, api_key: str) -> int:
        """Return how many jobs the account may ask for."""

    def has_jobs(self, api_key: str) -> bool:
        """Tell whether there is a job that the account may ask for."""

    def remembered_jobs_of(self, api_key: str) -> Iterator[Job]:
        """Go through the account's jobs of any age, newest first, as far as memory goes back."""

    def owner_of(self, request_id: str) -> str | None:
        """Return whose job this is: for the journal, never for an answer."""

    def ledger_of(self, api_key: str) -> list[LedgerEntry]:
        """Return what the account paid for, oldest first."""

    def outputs_of(
        self, api_key: str, most: int, until: int = NEVER, behind: str = ""
    ) -> list[tuple[int, str]]:
        """Return when each output of the account was made, and its id, newest first.

        Args:
            api_key: Whose outputs.
            most: At most so many of them.
            until: What was made by this instant.
            behind: What comes after the one of this id, in place of an instant; nothing if it is
                not there.
        """

    def find_outputs(self, output_ids: Sequence[str]) -> list[Output]:
        """Return those of these that are there, which `outputs_of` has told of."""

    def find_output(self, output_id: str) -> Output | None:
        """Return what it takes to render an output, which anybody may ask for."""

    def find_upload(self, upload_id: str) -> Upload | None:
        """Return a file, which anybody may ask for."""

    def webhooks_of(self, api_key: str) -> Collection[Webhook]:
        """Return the account's webhooks, oldest first."""

    def webhook_log_of(self, api_key: str, webhook_id: str) -> list[LogLine]:
        """Return what became of a webhook's events, oldest first."""

    def take_event(self, api_key: str) -> WebhookEvent | None:
        """Let the account catch up with its clock, and take the event that is due first.

        None where nothing is due, or where there is no such account.
        """

    def find_event_wait_s(self, api_key: str) -> float | None:
        """Return the real seconds until an event may fall due by itself; None if none may."""

    def is_slow(self, api_key: str) -> bool:
        """Tell whether the receiver that was sent an event last took its time."""

    def enter(self, api_key: str | None, exchange: Exchange) -> None:
        """Enter an exchange into the journal of an account, or of nobody."""

    # --- All of it ------------------------------------------------------------------------

    def reset(self) -> None:
        """Go back to how the emulator started."""

    def release(self) -> bool:
        """Let go of some of what there was before a reset; tell whether there is more of it."""

    def forget(self, api_key: str) -> bool:
        """Drop an account with all it has, if there is one; a configured one begins anew."""

    def move_default_clock(self, mode: str | None, step: int) -> None:
        """Have the default clock go on in another mode, if one is named, and move it on.

        Args:
            mode: `real`, `frozen`, `auto` or `xN`.
            step: Microseconds.
        """
