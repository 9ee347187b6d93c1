"""A history: what clients saw of a server, and what the server says of itself at the end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeAlias

import msgspec

TAG = "x-history-operation"
"""The header that carries the number of an operation into the journal."""

STORE_GONE = 503
"""What is answered while the store cannot be reached; no rule of a history injects it."""

STANDING = ("frozen", "auto")
"""Modes of clocks that stand still while a request is answered."""

OK = 200
LONGEST_WAIT_S = 30
"""How long somebody waits who wants to see what is entered into a journal."""

FOREVER = float("inf")

_NUMBER = re.compile(r"op-(\d+)\b")

Document: TypeAlias = dict[str, Any]


class Operation(msgspec.Struct, kw_only=True):
    """A request, and what its client saw of it.

    Attributes:
        number: Which one of its history it is, from 0.
        client: Whose it is.
        account: The key that it is about, whether or not it was sent.
        kind: `submit`, `run`, `status`, `result`, `credits`, `move`, `arm`, `disarm`, `force`,
            `show`, `list`, `put`, `watch`, `upload`, `read` or `hook`.
        subject: The job, fault or file that it is about.
        is_foreign: Whether the job is another account's.
        began, ended: Real monotonic seconds; `ended` is when the answer was there, or when it was
            certain that none would come.
        status: None if no answer came.
        answer: JSON if it was JSON, else text.
    """

    number: int
    client: int
    account: str
    kind: str
    method: str
    path: str
    body: Any = None
    subject: str = ""
    is_foreign: bool = False
    began: float = 0.0
    ended: float = 0.0
    status: int | None = None
    answer: Any = None

    @property
    def is_known(self) -> bool:
        """Whether its outcome is; where it is not, it was carried out once or never."""
        return self.status not in {None, STORE_GONE}

    @property
    def done_by(self) -> float:
        """When at the latest it was carried out; where no answer came, that may be ever so late."""
        return self.ended if self.is_known else FOREVER

    @property
    def is_journalled(self) -> bool:
        """Whether the journal keeps it: the data plane's alone."""
        return not self.path.startswith("/_mock/")

    def __str__(self) -> str:
        return f"op {self.number} ({self.kind} of {self.account}: {self.status})"


class Account(msgspec.Struct, kw_only=True):
    """An account as it was set up, and as the server shows it at the end.

    Attributes:
        credits: US dollars.
        limit: Requests in a window, None if there is none.
        clock: The mode of its clock.
        start_utc: What its clock told before the clients began.
        rules: The faults that were armed before for it or for all, as the server showed them.
        shown, jobs, journal, faults, now_utc, webhooks: As the server shows them at the end.
        dropped: How many exchanges have left its journal.
    """

    key: str
    credits: str
    limit: int | None
    clock: str
    start_utc: str = ""
    rules: list[Document] = []
    shown: Document = {}
    jobs: list[Document] = []
    journal: list[Document] = []
    faults: list[Document] = []
    now_utc: str = ""
    webhooks: list[Document] = []
    dropped: int = 0

    @property
    def balance(self) -> Decimal:
        """What it had before the clients began."""
        return Decimal(self.credits)


class History(msgspec.Struct, kw_only=True):
    """All of it.

    Attributes:
        name: Which one it is, for whoever looks for it.
        accounts: The accounts, which nobody else used.
        operations: In the order in which they were begun.
        prices: US dollars of a run of each model.
        common: The faults that were armed for every account, as the server shows them at the end.
        is_disturbed: Whether workers or the store were killed meanwhile; no answer is lost else.
    """

    name: str
    accounts: list[Account]
    operations: list[Operation]
    prices: dict[str, str]
    common: list[Document] = []
    is_disturbed: bool = False


class Evidence:
    """A history, and what its rules look up in it."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.accounts = history.accounts
        self.operations = history.operations

    @cached_property
    def by_number(self) -> dict[int, Operation]:
        """Each operation by its number."""
        return {each.number: each for each in self.operations}

    @cached_property
    def entries(self) -> dict[int, list[Document]]:
        """The entries of all journals by the operation that they are of; -1 are of none."""
        found: dict[int, list[Document]] = defaultdict(list)
        for account in self.accounts:
            for entry in account.journal:
                found[find_operation(entry)].append(entry)
        return found

    @cached_property
    def jobs(self) -> dict[int, list[Document]]:
        """The jobs of all accounts by the operation that has submitted them; -1 are of none."""
        found: dict[int, list[Document]] = defaultdict(list)
        for account in self.accounts:
            for job in account.jobs:
                found[find_number(job["params"])].append(job)
        return found

    def list_operations(self, *kinds: str, account: Account | None = None) -> Iterator[Operation]:
        """Go through the operations of some kinds, of one account or of all."""
        for each in self.operations:
            if each.kind in kinds and (account is None or each.account == account.key):
                yield each

    def operation_of(self, entry: Document) -> Operation | None:
        """Return the operation that an entry of a journal is of."""
        return self.by_number.get(find_operation(entry))

    def rules_of(self, account: Account) -> dict[str, Document]:
        """Return every fault that is known to have been armed for an account, by its id."""
        armed = [
            each.answer
            for each in self.list_operations("arm", account=account)
            if each.status == OK
        ]
        return {rule["id"]: rule for rule in [*account.rules, *armed, *account.faults]}

    def is_struck(self, operation: Operation) -> bool:
        """Tell whether a fault has struck it."""
        return any("fault_id" in entry for entry in self.entries.get(operation.number, []))

    def price_of(self, job: Document) -> Decimal:
        """Return what a job costs if it completes."""
        return Decimal(self.history.prices[job["model"]])


def find_operation(entry: Document) -> int:
    """Return the number of the operation that an entry of the journal is of, or -1."""
    return int(entry["request"]["headers"].get(TAG, -1))


def find_number(document: Any) -> int:
    """Return the number that a request's body carries, or -1."""
    found = _NUMBER.search(msgspec.json.encode(document).decode())
    return int(found[1]) if found else -1


def read_money(value: float) -> Decimal:
    """Return an amount as it was meant."""
    return Decimal(str(value))
