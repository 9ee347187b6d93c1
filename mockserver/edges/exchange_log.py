"""The log of a server: a line for each exchange, and which rules its client broke.

Reading an exchange, hiding its keys, judging the client and writing are done here, without the
emulator's lock, a few times a second: nobody waits for the log, however slow its reader is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import islice

from mockserver.base.clock import SECOND
from mockserver.base.failures import render_failure
from mockserver.base.ids import redact_key
from mockserver.control.control import Control
from mockserver.control.log_entries import LogEntry, read_entry
from mockserver.control.log_lines import Mark
from mockserver.control.log_writers import HOLD_S, LogWriter, Offence
from mockserver.control.model_hints import find_hint
from mockserver.edges.exchange_judge import ExchangeJudge, Judged
from mockserver.edges.log_output import LogOutput
from mockserver.edges.log_queue import Item, LogQueue, Waiting
from mockserver.edges.realtime import read_monotonic_s, read_utc_us
from mockserver.edges.transactions import Transactions
from mockserver.state.journal import Exchange

_TOGETHER = 64
"""Lines that are written at once; others have their turn in between."""

_MOST_KNOWN = 4096


class ExchangeLog:
    """Writes what happens in an emulator.

    Args:
        control: The emulator's control plane.
        transactions: Everybody's turn at the state.
        writer: The form of the log.
        queue: What is to be written.
        output: Where it goes.
        judges: Whether it says which rules a client broke.
    """

    def __init__(
        self,
        control: Control,
        transactions: Transactions,
        queue: LogQueue,
        writer: LogWriter,
        output: LogOutput,
        *,
        judges: bool = True,
    ) -> None:
        self._control = control
        self._store = control.services.store
        self._transactions = transactions
        self._writer = writer
        self._output = output
        self._queue = queue
        self._judge = ExchangeJudge(control.services, transactions)
        self._known: dict[Hashable, tuple[Hashable, LogEntry]] = {}
        self._judges = judges
        self._lost = 0
        """How many lines could not be written, and nothing has told of."""

    @property
    def is_gone(self) -> bool:
        """Whether nobody reads it any more."""
        return self._output.is_gone

    def end(self) -> None:
        """Write what has happened since, and what was counted."""
        self.try_write_news()
        self._write(self._writer.flush())

    def try_write_news(self) -> None:
        """Write what has happened since; say so if that fails."""
        try:
            self.write_news()
        except Exception as error:  # noqa: BLE001 (a log that ends without a word helps nobody)
            outcome = "some lines are missing, clients noticed nothing"
            accounts = self._store.keys
            told = render_failure(error, "writing its log", (), accounts, outcome)
            self._output.write(f"{told}\n")

    @property
    def wait_s(self) -> float | None:
        """After how many seconds there may be something to write though nothing came."""
        waits_s = [self._judge.wait_s, HOLD_S if self._writer.is_counting else None]
        return min((each for each in waits_s if each is not None), default=None)

    def write_news(self) -> None:
        """Write what has happened since."""
        with self._transactions.lock:
            items, dropped = self._queue.take()
        now_s = read_utc_us() / SECOND
        begin_s = now_s - read_monotonic_s()
        owners = [each.owner for each in _find_waiting(items)] if self._judges else []
        judged = self._judge.judge(owners)
        marks = _list_marks(judged)
        self._write(self._tell(items, marks, begin_s, now_s))
        if lost := self._lost + dropped:
            self._lost = 0
            self._write(self._writer.write_dropped(lost, now_s))
        told = {each.exchange.seq for each in _find_waiting(items)}
        self._write(self._tell_offences(judged, told, begin_s))
        self._write(self._writer.flush(now_s - HOLD_S))

    def _tell(
        self, items: Iterable[Item], marks: dict[int, list[Mark]], begin_s: float, now_s: float
    ) -> Iterator[str]:
        for item in items:
            if isinstance(item, str):
                yield from self._writer.write_text(item, now_s)
                continue
            exchange, fault = item.exchange, item.fault
            at_s = begin_s + exchange.request.received_s
            read = self._find_entry if self._writer.folds else self._read
            entry = read(exchange, fault)
            yield from self._writer.write_exchange(entry, at_s, marks.get(exchange.seq, ()))

    def _find_entry(self, exchange: Exchange, fault: str | None) -> LogEntry:
        """Return an entry that says the same: the one before, if nothing but the time differs."""
        request = exchange.request
        call = (exchange.api_key, request.path, request.query, request.method)
        struck = (exchange.fault_id, fault, exchange.delivery)
        said = (exchange.status, exchange.body, *struck, exchange.request_id)
        known = self._known.get(call)
        if known is not None and known[0] == said:
            return known[1]
        entry = self._read(exchange, fault)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[call] = (said, entry)
        return entry

    def _read(self, exchange: Exchange, fault: str | None = None) -> LogEntry:
        services = self._control.services
        limit = services.options.v1_limit
        hint = find_hint(exchange, services.catalogue.models, limit)
        return read_entry(exchange, self._store.keys, fault, hint)

    def _tell_offences(
        self, judged: Iterable[Judged], told: set[int], begin_s: float
    ) -> Iterator[str]:
        for owner, offences, exchanges in judged:
            for verdict in offences:
                newest = exchanges[verdict.requests[-1]]
                offence = Offence(
                    api_key=owner and redact_key(owner),
                    verdict=verdict,
                    at_s=begin_s + newest.request.received_s,
                    newest=self._read(newest),
                    is_marked=told.issuperset(verdict.requests),
                )
                yield from self._writer.write_offence(offence)

    def _write(self, lines: Iterable[str]) -> None:
        """Write lines, some at a time."""
        lines = iter(lines)
        while not self._output.is_gone and (some := list(islice(lines, _TOGETHER))):
            if not self._output.write("\n".join([*some, ""])):
                self._lost += len(some)


def _find_waiting(items: Iterable[Item]) -> Iterator[Waiting]:
    return (item for item in items if not isinstance(item, str))


def _list_marks(judged: Iterable[Judged]) -> dict[int, list[Mark]]:
    """Return the rules that each exchange broke, by its number."""
    marks: dict[int, list[Mark]] = {}
    for _, offences, _ in judged:
        for verdict in offences:
            for seq in verdict.requests:
                marks.setdefault(seq, []).append(Mark(verdict.level, verdict.id))
    return marks
