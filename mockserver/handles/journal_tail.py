"""Following a running server: its exchanges as lines, and the rules that its clients break."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import msgspec

from client_tests.reports.exchange_text import describe_rule
from mockserver.base.clock import SECOND
from mockserver.base.errors import EmulatorError
from mockserver.control.log_entries import LogEntry, parse_entry
from mockserver.control.log_writers import HOLD_S, LogWriter, Offence
from mockserver.edges.realtime import pause_s, read_monotonic_s, read_utc_us
from mockserver.handles.control_client import HttpControlClient, quote_name
from mockserver.handles.event_stream import Arrival, EventStream
from mockserver.verdicts.new_offences import NewOffences
from mockserver.verdicts.verdicts import Verdict

_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 3.0
"""Between two tries to reach a server that has gone away."""

_GATHER_S, _REST = 0.2, 20
"""Verdicts are asked for so long after an exchange, and not before twenty times as long as the
answer took is over."""

_MOST_KNOWN = 4096
_FORBIDDEN = {401, 403}


def find_start(
    client: HttpControlClient, last: int, since: int | None, wanted: dict[str, Any]
) -> int:
    """Return the number after which to begin: `since`, or before the newest so many exchanges.

    Raises:
        EmulatorError: nobody answers, or the server refuses.
    """
    page = client.call("GET", "/_mock/requests", last=last, **wanted)
    shown = page["requests"]
    start: int = shown[0]["seq"] - 1 if shown else page["newest"]
    return start if since is None else since


class JournalTail:
    """Yields lines that tell what a server is asked.

    Args:
        client: Calls the server's control plane.
        stream: Its exchanges.
        writer: The form of the lines.
        api_key: Whose exchanges these are; None are everybody's.
        judges: Whether to tell of rules that were broken.
        since: Offences up to this number are no news.
    """

    def __init__(
        self,
        client: HttpControlClient,
        stream: EventStream,
        writer: LogWriter,
        api_key: str | None = None,
        *,
        judges: bool = False,
        since: int = 0,
    ) -> None:
        self._client = client
        self._stream = stream
        self._writer = writer
        self._api_key = api_key
        self._judges = judges
        self._since = self._newest = since
        self._is_over = False
        self._offences = NewOffences()
        self._known: dict[int, tuple[LogEntry, float]] = {}
        self._judge_at_s: float | None = None
        self._rest_until_s = 0.0
        self._news: SimpleQueue[Arrival | EmulatorError | str] = SimpleQueue()

    def run(self, tell: Callable[[str], object]) -> Iterator[str]:
        """Yield lines for ever; `tell` is given what is to be known of the connection.

        Raises:
            EmulatorError: the server refuses to be read.
        """
        Thread(target=self._receive, name="segmock-tail", daemon=True).start()
        try:
            while True:
                yield from self._write_news(tell)
        finally:
            self._is_over = True

    def _write_news(self, tell: Callable[[str], object]) -> Iterator[str]:
        """Wait for news, and yield the lines that come of it."""
        try:
            news = self._news.get(timeout=self._find_wait_s())
        except Empty:
            news = None
        if isinstance(news, EmulatorError):
            raise news
        if isinstance(news, str):
            tell(news)
        elif news is not None:
            yield from self._write_exchange(news)
        if self._judge_at_s is not None and read_monotonic_s() >= self._judge_at_s:
            yield from self._write_offences()
        yield from self._writer.flush(read_utc_us() / SECOND - HOLD_S)

    def _find_wait_s(self) -> float | None:
        """Return after how many seconds there may be something to write though nothing came."""
        if self._judge_at_s is not None:
            return max(self._judge_at_s - read_monotonic_s(), 0)
        return HOLD_S if self._writer.is_counting else None

    def _receive(self) -> None:
        """Put what comes into the queue, over restarts of the server."""
        while not self._is_over:
            try:
                for arrival in self._stream.read():
                    self._news.put(arrival)
            except EmulatorError as error:
                if error.status in _FORBIDDEN:
                    self._news.put(error)
                    return
            self._news.put(f"the connection to {self._client.url} has ended; trying again")
            self._wait_for_server()
            self._news.put(f"connected to {self._client.url} again")

    def _wait_for_server(self) -> None:
        wait_s = _PAUSE_S
        while not self._is_over:
            pause_s(wait_s)
            wait_s = min(2 * wait_s, _LONGEST_PAUSE_S)
            with suppress(EmulatorError):
                self._stream.check_restart()
                return

    def _write_exchange(self, arrival: Arrival) -> Iterator[str]:
        entry = parse_entry(arrival.exchange, self._describe_fault)
        if entry.seq <= self._newest:  # the server began anew, and its numbers with it
            self._since = 0
            self._offences = NewOffences()
        self._newest = entry.seq
        if self._judges:
            if len(self._known) >= _MOST_KNOWN:
                del self._known[next(iter(self._known))]
            self._known[entry.seq] = (entry, arrival.at_s)
            if self._judge_at_s is None:
                self._judge_at_s = max(read_monotonic_s() + _GATHER_S, self._rest_until_s)
        yield from self._writer.write_exchange(entry, arrival.at_s)

    def _describe_fault(self, fault_id: str) -> str | None:
        try:
            rule = self._client.call("GET", f"/_mock/faults/{quote_name(fault_id, 'a fault')}")
        except EmulatorError:
            return None
        return describe_rule(rule)

    def _write_offences(self) -> Iterator[str]:
        self._judge_at_s = None
        begun_s = read_monotonic_s()
        try:
            verdicts = self._list_verdicts()
        except EmulatorError:
            return
        ended_s = read_monotonic_s()
        self._rest_until_s = ended_s + _REST * (ended_s - begun_s)
        for api_key, found in verdicts.items():
            for verdict in self._offences.note(api_key, found):
                seqs = tuple(seq for seq in verdict.requests if seq > self._since)
                if seqs:
                    yield from self._write_offence(api_key, verdict, seqs)

    def _write_offence(
        self, api_key: str | None, verdict: Verdict, seqs: tuple[int, ...]
    ) -> Iterator[str]:
        entry, at_s = self._known.get(seqs[-1], (None, read_utc_us() / SECOND))
        new = msgspec.structs.replace(verdict, requests=seqs)
        offence = Offence(api_key=api_key, verdict=new, at_s=at_s, newest=entry)
        yield from self._writer.write_offence(offence)

    def _list_verdicts(self) -> dict[str | None, list[Verdict]]:
        """Return all verdicts there are, by the end of the key that they are about."""
        found: dict[str | None, dict[str, Verdict]] = {}
        after: Any = None
        while True:
            page = self._client.call("GET", "/_mock/verdicts", api_key=self._api_key, after=after)
            for shown in page["verdicts"]:
                verdict = msgspec.convert(shown, Verdict)
                same = found.setdefault(shown["api_key"], {})
                others = same[verdict.id].requests if verdict.id in same else ()
                requests = tuple(sorted((*others, *verdict.requests)))
                same[verdict.id] = msgspec.structs.replace(verdict, requests=requests)
            after = page["next"]
            if after is None:
                return {api_key: list(same.values()) for api_key, same in found.items()}
