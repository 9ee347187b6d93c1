"""What can be written to an account: each change is a value, and `Store.commit` alone applies it.

A change says all that it needs, so it can be applied here or wherever else accounts are kept.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from mockserver.rules.jobs import Job


class MakeAccount(msgspec.Struct, frozen=True, gc=False):
    """Keep the account of this key, as `Store.describe` tells it, unless there is one by now."""


class CountRequest(msgspec.Struct, frozen=True, gc=False):
    """Count a request in the account's window (L2)."""


class AddJob(msgspec.Struct, frozen=True, gc=False):
    """Keep a new job, and set its price aside."""

    job: Job


class ChangeJob(msgspec.Struct, frozen=True, gc=False):
    """Keep a job as it is here, in place of what is kept under its ordinal."""

    job: Job


class DropOutput(msgspec.Struct, frozen=True, gc=False):
    """Keep an output no longer."""

    output_id: str


class MoveClock(msgspec.Struct, frozen=True, gc=False):
    """Move the account's clock on by microseconds."""

    step: int


Change: TypeAlias = MakeAccount | CountRequest | AddJob | ChangeJob | DropOutput | MoveClock
