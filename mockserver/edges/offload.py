"""Work that would hold up the event loop, done in a thread while others are answered."""

from __future__ import annotations

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from mockserver.base.reading import Reading
from mockserver.base.wire import Request
from mockserver.gateway.body_readers import read_ahead
from mockserver.gateway.context import Services

MAX_THREADS = 2
"""As many bodies are read at once; with more, the loop would have to wait for its turn."""

_limiter: RunVar[CapacityLimiter] = RunVar("segmock-readers")


async def read_aside(services: Services, request: Request) -> Reading | None:
    """Read the body of a request as `read_ahead` does, under asyncio and under trio."""
    try:
        limiter = _limiter.get()
    except LookupError:
        limiter = CapacityLimiter(MAX_THREADS)
        _limiter.set(limiter)
    return await to_thread.run_sync(read_ahead, services, request, limiter=limiter)
