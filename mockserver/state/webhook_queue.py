"""An account's webhooks, the events that wait to be sent to them, and what became of each (N6).

Nothing is sent from here: an edge takes an event with the lock, sends it without, and reports what
came of it, with the lock again.
"""

from __future__ import annotations

from collections import deque

from mockserver.rules.webhooks import (
    MAX_LOGGED,
    MAX_QUEUED,
    MAX_WEBHOOKS,
    LogLine,
    RunEvent,
    Webhook,
    WebhookEvent,
)


class WebhookQueue:
    """The webhooks of one account by id, oldest first, with their logs and what is due to them."""

    __slots__ = ("_logs", "_queue", "by_id")

    def __init__(self) -> None:
        self.by_id: dict[str, Webhook] = {}
        self._logs: dict[str, deque[LogLine]] = {}
        self._queue: deque[WebhookEvent] = deque()

    def __len__(self) -> int:
        """How many events wait."""
        return len(self._queue)

    @property
    def are_active(self) -> bool:
        """Whether anybody may have to be told of anything."""
        return any(webhook.is_active for webhook in self.by_id.values())

    def put(self, webhook: Webhook) -> None:
        """Keep a webhook as it is now; a new one may take the place of the oldest inactive one."""
        if webhook.webhook_id not in self.by_id and len(self.by_id) >= MAX_WEBHOOKS:
            gone = next(each for each in self.by_id.values() if not each.is_active)
            del self.by_id[gone.webhook_id], self._logs[gone.webhook_id]
        self.by_id[webhook.webhook_id] = webhook
        self._logs.setdefault(webhook.webhook_id, deque(maxlen=MAX_LOGGED))

    def enqueue(self, event: RunEvent, *, account: int) -> None:
        """Queue an event of the account of this number for everybody who wants to be told of it."""
        for webhook in self.by_id.values():
            if not webhook.is_active or event.name not in webhook.types:
                continue
            due = WebhookEvent(account, webhook.webhook_id, webhook.url, event)
            if len(self._queue) < MAX_QUEUED:
                self._queue.append(due)
            else:
                self.log(due.webhook_id, due.make_lost_line())

    def take(self) -> WebhookEvent | None:
        """Take what is due first; None if nothing is."""
        return self._queue.popleft() if self._queue else None

    def log(self, webhook_id: str, line: LogLine) -> None:
        """Note what became of an event, if its webhook is still there."""
        if webhook_id in self._logs:
            self._logs[webhook_id].append(line)

    def logs_of(self, webhook_id: str) -> list[LogLine]:
        """Return what became of a webhook's events, oldest first."""
        return list(self._logs[webhook_id])
