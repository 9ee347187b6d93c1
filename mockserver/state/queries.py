"""What can be asked of the accounts that are kept: each answer is a value."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import dropwhile

from mockserver.base.clock import NEVER, SECOND
from mockserver.rules.jobs import Job
from mockserver.rules.outputs import Output
from mockserver.rules.uploads import Upload
from mockserver.rules.wallet import LedgerEntry
from mockserver.rules.webhooks import LogLine, Webhook
from mockserver.state.account import Account
from mockserver.state.indexes import Indexes
from mockserver.state.record import AccountRecord
from mockserver.state.settlement import Settlement

_WIDER = 4
"""How many times as far one looks back where what is wanted lies further back."""


class Accounts(Mapping[str, Account]):
    """Every account as it is now, by its key."""

    def __init__(self, records: Mapping[str, AccountRecord]) -> None:
        self._records = records

    def __getitem__(self, api_key: str) -> Account:
        return self._records[api_key].account

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, api_key: object) -> bool:
        return api_key in self._records


class Queries:
    """The half of a store that reads; see `Store` for what each method returns."""

    def __init__(
        self, settlement: Settlement, indexes: Indexes, records: Mapping[str, AccountRecord]
    ) -> None:
        self.settlement = settlement
        self.uploads = indexes.uploads
        self._outputs = indexes.outputs
        self.records = records
        self.accounts: Mapping[str, Account] = Accounts(records)

    @property
    def job_count(self) -> int:
        """How many jobs there are."""
        return len(self.settlement.owners)

    def is_current(self, account: Account) -> bool:
        """Tell whether this is the account that its key has."""
        record = self.records.get(account.api_key)
        return record is not None and record.number == account.number

    def find_job(self, api_key: str, spelled: str) -> Job | None:
        """Return the job that the account may ask for by this id; none if it is not kept yet."""
        record = self.records.get(api_key)
        return record.jobs.find(spelled) if record is not None else None

    def find_job_by_request(self, api_key: str, request_id: str) -> Job | None:
        """Return the account's job of this request id, opaque URLs or not."""
        return self.records[api_key].jobs.find_by_request(request_id)

    def find_remembered_job(self, api_key: str, request_id: str) -> Job | None:
        """Return a job of any age."""
        return self.records[api_key].jobs.find_remembered(request_id)

    def get_job(self, api_key: str, ordinal: int) -> Job | None:
        """Return the account's job of this ordinal as it is now."""
        return self.records[api_key].jobs.get(ordinal)

    def jobs_of(self, api_key: str) -> list[Job]:
        """Return the jobs that the account may ask for, oldest first."""
        return list(self.records[api_key].jobs)

    def count_jobs(self, api_key: str) -> int:
        """Return how many jobs the account may ask for."""
        return len(self.records[api_key].jobs)

    def has_jobs(self, api_key: str) -> bool:
        """Tell whether there is a job that the account may ask for."""
        return bool(self.records[api_key].jobs)

    def remembered_jobs_of(self, api_key: str) -> Iterator[Job]:
        """Go through the account's jobs of any age, newest first."""
        return self.records[api_key].jobs.list_remembered()

    def owner_of(self, request_id: str) -> str | None:
        """Return whose job this is."""
        return self.settlement.owner_of(request_id)

    def ledger_of(self, api_key: str) -> list[LedgerEntry]:
        """Return what the account paid for, oldest first."""
        return list(self.records[api_key].ledger)

    def outputs_of(
        self, api_key: str, most: int, until: int = NEVER, behind: str = ""
    ) -> list[tuple[int, str]]:
        """Return when each output of the account was made, and its id, newest first."""
        queue, count = self.records[api_key].outputs, most
        while True:
            newest = [(each.created_at, each.output_id) for each in queue.list_newest(count)]
            found = _select_older(newest, until, behind)
            if len(found) >= most or len(newest) < count:
                return found[:most]
            count *= _WIDER

    def find_outputs(self, output_ids: Sequence[str]) -> list[Output]:
        """Return those of these that are there, which `outputs_of` has told of."""
        made = self._outputs
        made.read_ahead(output_ids)
        return [found for each in output_ids if (found := made.get(each)) is not None]

    def find_output(self, output_id: str) -> Output | None:
        """Return what it takes to render an output."""
        return self.settlement.find_output(output_id)

    def find_upload(self, upload_id: str) -> Upload | None:
        """Return a file."""
        return self.uploads.get(upload_id)

    def webhooks_of(self, api_key: str) -> Collection[Webhook]:
        """Return the account's webhooks, oldest first."""
        return self.records[api_key].webhooks.by_id.values()

    def webhook_log_of(self, api_key: str, webhook_id: str) -> list[LogLine]:
        """Return what became of a webhook's events, oldest first."""
        return self.records[api_key].webhooks.logs_of(webhook_id)

    def is_slow(self, api_key: str) -> bool:
        """Tell whether the receiver that was sent an event last took its time."""
        record = self.records.get(api_key)
        return record is not None and record.is_slow

    def find_event_wait_s(self, api_key: str) -> float | None:
        """Return the real seconds until an event may fall due by itself."""
        record = self.records.get(api_key)
        due = None if record is None else record.due.first
        if record is None or due is None or not record.webhooks.are_active:
            return None
        clock = record.clock
        return max(0, due - clock.now()) / SECOND / clock.rate if clock.rate else None


def _select_older(newest: list[tuple[int, str]], until: int, behind: str) -> list[tuple[int, str]]:
    """Return those of outputs, newest first, that come behind one, or were made by an instant."""
    if behind:
        return list(dropwhile(lambda made: made[1] != behind, newest))[1:]
    return list(dropwhile(lambda made: made[0] > until, newest))
