"""The run that is going on, as a folder has it."""

from __future__ import annotations

from mockserver.probe.runs import NO_RUN, CurrentRun, Plan, Run, read_plan, write_plan, write_run


def test_before_the_first_run_nothing_strikes_and_all_tests_are_wanted(tmp_path):
    """The suite may be started by hand with the variable set."""
    assert CurrentRun(tmp_path).read() == NO_RUN
    assert NO_RUN.wants("any")
    assert not NO_RUN.rules


def test_each_run_is_read_once_and_the_next_one_when_it_is_there(tmp_path):
    """Whoever asks before every call reads a file only when it is another one."""
    current = CurrentRun(tmp_path)
    runs = [
        Run(run=1),
        Run(run=2, mutant_id="m", rules=({"do": {"close": True}},), tests=("a",)),
        Run(run=3),
    ]
    for run in runs:
        write_run(tmp_path, run)
        found = current.read()
        assert found == run
        assert current.read() is found
    assert runs[1].wants("a")
    assert not runs[1].wants("b")
    assert [path.name for path in tmp_path.iterdir()] == ["mutant.json"]


def test_a_plan_is_read_as_it_was_written(tmp_path):
    """Without one there is nothing to do but what the suite does by itself."""
    assert read_plan(tmp_path) == Plan(runs=())
    plan = Plan(runs=(Run(run=2, estimate_s=0.5),), ends_at_s=7.5)
    write_plan(tmp_path, plan)
    assert read_plan(tmp_path) == plan
