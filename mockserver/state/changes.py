"""What can be written to an account: each change is a value, and `Store.commit` alone applies it.

A change says all that it needs, so it can be applied here or wherever else accounts are kept.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from mockserver.rules.jobs import Job
from mockserver.rules.uploads import Upload
from mockserver.rules.webhooks import LogLine, Webhook
from mockserver.state.account import AccountSettings


class MakeAccount(msgspec.Struct, frozen=True, gc=False):
    """Keep the account of this key, as `Store.describe` tells it, unless there is one by now."""


class Introduce(msgspec.Struct, frozen=True, gc=False):
    """Note that somebody knows of the account, other than by its calls."""


class Configure(msgspec.Struct, frozen=True, gc=False):
    """Say something else of the account; `Store.check` has passed it."""

    settings: AccountSettings


class CountRequest(msgspec.Struct, frozen=True, gc=False):
    """Count a request in the account's window (L2), at an instant of elapsed time.

    `length` is that of the window which it opens; 0 where one is open.
    """

    at: int
    length: int


class AddJob(msgspec.Struct, frozen=True, gc=False):
    """Keep a new job, and set its price aside."""

    job: Job


class ChangeJob(msgspec.Struct, frozen=True, gc=False):
    """Let a job go as it says here; what has been booked of it stays as it is."""

    job: Job


class DropOutput(msgspec.Struct, frozen=True, gc=False):
    """Keep an output no longer."""

    output_id: str


class MoveClock(msgspec.Struct, frozen=True, gc=False):
    """Move the account's clock on by microseconds.

    `slept` is how many of them its client has slept, on its own clock; None if it has not.
    """

    step: int
    slept: int | None = None


class Wake(msgspec.Struct, frozen=True, gc=False):
    """Have the account's client see real time again."""


class SetClockMode(msgspec.Struct, frozen=True, gc=False):
    """Have the account's clock go on in another mode."""

    mode: str


class PutUpload(msgspec.Struct, frozen=True, gc=False):
    """Keep a file; `is_new` where its id was given out for it."""

    upload: Upload
    is_new: bool = False


class PutWebhook(msgspec.Struct, frozen=True, gc=False):
    """Keep a webhook as it is here; one of a new id counts as made."""

    webhook: Webhook


class LogAttempt(msgspec.Struct, frozen=True, gc=False):
    """Note what became of an event, and whether its receiver took its time.

    `account` is the number of the account whose event it was: to another one it says nothing.
    """

    account: int
    webhook_id: str
    line: LogLine
    is_slow: bool


class PublishFinetune(msgspec.Struct, frozen=True, gc=False):
    """Say whether others may use the account's fine-tune (N19)."""

    is_public: bool


Change: TypeAlias = (
    MakeAccount
    | Introduce
    | Configure
    | CountRequest
    | AddJob
    | ChangeJob
    | DropOutput
    | MoveClock
    | Wake
    | SetClockMode
    | PutUpload
    | PutWebhook
    | LogAttempt
    | PublishFinetune
)
