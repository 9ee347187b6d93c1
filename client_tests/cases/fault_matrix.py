"""The matrix of operation, fault and commit point, each cell a case that is written out.

What a fault does to the answer decides what is right: a poll that went wrong is repeated, a submit
whose answer is lost is not (S2), a refusal that waiting does not heal ends the call. The cases go
into files, so that a reader finds what is played and nothing is made up when the kit runs:

    python -m client_tests.cases.fault_matrix --write
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial

from client_tests.cases.call_fault_cases import (
    list_credits_cases,
    list_download_cases,
    list_sync_cases,
)
from client_tests.cases.model import Case
from client_tests.cases.run_fault_cases import (
    list_result_cases,
    list_status_cases,
    list_submit_cases,
)
from client_tests.cases.suites import FOLDER

FILES: dict[str, Callable[[], Iterator[Case]]] = {
    "cross-run-submit.json": list_submit_cases,
    "cross-run-status.json": list_status_cases,
    "cross-run-result.json": list_result_cases,
    "cross-run_sync.json": list_sync_cases,
    "cross-download.json": list_download_cases,
    "cross-credits.json": list_credits_cases,
}


def render_file(name: str) -> str:
    """Return what a file of the matrix has to hold: one case a line."""
    dump = partial(json.dumps, ensure_ascii=False)
    lines = ",\n".join(dump(case.to_json()) for case in FILES[name]())
    return f'{{"cases": [\n{lines}\n]}}\n'


def main(arguments: list[str]) -> int:
    """Write the files, or say which of them are not as they would be written."""
    stale = []
    for name in FILES:
        path, text = FOLDER / name, render_file(name)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--write" in arguments:
                path.write_text(text, encoding="utf-8")
    verb = "wrote" if "--write" in arguments else "not up to date:"
    print(verb, ", ".join(stale) or "nothing")
    return 1 if stale and "--write" not in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
