"""What became of the tests of each run, read off the lines that were written meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeAlias

from mockserver.audit.report_data import WHOLE_SUITE
from mockserver.probe.lines import Began, Ended, Line, OfAccount, Seen, Started
from mockserver.probe.probe import MARK
from mockserver.state.journal import Exchange, unpack

TestOutcome: TypeAlias = Literal["passed", "failed", "skipped", "hung", "unknown"]
"""unknown: its runner does not tell of tests."""


@dataclass(frozen=True)
class Call:
    """An exchange of a test's.

    Attributes:
        at_us: When it was answered, in monotonic microseconds.
        owner: The key of the account whose it is.
        exchange: The exchange.
        ends: How the run ends that it made, if it made one.
        price: What that run costs, as decimal text.
    """

    at_us: int
    owner: str | None
    exchange: Exchange
    ends: str | None = None
    price: str = "0"

    @property
    def is_struck(self) -> bool:
        """Whether the mutant of the run struck it."""
        return (self.exchange.fault_id or "").startswith(MARK)


@dataclass(frozen=True)
class TestRecord:
    """What is known of a test in one run.

    Attributes:
        id: Its id; `WHOLE_SUITE` has what cannot be told to be any test's.
        outcome: How it ended.
        has_verdict: Whether a rule of segmock's has failed it.
        time_s: How long it took; None where its runner does not tell.
        calls: What it asked, in order.
    """

    __test__ = False

    id: str
    outcome: TestOutcome = "unknown"
    has_verdict: bool = False
    time_s: float | None = None
    calls: tuple[Call, ...] = ()

    @property
    def is_bad(self) -> bool:
        """Whether it complained of something."""
        return self.outcome in {"failed", "hung"}

    @cached_property
    def routes(self) -> tuple[str, ...]:
        """The routes that it called, in the order of the first call of each."""
        return tuple(dict.fromkeys(call.exchange.route for call in self.calls))


@dataclass(frozen=True)
class RunRecord:
    """What is known of one run.

    Attributes:
        tests: By id, what is known of each.
        has_failed: Whether its process said so, where that is the run's alone.
        has_hung: Whether it had to be ended.
        time_s: How long it took.
        tells_all: Whether every test tells how it ended: those of Node do only where they have an
            account.
    """

    tests: Mapping[str, TestRecord] = field(default_factory=dict)
    has_failed: bool = False
    has_hung: bool = False
    time_s: float = 0.0
    tells_all: bool = True

    def conclude(self, *, has_failed: bool, has_hung: bool, time_s: float) -> RunRecord:
        """Return the same, given how its process ended; a test that had not ended hung with it."""
        left: TestOutcome = "hung" if has_hung else "failed"
        tests = {
            name: replace(test, outcome=left) if _has_not_ended(test) else test
            for name, test in self.tests.items()
        }
        return RunRecord(tests, has_failed, has_hung, time_s, self.tells_all)


def _has_not_ended(test: TestRecord) -> bool:
    return test.outcome == "unknown" and test.time_s is not None


@dataclass(frozen=True)
class Records:
    """What is known of all runs, by their numbers, and of who has run them.

    Attributes:
        runs: By number.
        runner: What ran the tests, if it told.
        takes_plans: Whether one process of it does the runs of a plan.
    """

    runs: Mapping[int, RunRecord]
    runner: Literal["pytest", "unittest", "node"] | None = None
    takes_plans: bool = False


def read_records(lines: Iterable[Line]) -> Records:
    """Make records of lines.

    An exchange is of the test that has its account, or that runs in the process in which tests
    share it; else of the one that ran in the emulator's process; else of the only one that ran at
    that instant; else of the whole suite.
    """
    known = list(lines)
    started = [line for line in known if isinstance(line, Started)]
    windows = _read_windows(known)
    accounts = {line.api_key: line for line in known if isinstance(line, OfAccount)}
    calls: dict[int, dict[str, list[Call]]] = defaultdict(lambda: defaultdict(list))
    for line in known:
        if isinstance(line, Seen):
            test = _find_test(windows.get(line.run, {}), accounts.get(line.owner or ""), line)
            call = Call(line.at_us, line.owner, unpack(line.exchange), line.ends, line.price)
            calls[line.run][test].append(call)
    tells_all = all(line.runner != "node" for line in started)
    runs = {
        run: RunRecord(_make_tests(windows.get(run, {}), calls[run]), tells_all=tells_all)
        for run in sorted({*windows, *calls})
    }
    return Records(
        runs,
        started[0].runner if started else None,
        bool(started) and all(line.takes_plans for line in started),
    )


@dataclass
class _Window:
    """When a test ran; one that has not ended has no end."""

    began: Began
    ended: Ended | None = None

    def holds(self, at_us: int) -> bool:
        return self.began.at_us <= at_us and (self.ended is None or at_us <= self.ended.at_us)


_Windows: TypeAlias = dict[int, dict[str, _Window]]


def _read_windows(lines: list[Line]) -> _Windows:
    """Return when each test ran, by run and id."""
    windows: _Windows = defaultdict(dict)
    for line in lines:
        if isinstance(line, Began):
            windows[line.run][line.test] = _Window(line)
        elif isinstance(line, Ended) and line.test in windows[line.run]:
            windows[line.run][line.test].ended = line
    return windows


def _find_test(windows: Mapping[str, _Window], account: OfAccount | None, seen: Seen) -> str:
    """Return the test whose an exchange is, given when the tests of its run ran."""
    running = {test: each.began for test, each in windows.items() if each.holds(seen.at_us)}
    if account and account.shared_in and account.test not in running:
        sharing = [test for test, began in running.items() if began.process == account.shared_in]
        return sharing[0] if len(sharing) == 1 else account.test
    if account:
        return account.test
    return seen.test or (next(iter(running)) if len(running) == 1 else WHOLE_SUITE)


def _make_tests(windows: dict[str, _Window], calls: dict[str, list[Call]]) -> dict[str, TestRecord]:
    return {
        test: _make_test(test, windows.get(test), calls.get(test, []))
        for test in dict.fromkeys([*windows, *calls])
    }


def _make_test(test: str, window: _Window | None, calls: list[Call]) -> TestRecord:
    asked = tuple(sorted(calls, key=lambda call: call.at_us))
    if window is None:
        return TestRecord(test, calls=asked)
    if window.ended is None:
        return TestRecord(test, time_s=0.0, calls=asked)
    ended = window.ended
    time_s = (ended.at_us - window.began.at_us) / 1e6
    return TestRecord(test, ended.outcome, ended.has_verdict, time_s, asked)
