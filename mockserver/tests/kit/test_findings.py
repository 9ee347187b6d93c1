"""What one habit does in many checks is one finding; facts and programs are told in short."""

from client_tests.cases.model import Case, Effect, Operation
from client_tests.judging.violations import Violation
from client_tests.reports import json_report, junit, terminal
from client_tests.reports.findings import find_findings
from client_tests.reports.program import describe_program
from client_tests.reports.requirements import find_requirements, render_requirements
from mockserver.tests.kit.reporting import case, exchange, failure, observation, report, result
from mockserver.tests.kit.reporting import submit as post

GIVEN_UP = Violation("reported", "MUST", "It gave up.", (), (2,))


def gave_up(name, polls=1, **given):
    """A check that failed as a poll was given up."""
    pending = [exchange(seq) for seq in range(2, 2 + polls)]
    shown = [post(1), *pending, exchange(9, status=503, body={"error": "Busy"})]
    trace = observation(*shown, outcome="server_error")
    failed = failure(case=case(id=name), violations=(GIVEN_UP,), trace=trace, file=None)
    return result(name, failure=failed, facts=("R3", "S2"), **given)


MANY = [gave_up(f"run/status/{number:03}-recovers", 1 + number % 7) for number in range(168)]


def test_a_hundred_failures_by_one_cause_are_one_finding():
    """Told once, by the smallest case; the other ids fill a few lines."""
    made = report(*MANY, result("run/submit/reset"), result("run/b", "passed"))
    twice, given_up = find_findings(made)
    assert twice.cause.id.startswith("submits-again")
    assert (given_up.cause.id, len(given_up.results)) == ("gives-up-on-a-poll", 168)
    assert given_up.shown_by.id == "run/status/000-recovers"
    text = terminal.render(made)
    assert text.count("MUST fail") == 2
    assert text.index("Makes another run") < text.index("Gives up when a poll goes wrong")
    assert len(text.splitlines()) < 70
    assert "more\n" in text


def test_every_check_of_a_finding_is_in_json_and_junit():
    """Programs want all of them, each with its cause."""
    made = report(*MANY)
    document = json_report.document(made)
    (finding,) = document["findings"]
    assert len(finding["checks"]) == 168
    assert {each["cause"] for each in document["checks"]} == {"gives-up-on-a-poll"}
    assert junit.render(made).count('value="gives-up-on-a-poll"') == 168


def test_known_and_flaky_failures_are_findings_of_their_own():
    """They fail no run, and come after those that do."""
    flaky = gave_up("run/c", status="flaky", plays=3)
    made = report(gave_up("run/status/x-recovers"), gave_up("run/b", known="ticket 7"), flaky)
    found = find_findings(made)
    assert [each.kind for each in found] == ["failed", "flaky", "known"]
    assert [each.is_broken for each in found] == [True, False, False]
    assert "fewer than two of 3 plays" in terminal.render(made)


def test_a_requirement_fails_by_the_checks_whose_cause_breaks_it():
    """A poll that was given up says nothing of what else its check rests on."""
    made = report(*MANY[:3], result("run/p", "passed", facts=("R3",)), result("x", "not covered"))
    told = {each.fact: each for each in find_requirements(made)}
    assert (told["R3"].verdict, told["R3"].counts["passed"]) == ("passed", 1)
    assert (told["S2"].verdict, len(told["S2"].shown_by)) == ("failed", 3)
    assert told["S2"].shown_by[0] == "run/status/000-recovers"
    table = render_requirements(made)
    assert "shown by run/status/000-recovers and 2 more" in table
    assert all(len(line) <= 100 for line in table.splitlines())


def test_facts_are_listed_as_people_count():
    """T2 before T10, and letters by themselves."""
    made = report(result(status="passed", facts=("T10", "T2", "S1b", "S1")))
    assert [each.fact for each in find_requirements(made)] == ["S1", "S1b", "T2", "T10"]


def test_a_program_is_what_is_asked_and_what_the_server_does():
    """So that a shrunk example is read at a glance."""
    shrunk = Case(
        id="property/states",
        title="x",
        level="MUST",
        facts=(),
        operations=(
            Operation(op="run", params={"prompt": "0"}),
            Operation(op="credits", timeout_s=1),
        ),
        behaviour=(
            Effect(route="status", ordinal=1, do={"reset": True}, when="after"),
            Effect(route="status", ordinal=0, do={"status": 503}, when="before"),
        ),
        account={"credits": 0},
        clock="real",
    )
    assert describe_program(shrunk) == [
        'account {"credits": 0}',
        "clock real",
        'ask run ideogram-3 {"prompt": "0"}',
        "ask credits within 1 s",
        "status #1: status 503, before",
        "status #2: reset, after",
    ]
    text = terminal.render(report(result("property/states", kind="property")))
    assert '  shrunk to: ask run ideogram-3 {"prompt": "A kit"}\n' in text
