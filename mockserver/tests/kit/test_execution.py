"""One check is run as often, and for as long, as the limits say, and tells what it found."""

import json
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest
from hypothesis import strategies as st

from client_tests.cases import strategies
from client_tests.cases.catalogue import load_test_cases
from client_tests.cases.model import Case, load
from client_tests.cases.properties import Property
from client_tests.driver.messages import Answer, DriverBrokenError
from client_tests.judging.trace import Reply, Trace
from client_tests.judging.violations import Violation
from client_tests.running import case_execution, execution, property_execution
from client_tests.running.execution import decide, run
from client_tests.running.limits import Limits

LIMITS = Limits(examples=30, folder=None, shrink_s=1.0)
MUST = Violation("wrong", "MUST", "It is wrong.")
SHOULD = Violation("unwise", "SHOULD", "It is unwise.")
CASE = strategies.case([strategies.ask()])
OTHER = replace(CASE, id="test/other")


def prompted():
    """Cases that differ in a number."""
    numbers = st.integers(0, 1000)
    return numbers.map(lambda number: strategies.case([strategies.ask(params={"n": number})]))


def mixed():
    """Cases for two operations."""
    return st.sampled_from(["run", "credits"]).map(lambda op: strategies.case([strategies.ask(op)]))


PROPERTY = Property(id="property/test", title="Test", facts=("S2",), cases=prompted)


def number_of(case):
    """The number in which the cases differ."""
    return case.operations[0].params.get("n", 0)


PLAY_S = 0.05
"""How long a player takes that moves the clock."""


@pytest.fixture
def clock(monkeypatch):
    """A clock that is moved by players alone."""

    def move():
        clock.moved_s += PLAY_S

    clock = SimpleNamespace(moved_s=0.0, move=move, monotonic=lambda: clock.moved_s)
    for module in (execution, case_execution, property_execution):
        monkeypatch.setattr(module, "time", clock)
    return clock


class CaseRunner:
    """Plays nothing: answers with an outcome, and remembers the cases."""

    def __init__(self, outcome="completed", run_case=lambda: None):
        self.cases = []
        self.renewed = 0
        self.last_case = None
        self.outcome = outcome
        self.take_time = run_case

    def run_case(self, case):
        """Take a while, and answer."""
        self.cases.append(case)
        self.last_case = case
        self.take_time()
        outcome = self.outcome(case) if callable(self.outcome) else self.outcome
        reply = Reply(answer=Answer(outcome=outcome), problem=None, elapsed_s=0)
        return Trace(replies=(reply,), exchanges=(), verdicts=(), jobs=(), ledger=())

    def renew_drivers(self):
        """Forget what was played."""
        self.renewed += 1
        self.last_case = None


@pytest.fixture
def judged(monkeypatch):
    """Let a function of the case judge."""

    def by(assertion):
        for module in (case_execution, property_execution):
            monkeypatch.setattr(
                module, "find_violations", lambda case, _trace: list(assertion(case))
            )

    by(lambda _: [])
    return by


@pytest.fixture
def from_500(judged):
    """Everything is wrong from 500 on."""
    judged(lambda case: [MUST] if number_of(case) >= 500 else [])


@pytest.mark.usefixtures("judged")
def test_a_case_in_which_nothing_is_wrong_passes_after_one_play():
    """Playing it again would only take time."""
    player = CaseRunner()
    result = run(CASE, player, LIMITS)
    assert (result.status, result.kind, len(player.cases)) == ("passed", "case", 1)


def test_a_case_that_fails_is_played_again(judged):
    """So that a flake is not taken for a rule; the same complaint is not said twice."""
    judged(lambda _: [MUST])
    player = CaseRunner()
    result = run(CASE, player, LIMITS)
    assert result.status == "failed"
    assert result.failure.violations == (MUST,)
    assert result.examples == len(player.cases) == 2


def test_it_is_played_again_by_processes_that_are_new(judged):
    """As a replay of it is; what was played before it is remembered."""
    judged(lambda _: [MUST])
    player = CaseRunner()
    player.last_case = OTHER
    result = run(CASE, player, LIMITS)
    assert (player.renewed, result.plays) == (1, 2)
    assert result.failure.before == OTHER


@pytest.mark.parametrize("test_case", [CASE, PROPERTY])
def test_a_check_that_fails_and_passes_when_it_is_played_again_is_flaky(judged, test_case):
    """Until a third play has decided; what was seen is kept."""
    found = iter([[MUST]])
    judged(lambda _: next(found, []))
    result = run(test_case, CaseRunner(), LIMITS)
    assert (result.status, result.plays) == ("flaky", 2)
    assert result.failure.violations == (MUST,)


