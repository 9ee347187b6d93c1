"""The kit finds every mutant out, by the check that names its bug and for the right reason."""

from __future__ import annotations

import json
import subprocess
import sys
from threading import Event

import pytest

from client_tests.cases.catalogue import load_test_cases
from client_tests.clients.reference import Reference
from client_tests.driver.base import NoAnswerError
from client_tests.driver.messages import Call
from client_tests.judging.assertions import MUST_EVERYWHERE
from client_tests.mutants import MUTANTS
from client_tests.mutants.__main__ import main
from client_tests.mutants.harness import SOON_S, Harness, shorten_deadlines
from client_tests.mutants.in_process_driver import GRACE_S, InProcessDriver
from client_tests.mutants.registry import mutant
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.kinds import choose_rows

CHECKS = {test_case.id: test_case for test_case in load_test_cases()}
FEW = 8
ENOUGH = 100
"""So many examples find every mutant with the seed 0; most are found by one."""

TRIES = {
    **dict.fromkeys((each.assertion for each in MUTANTS.values()), 1),
    "called-before-reset": 3,
}
"""A window that ends in 0.3 s may be over when a busy machine comes to tell of it."""


def find_traits(each):
    """Return what distinguishes a mutant: the family of its check, and what that finds wrong."""
    feature, topic, *_ = each.killed_by.split("/")
    return (feature, topic), (feature, each.assertion)


CHOSEN = choose_rows(MUTANTS.values(), find_traits)
"""One of each kind; all in `make storm`."""

NAMED = sorted({each.killed_by for each in CHOSEN})


@pytest.fixture(scope="module")
def harness():
    """Serve whatever mutant is tried."""
    with Harness() as harness:
        yield harness


@pytest.mark.parametrize("each", CHOSEN, ids=lambda each: each.id)
def test_a_mutant_is_killed_by_the_check_that_names_its_bug(harness, each):
    """And by a violation that fits the bug; it is as serious as the check is.

    Mutants that every family of checks kills, for everything that can be wrong; all in a storm.
    """
    for _ in range(TRIES[each.assertion]):
        outcome = harness.run_test_case(each.client, CHECKS[each.killed_by], examples=ENOUGH)
        if outcome.status == "failed":
            break
    assert outcome.status == "failed", f"{each.killed_by} passes a client with this bug: {each.bug}"
    found = {wrong.assertion: wrong.level for wrong in outcome.failure.violations}
    level = "MUST" if each.assertion in MUST_EVERYWHERE else CHECKS[each.killed_by].level
    assert found.get(each.assertion) == level, outcome.failure.violations


@pytest.mark.fact("T4", "T6")
@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("failed-is-transient", "polled-after-failure"),
        ("polls-on-after-failed", "polled-after-failure"),
        ("not-found-is-pending", "polled-unknown-job"),
    ],
)
def test_a_mutant_that_asks_on_is_told_of_by_the_servers_verdict_too(harness, name, verdict):
    """As a MUST: the kit says beside the wrong outcome what the client did to come to it."""
    each = MUTANTS[name]
    outcome = harness.run_test_case(each.client, CHECKS[each.killed_by], examples=1)
    found = {wrong.assertion: wrong.level for wrong in outcome.failure.violations}
    assert found.get(verdict) == "MUST"


@pytest.mark.parametrize("id_", NAMED)
def test_the_reference_passes_the_checks_that_kill(harness, id_):
    """So it is the bug that they see."""
    outcome = harness.run_test_case(Reference, CHECKS[id_], examples=FEW)
    assert outcome.status == "passed", outcome.failure


def test_there_are_enough_mutants_and_each_is_told_of():
    """Forty at the least, each with a sentence of its own."""
    assert len(MUTANTS) >= 40
    assert len({each.bug for each in MUTANTS.values()}) == len(MUTANTS)
    for name, each in MUTANTS.items():
        assert name == each.id
        assert each.killed_by in CHECKS
        assert each.bug.endswith(".")
        assert each.seen_in.endswith(".")


def test_the_client_that_does_nothing_fails_whatever_is_asked(harness):
    """It reports `completed` for every operation, and is believed for none."""
    client = MUTANTS["does-nothing"].client
    plain = ("run/models/ideogram-3", "run_sync/blocking/ideogram-3", "credits/balances/a-lot")
    for id_ in (*plain, "download/output/delay-before"):
        assert harness.run_test_case(client, CHECKS[id_], examples=1).status == "failed"


def test_no_two_mutants_have_one_name():
    """A name is that of a class, and classes may be called alike."""

    class DoesNothing(Reference):
        """Does nothing."""

    with pytest.raises(ValueError, match="two mutants called does-nothing"):
        mutant(killed_by="", assertion="", seen_in="")(DoesNothing)


def test_deadlines_are_cut_but_not_those_that_are_short():
    """Nor is the time that the server itself takes."""
    long, short = CHECKS["run/models/ideogram-3"], CHECKS["run/submit/stall-queued-before-first"]
    assert shorten_deadlines(long).operations[0].timeout_s == SOON_S < long.operations[0].timeout_s
    assert shorten_deadlines(short) == short


def call():
    """A call that needs no server."""
    there = {"base_url": "http://127.0.0.1:9", "api_key": "SG_1", "poll_interval_s": 0.01}
    return Call(id=1, op="run", model="ideogram-3", params={}, timeout_s=0.05, **there)


def test_a_call_without_end_is_given_up_and_can_ask_for_nothing_more():
    """A thread lives on, but its connections are closed."""
    ended = Event()

    class Endless(Reference):
        def run(self, *_):
            while not self.http.is_closed:
                ended.wait(0.01)
            ended.set()

    with pytest.raises(NoAnswerError, match=f"{GRACE_S:g} s of grace"):
        InProcessDriver(Endless).answer(call())
    assert ended.wait(PATIENCE_S)


def test_a_client_that_is_made_too_late_is_closed_at_once():
    """The leash may be pulled before there is anything at its end."""
    made = []

    class Slow(Reference):
        def __init__(self, call):
            Event().wait(GRACE_S + 0.3)
            super().__init__(call)
            made.append(self)

    with pytest.raises(NoAnswerError):
        InProcessDriver(Slow).answer(call())
    for _ in range(500):
        if made and made[0].http.is_closed:
            break
        Event().wait(0.01)
    assert made[0].http.is_closed


def test_what_a_client_raises_is_a_bug_of_its_own():
    """Anything but giving up is."""

    class Raises(Reference):
        def run(self, model, _):
            raise KeyError(model)

    answer = InProcessDriver(Raises).answer(call())
    assert (answer.outcome, answer.error) == ("client_bug", "KeyError: 'ideogram-3'")


def test_a_mutant_can_be_driven_by_hand(capsys):
    """To look at what the kit says of it."""
    command = [sys.executable, "-m", "client_tests.mutants", "does-nothing"]
    done = subprocess.run(command, input=call().line(), capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["outcome"] == "completed"
    main([])
    assert "does-nothing: Reports `completed` without doing anything." in capsys.readouterr().out
    with pytest.raises(SystemExit, match="2"):
        main(["nobody"])
