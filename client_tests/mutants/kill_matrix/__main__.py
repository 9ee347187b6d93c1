"""The command that plays the kill matrix: `python -m client_tests.mutants.kill_matrix`."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from client_tests.mutants.kill_matrix import matrix, page, player
from client_tests.mutants.kill_matrix.fingerprint import fingerprint
from client_tests.mutants.kill_matrix.matrix import Matrix
from client_tests.mutants.kill_matrix.player import MatrixError

WORKERS = 6
"""More than there are cores: many mutants do nothing but wait."""

USAGE = "usage: python -m client_tests.mutants.kill_matrix [--page | --write]"

JSON_FILE = page.PAGE.parents[1] / "build" / "matrix.json"


def main(words: list[str]) -> int:
    """Say whether the matrix is stale; write the page with --page, and play it all with --write."""
    match words:
        case []:
            return _say_whether_fresh()
        case ["--page"]:
            page.PAGE.write_text(page.render_page(), encoding="utf-8")
            print(page.PAGE)
            return 0
        case ["--write"]:
            return _write()
    print(USAGE, file=sys.stderr)
    return 2


def _say_whether_fresh() -> int:
    try:
        is_fresh = Matrix.read(JSON_FILE).fingerprint == fingerprint()
    except FileNotFoundError:
        print(f"there is no {JSON_FILE}: make matrix")
        return 1
    print("the matrix is fresh" if is_fresh else "the matrix is stale: make matrix")
    return 0 if is_fresh else 1


def _write() -> int:
    began = time.monotonic()
    context = get_context("spawn")
    try:
        with ProcessPoolExecutor(WORKERS, mp_context=context, initializer=player.begin) as workers:
            made = matrix.make_matrix(workers, sys.stderr)
    except MatrixError as error:
        print(error, file=sys.stderr)
        return 1
    JSON_FILE.parent.mkdir(exist_ok=True)
    JSON_FILE.write_text(made.to_json(), encoding="utf-8")
    page.PAGE.write_text(page.render_page(), encoding="utf-8")
    print(f"{page.PAGE} and {JSON_FILE}, after {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
