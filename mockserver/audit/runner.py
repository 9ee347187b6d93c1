"""Running a suite as it is, and once more for each mutant that its tests reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import inf
from pathlib import Path

from client_tests.reports.text import clip
from mockserver.audit.errors import NothingReachedError, NotRepeatableError, SuiteFailedError
from mockserver.audit.judgement import find_unstable
from mockserver.audit.mutants import Mutant
from mockserver.audit.own_server import OwnServer
from mockserver.audit.records import Records, RunRecord, read_records
from mockserver.audit.schedule import (
    compute_budget_s,
    compute_patience_s,
    make_clean_run,
    make_run,
)
from mockserver.audit.suite import Suite, SuiteEnd
from mockserver.base.clock import SECOND
from mockserver.base.plurals import count
from mockserver.edges.realtime import read_monotonic_s
from mockserver.probe.lines import Finished, read_lines
from mockserver.probe.runs import CurrentRun, Plan, Run, write_plan, write_run

CLEAN_RUNS = (1, 2, 3)
"""The numbers of the runs without a mutant; the third is done where the first two differ."""

_TAIL = 60
"""Lines of what a suite has printed that are shown where it cannot be audited."""

_WIDEST = 500
"""Characters of each of these lines."""


class Runner:
    """The runs of an audit.

    Args:
        suite: What is run.
        server: The server that it may call.
        mutants: Which of them it is run against.
        max_runs: Against how many at the most, however long that takes; None for as many as there
            is time for.
        tell: Takes a line about how far it has come.

    Attributes:
        planned: The run of each mutant; None where no test reaches it.
        ends: How processes have ended that were started for one run, or in the middle of one.
        budget_s: How long the runs after the first may take; None where their number is given.
    """

    def __init__(
        self,
        suite: Suite,
        server: OwnServer,
        mutants: Sequence[Mutant],
        max_runs: int | None,
        tell: Callable[[str], object],
    ) -> None:
        self.planned: dict[str, Run | None] = {}
        self.ends: dict[int, SuiteEnd] = {}
        self.budget_s: float | None = None
        self._suite = suite
        self._server = server
        self._mutants = mutants
        self._max_runs = max_runs
        self._tell = tell
        self._ends_at_s = inf
        self._told: set[int] = set()
        self._differs: bool | None = None

    @property
    def _folder(self) -> Path:
        return self._suite.folder

    def run_clean(self) -> None:
        """Run the suite as it is, and plan what comes after.

        Raises:
            SuiteFailedError: it fails.
            NothingReachedError: no test calls segmock.
            EmulatorError: it cannot be started.
        """
        self._tell("the suite as it is …")
        write_run(self._folder, Run(run=CLEAN_RUNS[0]))
        end = self.ends[CLEAN_RUNS[0]] = self._suite.run()
        if end.exit_code != 0:
            raise SuiteFailedError(end.exit_code, self._read_tail())
        records = read_records(read_lines(self._folder))
        clean = self.find_record(records, CLEAN_RUNS[0])
        calling = sum(bool(test.calls) for test in clean.tests.values())
        if not calling:
            raise NothingReachedError
        if self._max_runs is None:
            self.budget_s = compute_budget_s(end.time_s)
            self._ends_at_s = read_monotonic_s() + self.budget_s
        self._is_in_one_process = records.takes_plans
        self._plan(clean)
        tests = count(calling, "test")
        self._tell(f"it passed in {end.time_s:.1f} s; calls came from {tests}")

    def _plan(self, clean: RunRecord) -> None:
        numbers = iter(range(CLEAN_RUNS[-1] + 1, CLEAN_RUNS[-1] + 1 + len(self._mutants)))
        for mutant in self._mutants:
            run = make_run(next(numbers), clean, mutant, in_one_process=self._is_in_one_process)
            self.planned[mutant.id] = run
        self._again = make_clean_run(CLEAN_RUNS[1], clean)

    def list_wanted(self) -> list[Run]:
        """Return the runs with mutants that are to be done if there is time."""
        return [run for run in self.planned.values() if run][: self._max_runs]

    def run_mutants(self) -> None:
        """Run the suite without a mutant again, and then against one after the other.

        Raises:
            NotRepeatableError: it can be run once only.
        """
        runs = [self._again, *self.list_wanted()]
        if self._is_in_one_process:
            self._run_plan(runs)
        else:
            for run in runs:
                self._run_alone(run)
        self._compare_clean_runs()
        if self._differs:
            self._tell("two runs without a mutant differ; a third …")
            (self._folder / "plan.json").unlink(missing_ok=True)
            self._start(Run(run=CLEAN_RUNS[2], tests=self._again.tests))

    def _compare_clean_runs(self) -> None:
        """See whether the first two differ, once both are over; if so keep time for a third."""
        if self._differs is not None or CLEAN_RUNS[1] not in self.find_done():
            return
        records = read_records(read_lines(self._folder))
        first, second = (self.find_record(records, number) for number in CLEAN_RUNS[:2])
        self._differs = bool(find_unstable([first, second]))
        if self._differs:
            self._ends_at_s -= first.time_s

    def _run_alone(self, run: Run) -> None:
        """Start a process for a run, if there is time for it."""
        if run is self._again or read_monotonic_s() + run.estimate_s <= self._ends_at_s:
            self._start(run)
            self._compare_clean_runs()
            self._tell_run(run)

    def _start(self, run: Run) -> None:
        self._server.reset()
        write_run(self._folder, run)
        self.ends[run.run] = self._suite.run(self._find_patience_s)

    def _run_plan(self, runs: list[Run]) -> None:
        """Have one process do all runs; after one in which it dies another does the rest."""
        while runs:
            self._write_plan(runs)
            end = self._suite.run(self._find_patience_s, partial(self._hear, runs))
            self._tell_finished()
            over = {line.run for line in self._list_finished()}
            left = {run.run: run for run in runs if run.run not in over}
            last = CurrentRun(self._folder).read().run
            if left and last not in left:
                raise NotRepeatableError(self._read_tail())
            if left:
                self.ends[last] = self._measure_last(end)
                self._tell_run(left.pop(last))
            runs = list(left.values())

    def _measure_last(self, end: SuiteEnd) -> SuiteEnd:
        """Return the end of a process as that of its last run, which began when others ended."""
        others_s = max((line.at_us / SECOND for line in self._list_finished()), default=0.0)
        return end.shorten(read_monotonic_s() - others_s)

    def _write_plan(self, runs: Sequence[Run]) -> None:
        ends_at_s = None if self._ends_at_s == inf else self._ends_at_s
        write_plan(self._folder, Plan(runs=tuple(runs), ends_at_s=ends_at_s))

    def _hear(self, runs: Sequence[Run]) -> None:
        """Tell what is over of a plan; it ends sooner where the first two runs differ."""
        self._tell_finished()
        ends_at_s = self._ends_at_s
        self._compare_clean_runs()
        if self._ends_at_s != ends_at_s:
            self._write_plan(runs)

    def find_done(self) -> set[int]:
        """Return the numbers of the runs that have been done."""
        finished = {line.run for line in self._list_finished() if not line.is_left_out}
        return finished | self.ends.keys()

    def find_record(self, records: Records, number: int) -> RunRecord:
        """Return what is known of a run, given how its process has ended."""
        record = records.runs.get(number, RunRecord())
        end = self.ends.get(number)
        if end is None:
            own_s = sum(test.time_s or 0.0 for test in record.tests.values())
            return record.conclude(has_failed=False, has_hung=False, time_s=own_s)
        has_failed = end.exit_code not in {0, None}
        return record.conclude(has_failed=has_failed, has_hung=end.has_hung, time_s=end.time_s)

    def _list_finished(self) -> list[Finished]:
        lines = read_lines(self._folder, of_tests_alone=True)
        return [line for line in lines if isinstance(line, Finished)]

    def _find_patience_s(self) -> float:
        gap_s = self.ends[CLEAN_RUNS[0]].longest_gap_s
        return compute_patience_s(gap_s, self._ends_at_s - read_monotonic_s())

    def _tell_finished(self) -> None:
        over = {line.run for line in self._list_finished() if not line.is_left_out}
        for run in self.list_wanted():
            if run.run in over and run.run not in self._told:
                self._told.add(run.run)
                self._tell_run(run)

    def _tell_run(self, run: Run) -> None:
        wanted = self.list_wanted()
        if run in wanted:
            self._tell(f"{wanted.index(run) + 1} of {len(wanted)}: {run.mutant_id}")

    def _read_tail(self) -> str:
        printed = self._suite.output.read_text(encoding="utf-8", errors="replace")
        return "\n".join(clip(line, _WIDEST) for line in printed.splitlines()[-_TAIL:])