@pytest.mark.parametrize(
    ("third", "status"), [([MUST], "failed"), ([], "flaky"), ([SHOULD], "flaky")]
)
def test_two_of_three_plays_decide(judged, tmp_path, third, status):
    """One that fails again is saved as it was played: after the case that came before it."""
    found = iter([[MUST], [], third])
    judged(lambda _: next(found))
    player, limits = CaseRunner(), replace(LIMITS, folder=tmp_path)
    player.last_case = OTHER
    result = decide(run(CASE, player, limits), player, tmp_path)
    assert (result.status, result.plays) == (status, 3)
    assert player.cases[2] == replace(CASE, after=(OTHER,))
    (saved,) = load(result.failure.file)
    assert saved.after == ((OTHER,) if status == "failed" else ())


def test_a_case_that_was_the_first_of_its_process_is_decided_by_new_ones(judged):
    """There is nothing that would have to be played before it."""
    found = iter([[MUST], [], [MUST]])
    judged(lambda _: next(found))
    player = CaseRunner()
    result = decide(run(CASE, player, LIMITS), player, None)
    assert result.status == "failed"
    assert (player.cases, player.renewed) == ([CASE] * 3, 2)


def test_both_complaints_are_shown_where_they_differ(judged):
    """Whoever reads the report needs to know both."""
    found = iter([[MUST], [replace(MUST, assertion="other")]])
    judged(lambda _: next(found))
    result = run(CASE, CaseRunner(), LIMITS)
    assert [each.assertion for each in result.failure.violations] == ["wrong", "other"]


def test_a_case_that_took_long_is_not_played_again(judged, clock):
    """A client that never answers would take twice as long."""
    judged(lambda _: [MUST])
    result = run(CASE, CaseRunner(run_case=clock.move), replace(LIMITS, shrink_s=0.01))
    assert result.examples == 1


def test_a_should_is_advice_where_a_must_is_asked_for(judged):
    """In cases and in properties."""
    judged(lambda _: [SHOULD])
    assert run(CASE, CaseRunner(), LIMITS).advice == (SHOULD,)
    assert run(PROPERTY, CaseRunner(), LIMITS).advice == (SHOULD,)


def test_a_should_fails_a_check_that_is_one(judged):
    """And stays a SHOULD, which fails no run."""
    judged(lambda _: [SHOULD])
    result = run(replace(CASE, level="SHOULD"), CaseRunner(), LIMITS)
    assert (result.status, result.level) == ("failed", "SHOULD")


def test_a_must_that_is_broken_in_a_should_check_counts_as_one(judged):
    """Else a run could end well with a MUST broken."""
    judged(lambda _: [MUST])
    result = run(replace(CASE, level="SHOULD"), CaseRunner(), LIMITS)
    assert (result.status, result.level) == ("failed", "MUST")


@pytest.mark.usefixtures("judged")
def test_what_a_driver_cannot_do_is_not_covered():
    """It is never passed, and not asked for a hundred times."""
    player = CaseRunner("unsupported")
    assert run(CASE, player, LIMITS).status == "not covered"
    assert run(PROPERTY, player, LIMITS).status == "not covered"
    assert len(player.cases) < 15


@pytest.mark.usefixtures("judged")
def test_what_a_driver_is_said_not_to_do_is_not_even_asked():
    """That is what --feature is for."""
    player, limits = CaseRunner(), replace(LIMITS, features=frozenset({"credits"}))
    assert run(CASE, player, limits).status == "not covered"
    assert run(replace(PROPERTY, cases=mixed), player, limits).status == "not covered"
    assert not player.cases


@pytest.mark.usefixtures("judged")
def test_a_property_is_covered_by_the_operations_that_there_are():
    """Examples of other operations are left out."""
    player = CaseRunner(lambda case: "unsupported" if case.feature == "credits" else "completed")
    result = run(replace(PROPERTY, cases=mixed), player, LIMITS)
    assert result.status == "passed"
    assert result.examples == 1
    limits = replace(LIMITS, features=frozenset({"run"}))
    player = CaseRunner()
    run(replace(PROPERTY, cases=mixed), player, limits)
    assert {case.feature for case in player.cases} == {"run"}


@pytest.mark.usefixtures("judged")
def test_a_property_plays_its_share_of_the_examples():
    """Slow ones play fewer, but never fewer than two."""
    player = CaseRunner()
    assert run(PROPERTY, player, LIMITS).examples == len(player.cases) <= 30
    assert run(replace(PROPERTY, share=0.1), CaseRunner(), LIMITS).examples <= 3
    assert replace(PROPERTY, share=0.01).examples(30) == 2


