"""The written cases: well formed, complete, and passed by the reference."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from client_tests.cases import contracts, fault_matrix
from client_tests.cases.model import Case, load
from client_tests.cases.strategies.programs import BLOCKING_S
from client_tests.cases.suites import FOLDER, load_suites
from client_tests.driver.python_driver import PythonDriver
from client_tests.judging.assertions import find_violations, select_failing
from client_tests.judging.trace import Trace
from client_tests.running.testbed import TestBed
from client_tests.schemas import find_problem
from mockserver.tests.kinds import choose_rows
from mockserver.tests.tables import for_each

CONTRACTS = Path(__file__).parents[3] / "contracts"
SCENARIOS = load_suites()
FILE_OF = {case.id: path.stem for path in FOLDER.glob("*.json") for case in load(path)}
BY_ID = {case.id: case for case in SCENARIOS}
PLAUSIBLE = (
    {"status": "COMPLETED", "output": "https://images.segmind.com/a.png", "metrics": {}},
    {"created": "2026-11-26T00:00:00Z", "data": []},
    {"credits": 1.0, "free-credits": 0.5},
    {"sha256": "0" * 64, "bytes": 4, "content_type": "image/png"},
)
"""Results that no case has."""
SURE = {"seed", "docs", "live", "sdk"}
"""Evidence of a parameter that a MUST may rest on."""
WHERE = (
    "no case plays it: give the effect a Fault in client_tests/cases/fault_catalogue.py, name it "
    "in call_fault_cases.py and run_fault_cases.py beside it, and write the files with "
    "`python -m client_tests.cases.fault_matrix --write`"
)
NOT_PLAYED = dict.fromkeys(
    [
        "files-upload",
        "asset",
        "dataset",
        "webhooks-get",
        "webhooks-add",
        "webhooks-update",
        "webhooks-delete",
        "webhooks-logs",
        "pixelflows-run",
        "pixelflows-poll",
        "models-list",
        "generations-recent",
        "generations-list",
        "generations-history",
        "generations-get",
        "accounts-current",
        "finetune-submit",
        "finetune-details",
        "finetune-list",
        "finetune-upload",
        "finetune-access",
        "finetune-download",
    ],
    "drivers have no operation for the SDK's other namespaces, and no fault strikes them",
)
"""Routes that the kit does not play, each with the reason."""


def ids_in(name: str, key: str = "id") -> set[str]:
    """Return the ids of a contract's table."""
    table = json.loads((CONTRACTS / f"{name}.json").read_text(encoding="utf-8"))
    return {row[key] for row in table[name]}


@pytest.fixture(scope="module")
def testbed(url):
    """Return a test bed with as many references as cases ask for at the same time."""
    where = "client_tests.clients.reference:InProcess"
    with TestBed([PythonDriver(where) for _ in range(4)], url) as found:
        yield found


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_every_case_in_a_file_is_valid_and_written_as_short_as_can_be(path):
    """A file is a list of cases by the schema, and reading one and writing it changes nothing."""
    for document in json.loads(path.read_text(encoding="utf-8"))["cases"]:
        assert find_problem("case", document) is None
        case = Case.from_json(document)
        assert Case.from_json(case.to_json()) == case


def test_there_are_at_least_three_hundred_cases():
    """The issue asks for so many, over every operation, and some of each level."""
    assert len(SCENARIOS) >= 300
    assert {case.feature for case in SCENARIOS} == {"run", "run_sync", "download", "credits"}
    assert {case.level for case in SCENARIOS} == {"MUST", "SHOULD"}


def test_a_case_s_id_begins_with_the_operation_that_it_needs():
    """So `--only 'download/*'` means what it says; within a case the operation is one."""
    for case in SCENARIOS:
        assert {operation.op for operation in case.operations} == {case.id.partition("/")[0]}


def test_no_two_cases_have_the_same_id():
    """Ids name a case on the command line and in lists of known failures."""
    assert not [name for name, times in Counter(c.id for c in SCENARIOS).items() if times > 1]


