"""Webhooks: who wants to be told of which events, what is to be sent, and how that went (N4 to N6).

Nothing is sent or kept here: `state/webhook_queue` keeps them, and an edge sends.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias

import msgspec

MAX_WEBHOOKS, MAX_QUEUED, MAX_LOGGED = 100, 1_000, 100

HEADERS = {"content-type": "application/json", "user-agent": "segmock-webhooks"}
"""What every event is sent with."""

EVENTS = ("NODE_RUN", "GRAPH_RUN")
"""What is sent: for workflows alone (N5)."""

SILENT_EVENTS = (
    "PIXELFLOW",
    "DATA_PROCESSING",
    "TRAINING_INITIATED",
    "TRAINING_COMPLETED",
    "DEPLOYING",
    "AVAILABLE",
)
"""Names that clients still register: the SDK's example, and those of fine-tuning (N5, N16)."""

AttemptOutcome: TypeAlias = Literal["DELIVERED", "FAILED", "REFUSED"]


class LogLine(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One attempt to deliver an event. `at` is virtual; `latency_ms` is real.

    `status` is the receiver's HTTP status; None where there was no answer.
    """

    event: str
    request_id: str
    url: str
    outcome: AttemptOutcome
    at: int
    status: int | None = None
    error: str | None = None
    attempt: int = 1
    latency_ms: float = 0.0


class Webhook(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One receiver of events; every `*_at` is an instant on the account's clock."""

    webhook_id: str
    url: str
    types: tuple[str, ...]
    created_at: int
    updated_at: int
    is_active: bool = True


class RunEvent(msgspec.Struct, frozen=True, gc=False):
    """What came to pass with a workflow's run (N5); `error` None is a run that completed."""

    name: str
    workflow_id: str
    request_id: str
    at: int
    output_url: str
    error: str | None


class WebhookEvent(msgspec.Struct, frozen=True, gc=False):
    """One event on its way to one receiver; `account` is the number of its account."""

    account: int
    webhook_id: str
    url: str
    event: RunEvent

    def make_line(
        self,
        outcome: AttemptOutcome,
        *,
        status: int | None = None,
        error: str | None = None,
        latency_ms: float = 0.0,
    ) -> LogLine:
        """Return the line of the log that tells how it went."""
        return LogLine(
            event=self.event.name,
            request_id=self.event.request_id,
            url=self.url,
            outcome=outcome,
            at=self.event.at,
            status=status,
            error=error,
            latency_ms=latency_ms,
        )

    def make_lost_line(self) -> LogLine:
        """Return the line for an event that there was no room for."""
        return self.make_line("FAILED", error="too many events are waiting to be delivered")


def has_room(webhooks: Collection[Webhook]) -> bool:
    """Tell whether an account that has these webhooks can have one more.

    An inactive one makes room.
    """
    return len(webhooks) < MAX_WEBHOOKS or not all(each.is_active for each in webhooks)
