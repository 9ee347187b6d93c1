"""The tables of errors, plans, routes and behaviours hold what the gateway is known to do."""

import json
import re
from string import Formatter

import pytest

from mockserver.base.errors import ContractError
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.files import find_data_dir, read_json
from mockserver.contract.tables import (
    Behaviour,
    ErrorRow,
    FaultRow,
    Plan,
    RouteRow,
    VerdictRow,
    load_table,
)
from mockserver.contract.texts import TextRow

CATALOGUE = Catalogue()
ROWS = {
    "errors": ErrorRow,
    "plans": Plan,
    "routes": RouteRow,
    "behaviours": Behaviour,
    "faults": FaultRow,
    "verdicts": VerdictRow,
    "texts": TextRow,
}
STATUSES = {
    "missing_key": 401,
    "invalid_key": 401,
    "bearer_key": 401,
    "forbidden_model": 403,
    "unknown_model": 404,
    "retired_model": 410,
    "rate_limited": 429,
    "content_type": 406,
    "malformed_body": 400,
    "invalid_parameter": 400,
    "value_not_allowed": 406,
    "insufficient_credits_406": 406,
    "insufficient_credits_402": 402,
    "run_failed": 500,
    "bad_gateway": 502,
    "gateway_timeout": 504,
    "unknown_request": 404,
    "no_credits_record": 404,
}

every_table = pytest.mark.parametrize("name", sorted(ROWS))


def raw(name):
    """Return the rows of a table as its file has them."""
    return read_json(find_data_dir("contracts") / f"{name}.json")[name]


def load(folder, name, rows):
    """Load a table of these rows."""
    document = {**read_json(find_data_dir("contracts") / f"{name}.json"), name: rows}
    (folder / f"{name}.json").write_text(json.dumps(document))
    return load_table(folder, name, ROWS[name], CATALOGUE.schemas)


def problem(folder, name, rows):
    """Return what is wrong with a table of these rows."""
    with pytest.raises(ContractError) as refusal:
        load(folder, name, rows)
    assert refusal.value.file == str(folder / f"{name}.json")
    return refusal.value


@every_table
def test_a_table_is_read_row_by_row(tmp_path, name):
    """Each row of a file becomes a record, in the order of the file."""
    rows = load(tmp_path, name, raw(name))
    assert len(rows) == len(raw(name)) > 0
    assert {type(row) for row in rows} == {ROWS[name]}


@pytest.mark.parametrize("name", sorted(ROWS.keys() - {"texts"}))
def test_a_catalogue_has_every_table(name):
    """A catalogue holds the rows of each table, in the order of the file; texts are found alone."""
    rows = getattr(CATALOGUE, name)
    rows = rows.values() if isinstance(rows, dict) else rows
    first = next(iter(raw(name)[0]))
    assert [getattr(row, first) for row in rows] == [row[first] for row in raw(name)]


@every_table
def test_no_row_of_a_table_is_there_twice(name):
    """Rows are told apart by their first member, which is unique."""
    names = [next(iter(row.values())) for row in raw(name)]
    assert len(set(names)) == len(names)


@every_table
def test_a_table_without_rows_is_refused(tmp_path, name):
    """An empty table is a broken contract."""
    error = problem(tmp_path, name, [])
    assert (error.path, error.reason) == (f"$.{name}", "[] should be non-empty")


@every_table
def test_a_row_with_an_unknown_member_is_told_by_its_place(tmp_path, name):
    """A member that no row has is told with the row's number."""
    first, second, *_ = raw(name)
    error = problem(tmp_path, name, [first, {**second, "colour": "red"}])
    assert error.path == f"$.{name}[1]"
    assert "'colour' was unexpected" in error.reason


@pytest.mark.parametrize(
    ("name", "member", "value"),
    [
        ("errors", "status", 200),
        ("errors", "when", ""),
        ("errors", "media", "xml"),
        ("plans", "requests_per_minute", 0),
        ("plans", "requests_per_minute", "many"),
        ("plans", "name", "Gold Plan"),
        ("routes", "methods", ["PATCH"]),
        ("routes", "path", "v1"),
        ("routes", "path", "/{id}"),
        ("routes", "path", "/v1/{id}/{file}"),
        ("routes", "path", "/v1/{id}/status/last"),
        ("behaviours", "evidence", ["hearsay"]),
        ("behaviours", "id", "X1"),
        ("faults", "when", ["never"]),
        ("faults", "routes", ["*"]),
        ("faults", "schema", {"type": "text"}),
        ("verdicts", "level", "MAY"),
        ("verdicts", "id", "No Id"),
        ("texts", "id", "No Id"),
        ("texts", "text", ""),
        ("texts", "facts", []),
    ],
)
def test_a_wrong_member_is_told_by_its_place(tmp_path, name, member, value):
    """A value that a table does not allow is told with the row and the member."""
    error = problem(tmp_path, name, [{**raw(name)[0], member: value}])
    assert error.path.startswith(f"$.{name}[0].{member}")


