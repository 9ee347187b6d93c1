"""A job's life: QUEUED → PROCESSING → COMPLETED or FAILED, and nothing else (T1).

A job stores the instants of its transitions, decided when it is submitted. Its state is a pure
function of those and of the clock: nothing is scheduled, and moving the clock wakes nothing.
An instant that lies at `NEVER` is a stage that does not end: the job is stalled.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal, TypeAlias

import msgspec

from mockserver.base.clock import HOUR, NEVER
from mockserver.base.errors import EmulatorError
from mockserver.base.ids import normalize_id

State: TypeAlias = Literal["QUEUED", "PROCESSING", "COMPLETED", "FAILED"]

TRANSITIONS: dict[State, tuple[State, ...]] = {
    "QUEUED": ("PROCESSING",),
    "PROCESSING": ("COMPLETED", "FAILED"),
    "COMPLETED": (),
    "FAILED": (),
}

RETENTION = HOUR
"""How long a request is kept after its submission (T7)."""

REFUSAL_RUN = 3_000
"""Microseconds on a worker of a job whose parameters are refused there (T10, live: 0.003 s)."""

QUEUE_SHARE = 10
"""One part in ten of a job's time is spent QUEUED."""


class JobPlan(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How a job will go: microseconds in each stage (NEVER stalls it there) and how it ends."""

    queue: int
    run: int
    ends: Literal["COMPLETED", "FAILED"] = "COMPLETED"
    error: str | None = None
    kept: int = RETENTION


class Job(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One request. Every `*_at` is an instant on the account's clock.

    Attributes:
        payload: The parameters as compact JSON.
        seed: The model's seed, given or drawn; None where the model has none.
        price: US dollars, held from the submission on.
        remaining: The balance right after the booking; None until then.
        settled: The price has been booked or released.
        handle: The id with a token, where the URLs handed out are opaque.
        flow_origin: For a workflow's run, the address at which it was submitted; else empty.
        thumbnail: What it is made of (`media/thumbnails`); empty where that is no picture.
        files: How many files it yields, if it yields any.
    """

    request_id: str
    ordinal: int
    model: Any
    payload: bytes
    seed: int | None
    price: Decimal
    submitted_at: int
    started_at: int
    finished_at: int
    expires_at: int
    ends: Literal["COMPLETED", "FAILED"]
    error: str | None = None
    remaining: Decimal | None = None
    settled: bool = False
    handle: str = ""
    flow_origin: str = ""
    thumbnail: bytes = b""
    files: int = 1

    @property
    def is_flow(self) -> bool:
        """Whether it is a workflow's run rather than a model's."""
        return bool(self.flow_origin)

    @property
    def path_id(self) -> str:
        """The id as the URLs that were handed out have it: with a token, if they are opaque."""
        return self.handle or self.request_id

    @property
    def key(self) -> str:
        """The id under which the job is kept: the canonical spelling of `path_id`."""
        return normalize_id(self.handle) if self.handle else self.request_id

    def find_state(self, now: int) -> State:
        """Return the state at an instant."""
        if now < self.started_at:
            return "QUEUED"
        return "PROCESSING" if now < self.finished_at else self.ends

    def find_next_transition(self, now: int) -> int:
        """Return the instant of the next change of state; NEVER if there is none."""
        if now < self.started_at:
            return self.started_at
        return self.finished_at if now < self.finished_at else NEVER

    def is_stalled(self, now: int) -> bool:
        """Tell whether it is in a state that it will not leave by itself, and should."""
        return now < self.finished_at and self.find_next_transition(now) >= NEVER

    def list_planned(self, now: int) -> list[tuple[State, int]]:
        """Return the states to come, with the instant of each, as far as it will live to see."""
        return [
            (state, instant)
            for state, instant in self.list_states()
            if now < instant < NEVER and instant <= self.expires_at
        ]

    def list_states(self) -> list[tuple[State, int]]:
        """Return every state with the instant at which it begins, as planned."""
        return [
            ("QUEUED", self.submitted_at),
            ("PROCESSING", self.started_at),
            (self.ends, self.finished_at),
        ]


def force(job: Job, state: State, now: int, error: str | None) -> Job:
    """Return a job that is in a state from this instant on, brought there through those between.

    Raises:
        EmulatorError: the state lies behind the job, or the job has ended.
    """
    here = job.find_state(now)
    if not TRANSITIONS[here] or state in {here, "QUEUED"}:
        raise EmulatorError(
            f"the job is {here} and cannot become {state}",
            hint="QUEUED leads to PROCESSING, that to COMPLETED or FAILED; both are final",
        )
    started_at = min(job.started_at, now)
    if state == "PROCESSING":
        return msgspec.structs.replace(job, started_at=started_at)
    return msgspec.structs.replace(
        job, started_at=started_at, finished_at=now, ends=state, error=error
    )


def stall(job: Job, now: int) -> Job:
    """Return a job that stays in the state in which it is at this instant, until it expires.

    Raises:
        EmulatorError: the job has ended.
    """
    here = job.find_state(now)
    if not TRANSITIONS[here]:
        raise EmulatorError(
            f"the job is {here} and cannot be stalled",
            hint="what is QUEUED or PROCESSING can be; a job that has ended stays as it is",
        )
    started_at = NEVER if here == "QUEUED" else job.started_at
    return msgspec.structs.replace(job, started_at=started_at, finished_at=NEVER)


def compute_stage_times(submitted_at: int, plan: JobPlan) -> tuple[int, int]:
    """Return when the job starts and when it finishes; a stalled stage never ends."""
    started_at = submitted_at + plan.queue
    finished_at = started_at + plan.run
    if finished_at < NEVER:  # `min` takes four times as long to say so
        return started_at, finished_at
    return min(started_at, NEVER), NEVER
