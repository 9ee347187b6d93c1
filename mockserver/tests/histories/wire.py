"""A client with no more HTTP in it than there has to be: it must not cost more than the server."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from mockserver.tests.patience import PATIENCE_S


class Answer(NamedTuple):
    """Status and body as they came: JSON if it is JSON, else text."""

    status: int
    body: Any


class Wire:
    """A connection to a server, opened when it is needed."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname, parts.port
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, headers: dict[str, str], body: Any
    ) -> Answer | None:
        """Send a request and return its answer; None if none came, or not all of it."""
        data = b"" if body is None else msgspec.json.encode(body)
        lines = [f"{method} {path} HTTP/1.1", f"host: {self._host}:{self._port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if data:
            lines += ["content-type: application/json", f"content-length: {len(data)}"]
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._exchange("\r\n".join(lines).encode() + b"\r\n\r\n" + data)
        except (OSError, asyncio.IncompleteReadError):
            await self.close()
            return None

    async def close(self) -> None:
        """Leave, if connected."""
        if self._ends is not None:
            self._ends[1].close()
            with suppress(OSError):
                await self._ends[1].wait_closed()
            self._ends = None

    async def _exchange(self, sent: bytes) -> Answer:
        if self._ends is None:
            self._ends = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._ends
        writer.write(sent)
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in lines if line)
        body = await reader.readexactly(int(fields.get(b"content-length", 0)))
        if fields.get(b"connection") == b"close":
            await self.close()
        return Answer(int(status.split()[1]), read_body(fields.get(b"content-type", b""), body))


def read_body(content_type: bytes, body: bytes) -> Any:
    """Return JSON if it is JSON, else the text."""
    with suppress(msgspec.DecodeError):
        if content_type.startswith(b"application/json"):
            return msgspec.json.decode(body)
    return body.decode("utf-8", "replace")
