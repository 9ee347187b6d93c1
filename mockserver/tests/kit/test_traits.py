"""What is declared of a client is one line of the report; what is not so fails the run."""

import shlex
import sys
from fnmatch import fnmatchcase

import pytest
from click.testing import CliRunner

from client_tests.cases.catalogue import load_test_cases
from client_tests.cases.model import Expect, Operation
from client_tests.judging.violations import Violation
from client_tests.reports import html, json_report, junit, terminal
from client_tests.reports.verdict import verdict
from client_tests.running.declared import apply_traits, find_undeclared
from client_tests.running.traits import KINDS, TraitsError, load_traits
from client_tests.schemas import find_problem
from mockserver.cli import main
from mockserver.tests.kit.reporting import (
    TWICE,
    case,
    exchange,
    failure,
    observation,
    report,
    result,
    submit,
)

GAVE_UP = Violation("reported", "MUST", "It gave up.", (), (2,))
CHANGED = Violation("unchanged", "MUST", "added: credits.", ("S1",), (1,))
EXPECTED = Violation("expected", "MUST", "It reported failed, and not completed.", ("T1",))


def declare(tmp_path, text):
    """Traits as a file has them."""
    file = tmp_path / "traits.toml"
    file.write_text(text, encoding="utf-8")
    return load_traits(file)


def gave_up(*more, id_="run/status/503-recovers", status=503, outcome="server_error", **given):
    """A check whose client gave a poll up, and did more."""
    shown = [submit(1), exchange(2, status=status, body={"error": "Busy"})]
    failed = failure(
        case=case(), violations=(GAVE_UP, *more), trace=observation(*shown, outcome=outcome)
    )
    return result(id_, failure=failed, **given)


def changed(*more, names=("credits",), id_="run/models/ideogram-3", outcome="failed"):
    """A check whose client added parameters."""
    operations = (Operation(op="run", params={"prompt": "x"}),)
    body = {"prompt": "x"} | dict.fromkeys(names, 1)
    sent = submit(1, request={"headers": {}, "body": body})
    failed_job = exchange(2, status=422, body={"status": "FAILED", "error": "No."})
    trace = observation(sent, failed_job, outcome=outcome)
    given = case(operations=operations, expect=Expect(outcomes=("completed",)))
    return result(id_, failure=failure(case=given, violations=(CHANGED, *more), trace=trace))


NO_RETRIES = 'retries_polls = { is = false, reason = "the caller repeats wait()" }'
ADDS = 'adds = { is = ["credits"], reason = "it counts" }'


def test_every_example_is_a_trait(tmp_path):
    """`segmock verify traits` and the documentation show lines that work."""
    traits = declare(tmp_path, "\n".join(kind.example for kind in KINDS))
    assert [each.kind for each in traits] == list(KINDS)
    assert all(each.words and each.reason for each in traits)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_some_check_would_show_each_trait(kind):
    """Else nobody would be told that it is not so."""
    ids = [each.id for each in load_test_cases()]
    assert all(any(fnmatchcase(each, glob) for each in ids) for glob in kind.shown_by)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("retry_polls = { is = false, reason = 'x' }", "did you mean retries_polls"),
        ("flies = { is = true, reason = 'x' }", "`segmock verify traits` has all"),
        ("retries_polls = false", "needs `is` and `reason`"),
        ("retries_polls = { is = false }", "needs `is` and `reason`"),
        ("retries_polls = { is = false, reason = ' ' }", "has no reason"),
        ("retries_polls = { is = true, reason = 'x' }", "has to be false"),
        ("adds = { is = 'credits', reason = 'x' }", "has to be a list of names"),
        ("adds = { is = [], reason = 'x' }", "has to be a list of names"),
        ("max_poll_interval_s = { is = true, reason = 'x' }", "a number of seconds"),
        ("max_poll_interval_s = { is = 0, reason = 'x' }", "a number of seconds"),
        ("retries_polls = { = }", "line 1"),
    ],
)
def test_what_cannot_be_declared_is_refused(tmp_path, text, words):
    """With the file, what came, and what would be right."""
    with pytest.raises(TraitsError) as refused:
        declare(tmp_path, text)
    assert words in str(refused.value)
    assert "traits.toml" in str(refused.value)