@pytest.mark.usefixtures("from_500")
def test_a_property_that_fails_shrinks_to_the_smallest_case():
    """500 is the least number that is wrong."""
    result = run(PROPERTY, CaseRunner(), LIMITS)
    assert result.status == "failed"
    assert number_of(result.failure.case) == 500
    assert result.failure.case.id == "property/test"


def test_shrinking_keeps_to_what_was_wrong_first(judged):
    """It does not slip from one bug to another."""
    other = replace(MUST, assertion="other")
    judged(lambda case: [MUST] if number_of(case) >= 500 else [other])
    result = run(PROPERTY, CaseRunner(), replace(LIMITS, seed=1))
    assertions = {each.assertion for each in result.failure.violations}
    assert number_of(result.failure.case) == (0 if assertions == {"other"} else 500)


@pytest.mark.usefixtures("from_500")
def test_shrinking_ends_in_time_with_the_best_case_so_far(clock):
    """What has been found by then still fails."""
    player = CaseRunner(run_case=clock.move)
    result = run(PROPERTY, player, replace(LIMITS, shrink_s=6 * PLAY_S))
    assert result.status == "failed"
    assert number_of(result.failure.case) >= 500
    numbers = [number_of(case) for case in player.cases]
    first = next(place for place, number in enumerate(numbers) if number >= 500)
    assert len(numbers) - first <= 1 + 6 + 1  # the first, its shrinking, a last look


@pytest.mark.usefixtures("judged")
def test_a_property_that_runs_out_of_time_has_passed_with_fewer_examples(clock):
    """The result tells how many."""
    player = CaseRunner(run_case=clock.move)
    result = run(PROPERTY, player, replace(LIMITS, slice_s=0.2))
    assert result.status == "passed"
    assert 0 < result.examples < 20


@pytest.mark.usefixtures("judged")
def test_a_property_for_which_there_was_no_time_has_not_been_run():
    """Which is neither passed nor failed."""
    assert run(PROPERTY, CaseRunner(), replace(LIMITS, slice_s=-1)).status == "not run"


@pytest.mark.usefixtures("judged")
def test_the_same_seed_plays_the_same_cases():
    """And another one others."""

    def played(number):
        """The cases of one run."""
        player = CaseRunner()
        run(PROPERTY, player, replace(LIMITS, seed=number))
        return player.cases

    assert played(1) == played(1)
    assert played(1) != played(2)


@pytest.mark.usefixtures("from_500")
def test_an_example_that_failed_is_tried_first_the_next_time(tmp_path):
    """Whatever the seed: it was saved with the folder."""
    limits = replace(LIMITS, folder=tmp_path)
    run(PROPERTY, CaseRunner(), limits)
    player = CaseRunner()
    run(PROPERTY, player, replace(limits, seed=5))
    assert number_of(player.cases[0]) == 500


@pytest.mark.usefixtures("from_500")
def test_a_failure_is_saved_as_a_case_that_can_be_played(tmp_path):
    """The file holds exactly the case that was shrunk."""
    result = run(PROPERTY, CaseRunner(), replace(LIMITS, folder=tmp_path))
    assert result.failure.file == tmp_path / "failures" / "property" / "test.json"
    assert load(result.failure.file) == [result.failure.case]


@pytest.mark.parametrize("test_case", [CASE, PROPERTY])
@pytest.mark.usefixtures("judged")
def test_a_broken_driver_is_no_failure_of_its_client(test_case):
    """Hypothesis does not shrink it, and nobody is blamed."""

    class Broken:
        """A test bed whose driver does not speak the protocol."""

        last_case = None

        def run_case(self, _case):
            """Take a while, and answer."""
            raise DriverBrokenError("not JSON")

    with pytest.raises(DriverBrokenError):
        run(test_case, Broken(), LIMITS)


@pytest.mark.usefixtures("judged")
def test_deadlines_can_be_stretched():
    """The case that is played, and saved, has the longer one."""
    player = CaseRunner()
    run(CASE, player, replace(LIMITS, timeout_scale=3))
    assert player.cases[0].operations[0].timeout_s == 3 * CASE.operations[0].timeout_s
    assert json.dumps(player.cases[0].to_json())


def test_every_check_has_a_name_of_its_own():
    """There are cases and properties, and --only can tell all of them apart."""
    found = load_test_cases()
    assert len({each.id for each in found}) == len(found)
    assert {type(each) for each in found} == {Case, Property}
    assert not any(isinstance(getattr(each, "cases", None), partial) for each in found)
