"""One request on its way to an answer, and what those who work on it may ask."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from mockserver.base.reading import Reading
from mockserver.base.wire import Request
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.judgement import FAULTLESS, Judgement
from mockserver.contract.models import Model
from mockserver.contract.routing import Route
from mockserver.gateway.poll_answers import PollAnswers
from mockserver.media.artefacts import Artefact
from mockserver.media.cache import RenderCache
from mockserver.rules.fault_registry import FaultRegistry
from mockserver.rules.jobs import Job
from mockserver.rules.outputs import parse_name
from mockserver.state.account import Account, Clock
from mockserver.state.store import Store

T = TypeVar("T")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What an emulator was told about how to behave."""

    seed: int = 0
    speed: float = 20.0
    accept: str = "any"
    v1: str = "contract"
    v1_limit: str = "realistic"
    types: str = "lenient"
    validation: str = "faithful"
    credits_status: int | str = 406
    use_triggers: bool = True
    max_body_mib: int = 32
    explain: bool = False
    cors: bool = True
    replays: bool = False


class Services(msgspec.Struct, frozen=True):
    """What every check, effect and handler may ask: the contracts, the rules and the state."""

    catalogue: Catalogue
    options: Options
    store: Store
    images: RenderCache
    faults: FaultRegistry
    polls: PollAnswers = msgspec.field(default_factory=PollAnswers)


class Context(msgspec.Struct):
    """One request on its way to an answer.

    What time it is there is read when it comes and after each wait: `now` is virtual time,
    `client_now` the client's, and `elapsed` what windows are counted by.
    """

    request: Request
    route: Route
    subject: str
    now: int
    arrived_at: int
    client_now: int
    elapsed: int
    arrived_elapsed: int
    api_key: str | None
    account: Account | None = None
    model: Model | None = None
    is_over_limit: bool = False
    is_new_account: bool = False
    """The account is what its key stands for, and not kept yet."""
    params: dict[str, Any] = {}
    payload: bytes = b""
    judgement: Judgement = FAULTLESS
    price: Decimal = Decimal(0)
    job: Job | None = None
    run: int = 0
    facts: tuple[str, ...] = ()
    fault_id: str | None = None
    """The rule that has struck it."""
    is_damaged: bool = False
    """An effect has left nothing of the answer that its client could read."""
    reading: Reading | None = None
    files: dict[Artefact, bytes] | None = None
    """What its edge has rendered while the emulator was not locked; None where it does not."""
    begun_for: Account | None = None
    """Whose exchange it was when it began to wait: the account as it was then."""

    def set_time(self, clock: Clock, now: int) -> None:
        """Have it be this instant on this clock."""
        self.now = now
        self.client_now, self.elapsed = clock.read_client()

    def arrive(self, clock: Clock) -> None:
        """Have the request arrive now, by the clock of the account that it is about."""
        self.set_time(clock, clock.now())
        self.arrived_at, self.arrived_elapsed = self.now, self.elapsed

    def read(self, read_now: Callable[[], T]) -> T:
        """Return what the body says: as it was read ahead, or else as it is read now.

        Raises:
            ApiError: it cannot be read.
        """
        if self.reading is None:
            return read_now()
        found: T = self.reading.get()
        return found

    def require_account(self) -> Account:
        """Return the account, in checks that come after the key."""
        if self.account is None:
            raise AssertionError("a check that needs an account came before the key")
        return self.account

    def require_model(self) -> Model:
        """Return the model, in checks that come after it was found."""
        if self.model is None:
            raise AssertionError("a check that needs a model came before it was found")
        return self.model

    def require_job(self) -> Job:
        """Return the job, in handlers that answer about one."""
        if self.job is None:
            raise AssertionError("a reply about a job came before the job")
        return self.job

    @property
    def skipped(self) -> int:
        """How far elapsed time is ahead of the client's."""
        return self.elapsed - self.client_now

    @property
    def unknown_row(self) -> str:
        """The row of contracts/errors.json for a job that is not there: poll_url has its own."""
        return "unknown_request_v1" if self.route.name == "poll" else "unknown_request"

    @property
    def shown_subject(self) -> str:
        """The subject as the client spelled it, as much of it as an error repeats."""
        return self.subject[:200]

    @property
    def file_id(self) -> str:
        """The id of the file that the path names."""
        return parse_name(self.subject)[0]

    @property
    def asked_id(self) -> str | None:
        """The request id in the path, as the client spelled it."""
        return self.subject if self.route.polls_job else None