def test_a_must_rests_on_no_parameter_of_which_little_is_known():
    """A MUST sends parameters to verified models, and to others what is known as surely.

    A prompt may go to any: what comes of it is then the gateway's doing, as refusals and limits
    are, and not the model's.
    """
    levels = contracts.levels()
    for case in SCENARIOS:
        for operation in case.operations if case.level == "MUST" else ():
            if levels.get(operation.model) in {"partial", "listed"}:
                known = contracts.models()[operation.model]["properties"]
                for name in operation.params.keys() - {"prompt"}:
                    assert known[name].get("x-evidence") in SURE, (case.id, name)


def test_models_that_do_not_exist_are_asked_for_to_be_told_so():
    """The vendor's directory grows: a slug that it has now is not reported as not found.

    A fine-tune is in no directory.
    """
    for case in SCENARIOS:
        for operation in case.operations:
            if operation.model not in contracts.models() and "P8" not in case.facts:
                assert case.expect.outcomes == ("not_found",), case.id


def test_models_of_every_level_are_run():
    """What is known least of is for a SHOULD."""
    levels = contracts.levels()
    run = {(levels.get(asked.model), case.level) for case in SCENARIOS for asked in case.operations}
    assert {("verified", "MUST"), ("partial", "SHOULD"), ("listed", "SHOULD")} <= run
    assert ("listed", "MUST") not in run


@pytest.mark.fact("V5")
def test_no_case_expects_of_v1_what_takes_more_than_its_minute():
    """Whatever the clock of the emulator that it is played against."""
    for case in SCENARIOS:
        for operation in case.operations:
            model = contracts.models().get(operation.model)
            if case.feature == "run_sync" and model and model["x-model"]["typical_s"] > BLOCKING_S:
                assert "completed" not in case.expect.outcomes, case.id


def test_titles_are_sentences_of_their_own():
    """A title begins with a capital, has no full stop, and fits on a line and a half."""
    for case in SCENARIOS:
        assert case.title[0].isupper()
        assert not case.title.endswith(".")
        assert len(case.title) <= 120, case.title


def test_every_fact_that_a_case_rests_on_is_in_the_register():
    """And the facts without a case are those that no client can get wrong in one.

    A2, A4, A7 and the key's form are seen in every case; the others are about the gateway alone,
    and those that begin with N about other hosts. A client sends what it is given, so it is the
    gateway alone that reads it leniently.
    """
    known = ids_in("behaviours")
    named = {fact for case in SCENARIOS for fact in case.facts}
    assert named <= known
    without = {fact for fact in known - named if not fact.startswith("N")}
    of_the_gateway_alone = {
        *("A8", "C1", "E2b", "E3c", "E3d", "O7b", "R9", "R10", "R11", "S3", "T9", "V2"),
    }
    read_leniently = {"P1", "P2", "P3", "P5", "P6", "P7"}
    assert without <= {"A2", "A4", "A5", "A7", *of_the_gateway_alone, *read_leniently}


def test_every_verdict_that_a_case_names_exists():
    """A case that cannot do without a verdict names one of segmock's."""
    named = {verdict for case in SCENARIOS for verdict in case.expect.verdicts}
    assert named <= ids_in("verdicts")


def test_every_case_says_what_may_come_of_it():
    """Of each of its calls: one without outcomes would pass whatever a client reports."""
    assert not [
        case.id
        for case in SCENARIOS
        for index in range(len(case.operations))
        if not case.expect.of(index).outcomes
    ]


def test_every_case_is_over_soon():
    """Nobody waits for a case longer than three seconds, but where a long wait is its subject."""
    long = {
        "run/durations/many-polls": 12,
        "run/durations/long-window": 8,
        "run_sync/durations/as-long-as-a-model": 20,
    }
    assert not [
        case.id
        for case in SCENARIOS
        for operation in case.operations
        if operation.timeout_s > long.get(case.id, 3)
    ]


def test_every_effect_appears_on_each_side_of_the_commit():
    """The cross leaves no effect of contracts/faults.json out, on any side that it can strike."""
    table = json.loads((CONTRACTS / "faults.json").read_text(encoding="utf-8"))["faults"]
    default = {row["effect"]: row["when"][0] for row in table}
    played = set()
    for case in SCENARIOS:
        for effect in case.behaviour:
            word = next(iter(default.keys() & effect.do.keys()))
            played.add((word, effect.route, effect.when or default[word]))
    effects = {(row["effect"], when) for row in table for when in row["when"]}
    assert {(word, when) for word, _, when in played} == effects, WHERE


