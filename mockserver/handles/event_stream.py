"""The exchanges of a running server as they come, read off `GET /_mock/events`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse
from typing import Any, NamedTuple

from mockserver.base.clock import SECOND
from mockserver.edges.journal_stream import CLOCK_HEADER
from mockserver.edges.realtime import read_utc_us
from mockserver.handles.control_client import HttpControlClient

_PATIENCE_S = 40.0
"""A server that lives says something every fifteen seconds."""

_PATH = "/_mock/events"


class Arrival(NamedTuple):
    """An exchange as the journal shows it, and when it came, in seconds since 1970."""

    exchange: dict[str, Any]
    at_s: float


class EventStream:
    """Reads exchanges from a server, and goes on where it was when the server comes back.

    Args:
        client: Calls the control plane of the server.
        since: The number after which to begin.
        query: Narrows what is wanted: `api_key`, `route`.
    """

    def __init__(self, client: HttpControlClient, since: int = 0, **query: Any) -> None:
        self._client = client
        self._query = query
        self._since = since

    def read(self) -> Iterator[Arrival]:
        """Yield exchanges until the connection ends.

        Raises:
            EmulatorError: nobody answers, or not a segmock that lets us read.
        """
        try:
            with self._client.open(
                _PATH, _PATIENCE_S, since=self._since, **self._query
            ) as response:
                yield from self._read_events(response)
        except (OSError, HTTPException, ValueError) as error:
            raise self._client.explain(error) from None

    def check_restart(self) -> None:
        """Begin anew where the server has: its numbers are lower than those that were seen.

        Raises:
            EmulatorError: nobody answers.
        """
        newest = self._client.call("GET", "/_mock/requests", last=0)["newest"]
        if newest < self._since:
            self._since = 0

    def _read_events(self, response: HTTPResponse) -> Iterator[Arrival]:
        begin_s = read_utc_us() / SECOND - float(response.headers[CLOCK_HEADER])
        for line in response:
            name, _, value = line.partition(b": ")
            if name == b"data":
                exchange = json.loads(value)
                self._since = exchange["seq"]
                yield Arrival(exchange, begin_s + exchange["received_s"])
