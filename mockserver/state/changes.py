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
    """Count a request in the account's window (L2)."""


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
    """Move the account's clock on by microseconds; `is_sleep` where its client slept so long."""

    step: int
    is_sleep: bool = False


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
    | SetClockMode
    | PutUpload
    | PutWebhook
    | LogAttempt
    | PublishFinetune
)
