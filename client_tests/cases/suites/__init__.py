"""The written cases: one file a topic, and the matrix of operation, fault and commit point.

`python -m client_tests.cases.fault_matrix --write` writes those whose names begin with `cross-`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from client_tests.cases.model import Case, load, unique

FOLDER = Path(__file__).parent


def load_suites() -> list[Case]:
    """Return every written case, file by file.

    Raises:
        CaseError: a file holds no case, or one that cannot be, or two have the same id.
    """
    return list(_read())


@cache
def _read() -> tuple[Case, ...]:
    return tuple(unique(case for path in sorted(FOLDER.glob("*.json")) for case in load(path)))
