"""What is read at a glance stays so, and each folder says what it is for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [
    path
    for folder in ("mockserver", "client_tests", "benchmarks", "examples")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "tests" not in path.relative_to(ROOT).parts
]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
KINDS = {"class": (ast.ClassDef,), "function": FUNCTIONS}
PAGE_FILES = [
    path for path in sorted((ROOT / "mockserver" / "page" / "static").rglob("*")) if path.is_file()
]
PROGRAMS = {"benchmarks", "examples"}
MOST_LINES = {"module": 300, "class": 200, "function": 40}
"""Docstrings count, decorators do not."""


@cache
def read_texts() -> dict[str, str]:
    """Return the text of each file, by its path."""
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in FILES}


@cache
def parse_files() -> dict[str, ast.Module]:
    """Return the tree of each file, by its path."""
    return {name: ast.parse(text) for name, text in read_texts().items()}


def walk(node: ast.AST, name: str) -> Iterator[tuple[str, ast.AST]]:
    """Yield what is defined below a node, each with its qualified name; no expression has any."""
    for below in ast.iter_child_nodes(node):
        if isinstance(below, ast.expr):
            continue
        is_named = isinstance(below, (ast.ClassDef, *FUNCTIONS))
        inner = f"{name}.{below.name}" if is_named else name
        if is_named:
            yield inner, below
        yield from walk(below, inner)


def measure(kind: str) -> dict[str, int]:
    """Return the lines of each module, class or function, by its qualified name."""
    if kind == "module":
        return {file: len(text.splitlines()) for file, text in read_texts().items()}
    return {
        name: node.end_lineno - node.lineno + 1
        for file, tree in parse_files().items()
        for name, node in walk(tree, file)
        if isinstance(node, KINDS[kind])
    }


def find_longer(kind: str) -> dict[str, int]:
    """Return what is longer than it may be."""
    return {name: lines for name, lines in measure(kind).items() if lines > MOST_LINES[kind]}


@pytest.mark.parametrize("kind", MOST_LINES)
def test_nothing_is_longer_than_can_be_seen_at_once(kind):
    """A module has at most 300 lines, a class 200, a function 40; take a noun out of it."""
    longer = find_longer(kind)
    assert longer == {}


def test_no_file_of_the_page_is_longer_than_can_be_seen_at_once():
    """A module or a style has at most as many lines as one of Python."""
    lines = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in PAGE_FILES
    }
    assert lines
    assert {name: n for name, n in lines.items() if n > MOST_LINES["module"]} == {}


def test_every_package_says_what_lives_in_it():
    """The docstring of its `__init__` is what a newcomer reads first."""
    packages = {name: tree for name, tree in parse_files().items() if name.endswith("/__init__.py")}
    assert [name for name, tree in packages.items() if not ast.get_docstring(tree)] == []


def test_every_folder_with_modules_is_a_package():
    """Whatever can be imported has an `__init__`; examples and benchmarks are programs."""
    files = read_texts()
    folders = {name.rpartition("/")[0] for name in files if name.split("/")[0] not in PROGRAMS}
    assert [folder for folder in folders if f"{folder}/__init__.py" not in files] == []


def test_every_test_file_in_a_folder_is_about_a_module():
    """`tests/rules/test_jobs.py` tests `rules/jobs.py`, and `tests/cli/test_cli.py` the package.

    What tests several folders at once stands above them; the kit has a folder of its own, and so
    has what is tried of the page in a browser.
    """
    tests = ROOT / "mockserver" / "tests"
    strangers = []
    for path in sorted(tests.glob("*/**/test_*.py")):
        folder, noun = path.parent.relative_to(tests), path.stem.removeprefix("test_")
        home = ROOT / "mockserver" / folder
        is_known = noun == folder.name or (home / f"{noun}.py").exists() or (home / noun).is_dir()
        if folder.parts[0] not in {"kit", "page"} and not is_known:
            strangers.append(str(path.relative_to(ROOT)))
    assert strangers == []


def test_every_test_that_the_makefile_names_is_there():
    """One that was renamed would be missed by nobody until the long tests run."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = re.findall(r"mockserver/tests/[\w/]+\.py", text)
    assert named
    assert [each for each in named if not (ROOT / each).exists()] == []
