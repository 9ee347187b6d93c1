"""What the code knows of a route is in contracts/routes.json, and not in groups of names."""

import ast
from functools import cache
from pathlib import Path

import pytest

import mockserver
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.routing import ROUTES
from mockserver.gateway.body_readers import READERS
from mockserver.gateway.decision import CHECKS_OF
from mockserver.gateway.gateway import HANDLERS
from mockserver.tests.tables import for_each

ROOT = Path(mockserver.__file__).parent
ROWS = Catalogue().routes
TABLES = {"HANDLERS", "_HANDLERS", "CHECKS_OF", "READERS"}
"""What is done at each route: code, which no file of data can hold."""

BODIES = {("status", "output")}
"""Keys of an answer that are the names of routes as well."""

ANY = "*"
"""Which stands for every route where a fault says what it strikes."""

FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in ROOT.rglob("*.py")
    if path.relative_to(ROOT).parts[0] != "tests"
)


@cache
def parse_file(name):
    """Return the tree of a file."""
    return ast.parse((ROOT / name).read_text(encoding="utf-8"))


def strings_in(node):
    """Return the strings of a collection or of alternatives, if it consists of nothing else."""
    match node:
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            pass
        case ast.Dict(keys=parts):
            parts = [part for part in parts if part is not None]
        case ast.MatchOr(patterns=patterns):
            parts = [each.value for each in patterns if isinstance(each, ast.MatchValue)]
        case _:
            return []
    found = [part.value for part in parts if isinstance(part, ast.Constant)]
    return found if len(found) == len(parts) else []


def groups_in(tree):
    """Return every group of two or more names of routes that stands outside of the tables."""
    tables = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign | ast.Assign)
        and TABLES & {each.id for each in targets_of(node) if isinstance(each, ast.Name)}
        for part in [node.value]
    }
    groups = [strings_in(node) for node in ast.walk(tree) if id(node) not in tables]
    return [
        group
        for group in groups
        if len(group) > 1 and set(group) <= ROUTES.keys() and not is_body(group)
    ]


def targets_of(node):
    """Return what is assigned to."""
    return [node.target] if isinstance(node, ast.AnnAssign) else node.targets


def is_body(group):
    """Tell whether these are the keys of an answer."""
    return tuple(sorted(group, reverse=True)) in BODIES


def names_in(tree):
    """Return every string that is compared with a route, or with which one is looked up."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, comparators=[ast.Constant(value=str(name))]):
                if ast.unparse(left).endswith(("route", "route.name")):
                    yield name
            case ast.Subscript(value=ast.Name(id="ROUTES"), slice=ast.Constant(value=str(name))):
                yield name


@for_each("file", FILES)
def test_no_group_of_routes_is_written_in_code(file):
    """Which routes have something in common is said by a flag of the table alone."""
    assert groups_in(parse_file(file)) == []


@pytest.mark.parametrize(
    "code",
    [
        'POLLS = {"status", "result"}',
        'POLLS = ("status", "result", "poll")',
        'POLLS = frozenset(["status", "result"])',
        'WORDS = {"status": 1, "result": 2}',
        'HANDLERS = {"status": ("sync", "submit")}',
        'if route in ("sync", "submit"): pass',
        'match route:\n    case "sync" | "submit": pass',
        'Kind = Literal["asset", "dataset"]',
    ],
)
def test_a_group_is_seen_however_it_is_written(code):
    """Sets, tuples, lists, tables, types and alternatives are groups."""
    assert len(groups_in(ast.parse(code))) == 1


@pytest.mark.parametrize(
    "code",
    ['{"status": 1, "output": 2}', 'HANDLERS: dict = {"sync": 1, "submit": 2}', '("sync", "x")'],
)
def test_what_is_no_group_is_not_taken_for_one(code):
    """Answers, the tables of code, and words of which one is no route."""
    assert groups_in(ast.parse(code)) == []


@for_each("file", FILES)
def test_every_route_that_code_names_is_in_the_table(file):
    """A name that no row has would be compared in vain."""
    assert set(names_in(parse_file(file))) <= ROUTES.keys() | {ANY}


def test_a_name_is_seen_wherever_a_route_is_compared():
    """Routes, their names, and look-ups."""
    code = 'context.route.name == "a"\nentry.route != "b"\nroute == "c"\nROUTES["d"]'
    assert set(names_in(ast.parse(code))) == {"a", "b", "c", "d"}


def test_every_route_has_checks_and_a_handler():
    """What the table has is checked and answered, and nothing else is."""
    names = {row.name for row in ROWS}
    where = "of mockserver/gateway/, or in _HANDLERS of mockserver/gateway/handlers/sdk/__init__.py"
    assert HANDLERS.keys() == names, f"a route's handler is in HANDLERS {where}"
    assert CHECKS_OF.keys() == names | {"unknown"}, f"a route's checks are in CHECKS_OF {where}"


def test_what_reads_a_body_is_a_route_that_takes_one():
    """A reader is a run's, or that of a route whose row has the schema of its body."""
    known = {row.name for row in ROWS if row.starts_job or (row.request and row.request_required)}
    assert READERS.keys() == known
