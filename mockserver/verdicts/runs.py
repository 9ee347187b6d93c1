"""Runs of a client's program: of which exchanges one and the same knew.

A server that somebody works with for days sees a program again and again, and a program that was
just started knows nothing of what its last run was told. A journal does not say where one ends, so
it is judged by what there is: the user agent, real time, and connections.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from mockserver.state.journal import Exchange
from mockserver.verdicts.exchanges import read_header

LONGEST_PAUSE_S = 120.0
"""After so many real seconds without a call of its user agent a program counts as ended."""

SHORTEST_RESTART_S = 2.0
"""So many real seconds lie between two runs that somebody starts by hand."""

Split: TypeAlias = Callable[[list[Exchange]], list[list[Exchange]]]


def split_runs(exchanges: list[Exchange]) -> list[list[Exchange]]:
    """Split a journal by user agent, and by long pauses."""
    return _split(exchanges, _is_much_later)


def split_starts(exchanges: list[Exchange]) -> list[list[Exchange]]:
    """Split it also where a call comes on another connection after more than a moment.

    That is what a program looks like that was started again; one that goes on without keeping
    its connection looks the same, unless it goes on at once.
    """
    return _split(exchanges, _may_be_a_restart)


def keep_whole(exchanges: list[Exchange]) -> list[list[Exchange]]:
    """Take a journal for one run."""
    return [exchanges]


def _split(
    exchanges: list[Exchange], begins_anew: Callable[[Exchange, Exchange], bool]
) -> list[list[Exchange]]:
    runs: list[list[Exchange]] = []
    newest: dict[bytes, list[Exchange]] = {}
    for exchange in exchanges:
        agent = read_header(exchange, b"user-agent")
        run = newest.get(agent)
        if run is None or begins_anew(run[-1], exchange):
            run = newest[agent] = []
            runs.append(run)
        run.append(exchange)
    return runs


def _is_much_later(before: Exchange, exchange: Exchange) -> bool:
    return _read_pause_s(before, exchange) > LONGEST_PAUSE_S


def _may_be_a_restart(before: Exchange, exchange: Exchange) -> bool:
    pause_s = _read_pause_s(before, exchange)
    has_moved = before.request.connection != exchange.request.connection
    return pause_s > LONGEST_PAUSE_S or (has_moved and pause_s > SHORTEST_RESTART_S)


def _read_pause_s(before: Exchange, exchange: Exchange) -> float:
    return exchange.request.received_s - before.request.received_s
