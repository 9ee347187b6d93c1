"""Webhooks: who wants to be told of which events, what is to be sent, and how that went (N4 to N6).

Nothing is sent from here. A finished workflow puts what is due into a bounded queue; an edge
takes it from there, sends it and reports back.
"""

from __future__ import annotations

from collections import deque
from typing import Literal, TypeAlias

import msgspec

MAX_WEBHOOKS, MAX_QUEUED, MAX_LOGGED = 100, 1_000, 100

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

Outcome: TypeAlias = Literal["DELIVERED", "FAILED", "REFUSED"]


class LogLine(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One attempt to deliver an event. `at` is virtual; `latency_ms` is real.

    `status` is the receiver's HTTP status; None where there was no answer.
    """

    event: str
    request_id: str
    url: str
    outcome: Outcome
    at: int
    status: int | None = None
    error: str | None = None
    attempt: int = 1
    latency_ms: float = 0.0


class Webhook:
    """One receiver of events."""

    __slots__ = ("created_at", "is_active", "logs", "types", "updated_at", "url", "webhook_id")

    def __init__(self, webhook_id: str, url: str, types: tuple[str, ...], now: int) -> None:
        self.webhook_id = webhook_id
        self.url = url
        self.types = types
        self.created_at = self.updated_at = now
        self.is_active = True
        self.logs: deque[LogLine] = deque(maxlen=MAX_LOGGED)


class WebhookEvent(msgspec.Struct, frozen=True):
    """One event on its way to one receiver."""

    webhook: Webhook
    url: str
    event: str
    request_id: str
    at: int
    headers: dict[str, str]
    body: bytes

    def log(
        self,
        outcome: Outcome,
        *,
        status: int | None = None,
        error: str | None = None,
        latency_ms: float = 0.0,
    ) -> None:
        """Note how it went."""
        line = LogLine(
            event=self.event,
            request_id=self.request_id,
            url=self.url,
            outcome=outcome,
            at=self.at,
            status=status,
            error=error,
            latency_ms=latency_ms,
        )
        self.webhook.logs.append(line)


class Webhooks:
    """An account's webhooks, and the events that are due."""

    __slots__ = ("by_id", "is_slow", "made", "queue")

    def __init__(self) -> None:
        self.by_id: dict[str, Webhook] = {}
        self.made = 0
        """How many ids were given out."""
        self.queue: deque[WebhookEvent] = deque()
        self.is_slow = False
        """Whether the receiver that was called last took its time."""

    @property
    def are_active(self) -> bool:
        """Whether anybody may have to be told of anything."""
        return any(webhook.is_active for webhook in self.by_id.values())

    def add(self, webhook: Webhook) -> bool:
        """Keep a webhook, in place of the oldest inactive one if need be; tell if there is room."""
        if len(self.by_id) >= MAX_WEBHOOKS:
            inactive = (each for each in self.by_id.values() if not each.is_active)
            gone = next(inactive, None)
            if gone is None:
                return False
            del self.by_id[gone.webhook_id]
        self.by_id[webhook.webhook_id] = webhook
        return True

    def enqueue(self, event: str, request_id: str, at: int, body: bytes) -> None:
        """Queue an event for everybody who wants to be told of it."""
        headers = {"content-type": "application/json", "user-agent": "segmock-webhooks"}
        for webhook in self.by_id.values():
            if not webhook.is_active or event not in webhook.types:
                continue
            dispatch = WebhookEvent(webhook, webhook.url, event, request_id, at, headers, body)
            if len(self.queue) < MAX_QUEUED:
                self.queue.append(dispatch)
            else:
                dispatch.log("FAILED", error="too many events are waiting to be delivered")

    def take(self) -> WebhookEvent | None:
        """Take what is due first from the queue; None if nothing is."""
        return self.queue.popleft() if self.queue else None

    def close(self) -> None:
        """Tell nobody of anything any longer."""
        self.by_id.clear()
        self.queue.clear()
