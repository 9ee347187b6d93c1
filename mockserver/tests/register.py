"""Which tests show which facts: read from the tests' marks, kept in contracts/behaviours.json.

`make facts` (`python -m mockserver.tests.register --write`) brings the register up to date.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

from mockserver.contract.files import find_data_dir

TESTS = Path(__file__).parent
ROOT = TESTS.parents[1]
REGISTER = find_data_dir("contracts") / "behaviours.json"


def marked_tests() -> dict[str, list[str]]:
    """Return, for each fact, the tests that are marked with it."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
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


def main() -> None:
    """Print what would change, or write it."""
    document = json.loads(REGISTER.read_text())
    wanted = json.dumps(updated(document, marked_tests()), indent=2, ensure_ascii=False) + "\n"
    if wanted == REGISTER.read_text():
        print("the register is up to date")
    elif "--write" in sys.argv:
        REGISTER.write_text(wanted)
        print("the register was brought up to date")
    else:
        print("the register is out of date: run `make facts`")
        sys.exit(1)


if __name__ == "__main__":
    main()
