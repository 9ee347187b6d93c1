"""Work that would hold up the event loop, done in a thread while others are answered."""

from __future__ import annotations

from contextlib import suppress
from typing import TypeAlias

from anyio import CapacityLimiter, Event, to_thread
from anyio.lowlevel import RunVar

from mockserver.base.reading import Reading
from mockserver.base.wire import Request
from mockserver.gateway.body_readers import read_ahead
from mockserver.gateway.context import Services
from mockserver.media.artefacts import Artefact, render

MAX_THREADS = 2
"""As many bodies are read at once, and files rendered; with more, the loop would have to wait for
its turn."""

_Files: TypeAlias = dict[Artefact, tuple[Event, list[bytes]]]

_readers: RunVar[CapacityLimiter] = RunVar("segmock-readers")
_renderers: RunVar[CapacityLimiter] = RunVar("segmock-renderers")
_files: RunVar[_Files] = RunVar("segmock-files")


async def read_aside(services: Services, request: Request) -> Reading | None:
    """Read the body of a request as `read_ahead` does, under asyncio and under trio."""
    limiter = _find_limiter(_readers)
    return await to_thread.run_sync(read_ahead, services, request, limiter=limiter)


async def render_aside(artefact: Artefact) -> bytes | None:
    """Render a file, once however many ask for it at a time; None where it cannot be."""
    try:
        files = _files.get()
    except LookupError:
        _files.set(files := {})
    if artefact in files:
        is_done, rendered = files[artefact]
        await is_done.wait()
    else:
        is_done, rendered = files[artefact] = Event(), []
        try:
            limiter = _find_limiter(_renderers)
            with suppress(Exception):  # the gateway meets it again, and answers
                rendered.append(await to_thread.run_sync(render, artefact, limiter=limiter))
        finally:
            del files[artefact]
            is_done.set()
    return rendered[0] if rendered else None


def _find_limiter(variable: RunVar[CapacityLimiter]) -> CapacityLimiter:
    """Return what counts the threads of this event loop."""
    try:
        return variable.get()
    except LookupError:
        variable.set(limiter := CapacityLimiter(MAX_THREADS))
        return limiter
