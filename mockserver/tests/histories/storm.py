"""Many histories, one after the other, of one server or of many workers on one store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from mockserver.tests.histories.checker import find_violations
from mockserver.tests.histories.disturbances import Disturbances
from mockserver.tests.histories.generator import write_script
from mockserver.tests.histories.history import History
from mockserver.tests.histories.recorder import Recorder, SetupLostError
from mockserver.tests.histories.server_group import ServerGroup, serving_group
from mockserver.tests.redis_server import APPEND_ONLY, RedisServer, serving_redis


class Storm(NamedTuple):
    """What is to be run.

    Attributes:
        histories: How many.
        clients: How many call at once in each.
        workers: How many processes serve; 0 is one with its own memory, and no store.
        seed: Where accounts, faults and operations are drawn from.
        kill_workers: Whether a worker is killed in each history.
        restart_redis: Whether the store is killed and started again in some.
        folder: Where histories are written that cannot be.
    """

    histories: int
    clients: int = 8
    workers: int = 0
    seed: int = 0
    kill_workers: bool = False
    restart_redis: bool = False
    folder: Path = Path()

    @property
    def is_disturbed(self) -> bool:
        """Whether anything is killed."""
        return self.kill_workers or self.restart_redis


class Figures:
    """What came of a storm so far.

    Attributes:
        histories: How many were recorded and checked.
        operations: How often each kind of operation was begun.
        unknown: Of how many nobody knows whether they were carried out.
        killed, restarted: How often a worker, and the store, was killed.
        lost_setups: How many histories had to begin again.
        violations: What cannot be, each with the file of its history.
    """

    def __init__(self) -> None:
        self.histories = self.unknown = self.killed = self.restarted = self.lost_setups = 0
        self.operations: Counter[str] = Counter()
        self.violations: list[str] = []

    def add(self, history: History) -> None:
        """Count a history."""
        self.histories += 1
        self.operations.update(each.kind for each in history.operations)
        self.unknown += sum(not each.is_known for each in history.operations)

    def __str__(self) -> str:
        return (
            f"{self.histories} histories, {self.operations.total()} operations,"
            f" {self.unknown} without an answer, {self.killed} workers killed,"
            f" {self.restarted} restarts of Redis, {self.lost_setups} begun again,"
            f" {len(self.violations)} violations"
        )


async def run_storm(
    storm: Storm,
    urls: list[str],
    disturbances: Disturbances,
    tell: Callable[[Figures], object] = lambda _figures: None,
) -> Figures:
    """Record and check histories, whatever of the server is killed meanwhile.

    Args:
        storm: How many, and of which kind.
        urls: Where the servers are.
        disturbances: What kills; idle where nothing is to be killed.
        tell: Called after each history.
    """
    figures = Figures()
    recorder = Recorder(urls, disturbances.strike if storm.is_disturbed else None)
    for ordinal in range(storm.histories):
        history = await record_one(storm, recorder, disturbances, figures, ordinal)
        figures.add(history)
        figures.killed, figures.restarted = disturbances.killed, disturbances.restarted
        if found := find_violations(history):
            path = write_history(storm.folder, history)
            figures.violations += [f"{path}: {each}" for each in found]
        tell(figures)
    return figures


async def record_one(
    storm: Storm, recorder: Recorder, disturbances: Disturbances, figures: Figures, ordinal: int
) -> History:
    """Record a history; under another name, where the last one's killing came in its way."""
    for attempt in range(100):
        name = f"{storm.seed}_{ordinal}_{attempt}"
        script = write_script(storm.seed, name, storm.clients)
        disturbances.begin(storm.seed, name, ordinal)
        try:
            history = await recorder.record(name, script)
        except SetupLostError:
            figures.lost_setups += 1
            continue
        finally:
            await disturbances.end()
            await recorder.forget(script)
        return history
    raise AssertionError(f"no account can be set up for history {ordinal}")


def write_history(folder: Path, history: History) -> Path:
    """Write a history, so that the checker can read it again; return where."""
    path = folder / f"history-{history.name}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(history)))
    return path


def read_history(path: Path) -> History:
    """Read what `write_history` has written."""
    return msgspec.json.decode(path.read_bytes(), type=History)


@contextmanager
def serving_storm(storm: Storm) -> Iterator[tuple[ServerGroup, RedisServer | None]]:
    """Start what a storm is about: the server, and its store if it has one."""
    with ExitStack() as stack:
        redis = stack.enter_context(serving_redis(*APPEND_ONLY)) if storm.workers else None
        flags = ("--workers", str(storm.workers), "--store", redis.url) if redis else ()
        yield stack.enter_context(serving_group(*flags)), redis


async def run_whole_storm(
    storm: Storm, tell: Callable[[Figures], object] = lambda _figures: None
) -> Figures:
    """Start a server, run a storm on it, and end it."""
    with serving_storm(storm) as (group, redis):
        disturbances = Disturbances(
            group if storm.kill_workers else None, redis if storm.restart_redis else None
        )
        return await run_storm(storm, [group.url], disturbances, tell)