def test_a_fact_without_a_test_needs_a_reason(tmp_path):
    """A fact that cannot be tested says why, and one that can says nothing of the kind."""
    fact = {**raw("behaviours")[0], "testable": False}
    del fact["tests"]
    assert "'reason' is a required property" in problem(tmp_path, "behaviours", [fact]).reason
    (row,) = load(tmp_path, "behaviours", [{**fact, "reason": "Nothing of it shows."}])
    assert (row.testable, row.reason, row.tests) == (False, "Nothing of it shows.", ())


def test_a_missing_table_is_told_by_its_path(tmp_path):
    """A table that is not there is a broken contract."""
    with pytest.raises(ContractError, match=r"plans\.json: there is no such file"):
        load_table(tmp_path, "plans", Plan, CATALOGUE.schemas)


@pytest.mark.fact("E1", "E2", "E3", "E3b", "E4", "E5", "E6")
@pytest.mark.parametrize(("row", "status"), STATUSES.items())
def test_each_error_has_the_status_that_is_known_of_it(row, status):
    """The error table gives each refusal the status that the gateway answers with."""
    assert CATALOGUE.errors[row].status == status


@pytest.mark.fact("E1", "R8")
def test_only_the_edge_and_the_wrong_verb_answer_with_a_page():
    """Every refusal is JSON but 405, 502 and 504, and what asks for one of these."""
    pages = {row.status for row in CATALOGUE.errors.values() if row.media == "html"}
    assert pages - {0} == {405, 502, 504}
    assert all(
        row.media != "html" or row.status in {0, 405, 502, 504} for row in CATALOGUE.errors.values()
    )


@pytest.mark.fact("A2", "R5", "R6", "T6")
@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("missing_key", "Missing Authorization or x-api-key in header"),
        ("unknown_request", "Request {request_id} not found"),
        ("unknown_request_v1", "Output for this request ID {request_id} Not Found"),
        ("no_credits_record", "No credits found for the user"),
        ("content_type", "Invalid content type"),
        ("insufficient_credits_402", "Insufficient credits. You have {balance} credits."),
    ],
)
def test_words_that_are_known_are_the_gateways_own(row, words):
    """Where the gateway's words are known, the table has them."""
    assert CATALOGUE.errors[row].message == words


def test_what_a_message_leaves_open_is_a_plain_name():
    """The gaps in a message are names, which whoever raises the error fills in."""
    for row in CATALOGUE.errors.values():
        for _, name, spec, conversion in Formatter().parse(row.message):
            assert name is None or (re.fullmatch("[a-z_]+", name) and not spec and not conversion)


@pytest.mark.fact("L1")
def test_both_tables_of_limits_are_offered():
    """The plans have the limits of the documentation and of the price list."""
    limits = {name: plan.requests_per_minute for name, plan in CATALOGUE.plans.items()}
    assert limits == {
        "free": 5,
        "pro": 50,
        "enterprise": None,
        "flexible": 60,
        "pricing-pro": 120,
        "business": 500,
        "scale": 1000,
        "unlimited": None,
    }


@pytest.mark.parametrize("row", CATALOGUE.routes, ids=lambda row: row.name)
def test_each_route_is_in_a_group_and_says_what_varies_in_its_path(row):
    """Both stand at the top of contracts/routes.json; a run is shown with its model."""
    varying = set(re.findall(r"\{(\w+)\}", row.path))
    assert varying <= CATALOGUE.path_parameters.keys(), "describe it under `parameters`"
    assert row.runs_model or row.tag in {tag.name for tag in CATALOGUE.tags}, "add it to `tags`"


def test_each_route_names_rows_and_bodies_that_there_are():
    """What a route answers with is in the error table or among the bodies, with that status."""
    bodies = set(CATALOGUE.schemas.find_ids("urn:segmock:body:"))
    for route in CATALOGUE.routes:
        for answer in route.answers:
            assert bodies.issuperset(answer.bodies)
            assert {CATALOGUE.errors[row].status for row in answer.errors} <= {answer.status}


@pytest.mark.parametrize("row", CATALOGUE.faults, ids=lambda row: row.effect)
def test_each_effect_of_a_fault_has_an_example_that_satisfies_it(row):
    """An effect is written as its own example, which is right, and an empty one is not."""
    validator = CATALOGUE.fault_validators[row.effect]
    assert validator.is_valid(row.example)
    assert not validator.is_valid({})
    assert next(iter(row.example)) == row.effect


@pytest.mark.parametrize("identifier", CATALOGUE.schemas.find_ids("urn:segmock:body:"))
def test_each_body_has_an_example_that_satisfies_it(identifier):
    """The examples in contracts/bodies are what their own schemas allow."""
    schema = CATALOGUE.schemas[identifier]
    assert schema["examples"]
    for example in schema["examples"]:
        assert CATALOGUE.schemas.compile(schema).is_valid(example)
