"""Which tests show which facts: read from the tests' marks, kept in contracts/behaviours.json.

`make facts` (`python -m mockserver.tests.register --write`) brings the register up to date, and
with it the page about what is not known.
"""

from __future__ import annotations

import ast
import json
import sys
from functools import cache
from pathlib import Path

from mockserver.contract.files import find_data_dir
from mockserver.tests import unknowns

TESTS = Path(__file__).parent
ROOT = TESTS.parents[1]
REGISTER = find_data_dir("contracts") / "behaviours.json"


@cache
def marked_tests() -> dict[str, list[str]]:
    """Return, for each fact, the tests that are marked with it."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        text = path.read_text()
        if "mark.fact" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for fact in _facts(node):
                    found.setdefault(fact, []).append(
                        f"{path.relative_to(ROOT).as_posix()}::{node.name}"
                    )
    return {fact: sorted(tests) for fact, tests in found.items()}


def _facts(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [
        argument.value
        for mark in function.decorator_list
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.fact"
        for argument in mark.args
        if isinstance(argument, ast.Constant)
    ]


def updated(document: dict, marked: dict[str, list[str]]) -> dict:
    """Return the register with the tests that are marked now."""
    rows = [
        {**row, "tests": marked.get(row["id"], [])} if row["testable"] else row
        for row in document["behaviours"]
    ]
    return {**document, "behaviours": rows}


def render_files() -> dict[Path, str]:
    """Return what the register, and the page that is made of it, have to be."""
    document = updated(json.loads(REGISTER.read_text()), marked_tests())
    return {
        REGISTER: json.dumps(document, indent=2, ensure_ascii=False) + "\n",
        unknowns.PAGE: unknowns.render_page(unknowns.PAGE.read_text(), document["behaviours"]),
    }


def main() -> None:
    """Tell which files would change, or write them."""
    stale = {path: text for path, text in render_files().items() if text != path.read_text()}
    names = " and ".join(str(path.relative_to(ROOT)) for path in stale)
    if not stale:
        print("the register is up to date")
    elif "--write" in sys.argv:
        for path, text in stale.items():
            path.write_text(text)
        print(f"brought up to date: {names}")
    else:
        print(f"out of date: {names}; run `make facts`")
        sys.exit(1)


if __name__ == "__main__":
    main()
