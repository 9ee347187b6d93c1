"""The page about the mutants: what is wrong with each, and what has to find it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from client_tests.cases.catalogue import load_test_cases
from client_tests.mutants import MUTANTS

PAGE = Path(__file__).parents[3] / "docs" / "matrix.md"

INTRODUCTION = """# The mutants

The kit is tested with mutants: clients that are right but for one bug each. This page says what is
wrong with each of them, where clients in the wild do the same, which check has to find it out, and
by which judge. `python -m client_tests.mutants.kill_matrix --page` writes it; do not edit it.

{mutants} mutants, {cases} cases and {properties} properties. The tests play each mutant against the
check that names it. `make matrix` plays each against every check and writes `build/matrix.json`: a
mutant that passes the check that names it, or a check that the reference fails, ends it with exit
code 1. What is known of one mutant and one check stays known until one of them, the reference or a
judge changes, so a new mutant or a new case costs its own trials alone.
"""


def render_page() -> str:
    """Return the page; nothing is played for it."""
    kinds = Counter(type(test_case).__name__ for test_case in load_test_cases())
    numbers = {"mutants": len(MUTANTS), "cases": kinds["Case"], "properties": kinds["Property"]}
    return "\n".join([INTRODUCTION.format(**numbers), *_table(), ""])


def _table() -> Iterator[str]:
    yield "| mutant | bug | met in the wild | named by | judge |"
    yield "|---|---|---|---|---|"
    for name, mutant in MUTANTS.items():
        named, assertion = f"`{mutant.killed_by}`", f"`{mutant.assertion}`"
        cells = (f"`{name}`", mutant.bug, mutant.seen_in, named, assertion)
        yield f"| {' | '.join(map(_escape_cell, cells))} |"


def _escape_cell(text: str) -> str:
    return text.replace("|", "\\|")
