"""How the memory store applies each change to what it keeps: one function for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from mockserver.rules import rate_limit
from mockserver.rules.uploads import Upload
from mockserver.state import changes
from mockserver.state.account_maker import AccountMaker
from mockserver.state.record import AccountRecord
from mockserver.state.rows import Rows
from mockserver.state.settlement import Settlement


class Tables(Protocol):
    """What is kept of all accounts together."""

    maker: AccountMaker
    settlement: Settlement
    uploads: Rows[str, Upload]

    def notify(self, record: AccountRecord) -> None:
        """Say that an account may have webhooks to be told of something."""


Applier: TypeAlias = Callable[[Tables, AccountRecord, Any, int], int | None]
"""Returns the ordinal of the job that has changed, if one has."""


def _make_account(_tables: Tables, _record: AccountRecord, _change: Any, _now: int) -> None:
    """Do nothing: the store has made the record, as there would be none to apply this to."""


def _introduce(_tables: Tables, record: AccountRecord, _change: Any, _now: int) -> None:
    record.change(is_introduced=True)


def _configure(tables: Tables, record: AccountRecord, change: changes.Configure, _now: int) -> None:
    record.describe(tables.maker.apply(record.account, change.settings))


def _count_request(
    _tables: Tables, record: AccountRecord, change: changes.CountRequest, _now: int
) -> None:
    record.window = rate_limit.count_request(record.window, change.at, change.length)


def _add_job(tables: Tables, record: AccountRecord, change: changes.AddJob, _now: int) -> int:
    job = change.job
    tables.settlement.add_job(record, job)
    if job.flow_origin:
        tables.notify(record)
    return job.ordinal


def _change_job(tables: Tables, record: AccountRecord, change: changes.ChangeJob, _now: int) -> int:
    tables.settlement.change_job(record, change.job)
    return change.job.ordinal


def _drop_output(
    tables: Tables, _record: AccountRecord, change: changes.DropOutput, _now: int
) -> None:
    tables.settlement.outputs.drop(change.output_id)


def _move_clock(
    tables: Tables, record: AccountRecord, change: changes.MoveClock, _now: int
) -> None:
    record.clock.advance(change.step, change.slept or 0)
    if change.slept is not None:
        record.change(slept=(record.account.slept or 0) + change.slept)
    tables.notify(record)


def _wake(_tables: Tables, record: AccountRecord, _change: Any, _now: int) -> None:
    record.clock.wake()


def _set_clock_mode(
    tables: Tables, record: AccountRecord, change: changes.SetClockMode, _now: int
) -> None:
    record.clock.set_mode(change.mode)
    tables.notify(record)


def _put_upload(
    tables: Tables, record: AccountRecord, change: changes.PutUpload, _now: int
) -> None:
    upload = change.upload
    tables.uploads[upload.upload_id] = upload
    for gone in record.uploads.put(upload):
        tables.uploads.drop(gone.upload_id)
    if change.is_new:
        record.change(uploads_made=record.account.uploads_made + 1)


def _put_webhook(
    tables: Tables, record: AccountRecord, change: changes.PutWebhook, _now: int
) -> None:
    if change.webhook.webhook_id not in record.webhooks.by_id:
        record.change(webhooks_made=record.account.webhooks_made + 1)
    record.webhooks.put(change.webhook)
    tables.notify(record)


def _log_attempt(
    _tables: Tables, record: AccountRecord, change: changes.LogAttempt, _now: int
) -> None:
    if record.number == change.account:
        record.webhooks.log(change.webhook_id, change.line)
        record.is_slow = change.is_slow


def _publish_finetune(
    _tables: Tables, record: AccountRecord, change: changes.PublishFinetune, _now: int
) -> None:
    record.change(is_finetune_public=change.is_public)


APPLIERS: dict[type, Applier] = {
    changes.MakeAccount: _make_account,
    changes.Introduce: _introduce,
    changes.Configure: _configure,
    changes.CountRequest: _count_request,
    changes.AddJob: _add_job,
    changes.ChangeJob: _change_job,
    changes.DropOutput: _drop_output,
    changes.MoveClock: _move_clock,
    changes.Wake: _wake,
    changes.SetClockMode: _set_clock_mode,
    changes.PutUpload: _put_upload,
    changes.PutWebhook: _put_webhook,
    changes.LogAttempt: _log_attempt,
    changes.PublishFinetune: _publish_finetune,
}
