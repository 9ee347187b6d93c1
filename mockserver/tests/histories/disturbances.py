"""Killing workers and the store while operations are on their way."""

from __future__ import annotations

import asyncio
from typing import Any

from mockserver.tests.histories.generator import Choices
from mockserver.tests.histories.server_group import ServerGroup
from mockserver.tests.redis_server import RedisServer

EARLIEST, LATEST = 10, 45
"""Between which operations of a history something is killed."""

RESTARTED_EVERY = 10
"""Of so many histories one sees the store killed and started again."""


class Disturbances:
    """Kills what a history is to see killed, once an operation is on its way.

    Args:
        group: Whose workers are killed; None if none are.
        redis: The store; None if it is left alone.

    Attributes:
        killed: How many workers were killed.
        restarted: How often the store was killed and started again.
    """

    def __init__(self, group: ServerGroup | None, redis: RedisServer | None) -> None:
        self._group, self._redis = group, redis
        self.killed = self.restarted = 0
        self._draw = 0
        self._kill_at = self._restart_at = -1
        self._restart: asyncio.Task[Any] | None = None

    def begin(self, seed: int, name: str, ordinal: int) -> None:
        """Draw what the next history is to see."""
        choices = Choices("disturb", seed, name)
        self._draw = choices.draw(1000)
        span = LATEST - EARLIEST
        kill_at, restart_at = EARLIEST + choices.draw(span), EARLIEST + choices.draw(span)
        self._kill_at = kill_at if self._group else -1
        is_due = self._redis and ordinal % RESTARTED_EVERY == RESTARTED_EVERY // 2
        self._restart_at = restart_at if is_due else -1

    async def strike(self, number: int) -> None:
        """Kill what is to be killed as this operation begins; others are on their way."""
        if number == self._kill_at:
            self.killed += self._group.kill_worker(self._draw)
        if number == self._restart_at:
            self._restart = asyncio.create_task(asyncio.to_thread(self._redis.restart))
            self.restarted += 1

    async def end(self) -> None:
        """Wait until the store is there again."""
        if self._restart is not None:
            await self._restart
            self._restart = None