def test_every_effect_appears_on_every_route_where_it_shows():
    """Where a route is left out of the cross, it is because no client could tell."""
    table = json.loads((CONTRACTS / "faults.json").read_text(encoding="utf-8"))["faults"]
    played = {
        (word, effect.route)
        for case in SCENARIOS
        for effect in case.behaviour
        for word in effect.do
    }
    wanted = {(row["effect"], route) for row in table for route in row["routes"]}
    missing = {(word, route) for word, route in wanted - played if route != "poll"}
    assert missing == set(), WHERE


def test_every_route_is_played_or_left_out_for_a_reason():
    """A route of contracts/routes.json that the kit does not play is one that no client asks for.

    Or one for which drivers have no operation.
    """
    table = json.loads((CONTRACTS / "routes.json").read_text(encoding="utf-8"))["routes"]
    routes = {row["name"] for row in table}
    played = {effect.route for case in SCENARIOS for effect in case.behaviour}
    assert routes - played - NOT_PLAYED.keys() == set(), (
        "no case plays these: add cases to client_tests/cases/, or the routes to NOT_PLAYED in "
        "this file with the reason"
    )
    assert NOT_PLAYED.keys() & played == set(), "these are played: take them out of NOT_PLAYED"
    assert played | NOT_PLAYED.keys() <= routes, "contracts/routes.json has no such row"


@pytest.mark.parametrize("name", list(fault_matrix.FILES))
def test_the_cross_is_written_as_it_is_committed(name):
    """`python -m client_tests.cases.fault_matrix --write` would change nothing."""
    assert (FOLDER / name).read_text(encoding="utf-8") == fault_matrix.render_file(name)


def test_the_cross_is_told_from_what_is_written_by_hand():
    """Every file whose name begins with `cross-` is one that the module writes."""
    assert {path.name for path in FOLDER.glob("cross-*")} == set(fault_matrix.FILES)


def test_writing_the_cross_says_what_is_stale_and_writes_it(tmp_path, monkeypatch, capsys):
    """Without --write, files that are not up to date are named and left alone."""
    monkeypatch.setattr(fault_matrix, "FOLDER", tmp_path)
    assert fault_matrix.main([]) == 1
    assert "cross-download.json" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())
    assert fault_matrix.main(["--write"]) == 0
    assert {path.name for path in tmp_path.iterdir()} == set(fault_matrix.FILES)
    assert fault_matrix.main([]) == 0


def find_traits(case: Case) -> Iterator[tuple[Any, ...]]:
    """Go through what distinguishes a case: its topic, what strikes and where, what comes of it."""
    yield FILE_OF[case.id], case.feature
    yield case.feature, case.expect.outcomes
    yield case.feature, case.clock, case.concurrent, bool(case.listen_s)
    for effect in case.behaviour:
        yield from ((effect.route, effect.when, word) for word in effect.do)


@for_each("case_id", [case.id for case in choose_rows(SCENARIOS, find_traits)])
def test_the_reference_passes(case_id, testbed):
    """A client that is written to be right does nothing wrong, small things neither.

    Cases of every topic, with every effect wherever it strikes; all cases in `make storm`.
    """
    case = BY_ID[case_id]
    trace = testbed.run_case(case)
    assert find_violations(case, trace) == []
    for result, wrong in list_wrong_results(trace):
        assert select_failing(case, find_violations(case, wrong)), f"it passes with {result}"


def list_wrong_results(trace: Trace) -> Iterator[tuple[Any, Trace]]:
    """Yield traces in which one completed call reports another result than it was given."""
    results = [reply.answer.result for reply in trace.replies if reply.answer]
    for index, reply in enumerate(trace.replies):
        answer = reply.answer
        if answer is None or answer.outcome != "completed":
            continue
        for result in (None, {}, *PLAUSIBLE, *results):
            if result != answer.result:
                changed = replace(reply, answer=replace(answer, result=result))
                replies = (*trace.replies[:index], changed, *trace.replies[index + 1 :])
                yield result, replace(trace, replies=replies)