def test_a_hundred_failures_of_a_declared_trait_are_one_line(tmp_path):
    """And they fail no run."""
    results = [gave_up(id_=f"run/status/{number}-recovers") for number in range(100)]
    made = apply_traits(report(*results), declare(tmp_path, NO_RETRIES))
    assert made.exit_code == 0
    assert "100 failures of declared traits" in verdict(made)
    text = terminal.render(made)
    assert "fail  " not in text
    assert "It gives up when a poll goes wrong, seen in 100 checks: the caller repeats" in text
    document = json_report.document(made)
    assert find_problem("report", document) is None
    assert (document["counts"]["declared"], document["findings"]) == (100, [])
    assert "declared by the trait retries_polls" in junit.render(made)
    assert "Traits that are declared" in html.render(made)


def test_what_else_is_wrong_still_fails(tmp_path):
    """A trait hides nothing but itself: the rest of the check is told without it."""
    made = apply_traits(report(gave_up(TWICE)), declare(tmp_path, NO_RETRIES))
    (left,) = made.results
    assert (made.exit_code, left.declared) == (1, None)
    assert left.failure.violations == (TWICE,)
    other = gave_up(status=429, outcome="rate_limited")
    assert apply_traits(report(other), declare(tmp_path, NO_RETRIES)).exit_code == 1


def test_traits_hold_in_the_processes_that_run_the_checks(tmp_path):
    """A client that is declared to give up on a poll fails neither a case nor a property by it."""
    file = tmp_path / "traits.toml"
    file.write_text(NO_RETRIES, encoding="utf-8")
    driver = shlex.join([sys.executable, "-m", "client_tests.mutants", "poll-errors-are-fatal"])
    words = ["verify", "client", "--driver", driver, "--traits", str(file), "--examples", "12"]
    words += ["--only", "run/status/503-before-first-recovers", "--only", "property/poll-faults"]
    done = CliRunner().invoke(main, [*words, "--workers", "1", "--folder", str(tmp_path / "kit")])
    assert done.exit_code == 0, done.output
    assert "seen in 1 check: the caller repeats wait()" in done.stdout


def test_a_trait_that_no_check_shows_fails_the_run(tmp_path):
    """If checks ran that would have shown it; else nothing is known."""
    traits = declare(tmp_path, NO_RETRIES)
    good = apply_traits(report(result("run/status/503-recovers", "passed")), traits)
    assert good.exit_code == 1
    assert "1 trait of --traits is not so" in verdict(good)
    assert "take it out" in terminal.render(good)
    elsewhere = apply_traits(report(result("credits/a", "passed")), traits)
    assert (elsewhere.exit_code, elsewhere.untrue) == (0, ())


def test_added_parameters_are_declared_by_their_names(tmp_path):
    """With what honestly comes of them, but for others, and for what is reported wrongly."""
    traits = declare(tmp_path, ADDS)
    assert apply_traits(report(changed(EXPECTED)), traits).exit_code == 0
    assert apply_traits(report(changed(names=("credits", "tracking"))), traits).exit_code == 1
    misread = changed(Violation("reported", "MUST", "x", (), (2,)), outcome="invalid")
    assert apply_traits(report(misread), traits).exit_code == 1
    assert apply_traits(report(changed(TWICE)), traits).exit_code == 1


def test_a_longer_pause_is_declared_up_to_a_length(tmp_path):
    """A client that pauses for longer still fails."""

    def paused(pause_s):
        last = exchange(3, at_s=pause_s)
        trace = observation(submit(1), exchange(2), last, outcome="timeout")
        return result("run/models/a", failure=failure(violations=(GAVE_UP,), trace=trace))

    traits = declare(tmp_path, "max_poll_interval_s = { is = 1.0, reason = 'x' }")
    assert apply_traits(report(paused(1.2)), traits).exit_code == 0
    assert apply_traits(report(paused(5)), traits).exit_code == 1


def test_known_failures_and_flaky_ones_show_a_trait_too(tmp_path):
    """A line of each may speak of the same check: the line that gives its reason stays."""
    known = gave_up(known="ticket 7")
    made = apply_traits(report(known), declare(tmp_path, NO_RETRIES))
    assert (made.untrue, made.exit_code) == ((), 0)


def test_properties_look_beyond_what_is_declared(tmp_path):
    """While they search, what a trait explains is nothing that they stop at."""
    failed = gave_up().failure
    traits = declare(tmp_path, NO_RETRIES)
    assert find_undeclared(failed.case, failed.trace, failed.violations, traits) == []
    assert find_undeclared(failed.case, failed.trace, failed.violations, ()) == [GAVE_UP]
