"""The command that plays the kill matrix: `python -m client_tests.mutants.kill_matrix`."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from client_tests.cases.catalogue import load_test_cases
from client_tests.mutants import MUTANTS
from client_tests.mutants.kill_matrix import making, page, player
from client_tests.mutants.kill_matrix.matrix import Matrix, Origin
from client_tests.mutants.kill_matrix.player import MatrixError
from client_tests.plurals import count

WORKERS = 6
"""More than there are cores: many mutants do nothing but wait."""

USAGE = "usage: python -m client_tests.mutants.kill_matrix [--page | --write | --weak]"

JSON_FILE = page.PAGE.parents[1] / "build" / "matrix.json"


def main(words: list[str]) -> int:
    """Say what has changed since the last matrix.

    With --page, write the page; with --write, play what has changed; with --weak, list the checks
    that no mutant fails but gross ones.
    """
    match words:
        case []:
            return _say_whether_fresh()
        case ["--page"]:
            page.PAGE.write_text(page.render_page(), encoding="utf-8")
            print(page.PAGE)
            return 0
        case ["--weak"]:
            weak = Matrix.read(JSON_FILE).find_weak()
            print("\n".join([*weak, count(len(weak), "check")]))
            return 0
        case ["--write"]:
            return _write()
    print(USAGE, file=sys.stderr)
    return 2


def _say_whether_fresh() -> int:
    last, now = Matrix.read(JSON_FILE).origin, Origin.find(load_test_cases(), MUTANTS)
    if not last.judging:
        print(f"there is no {JSON_FILE}: make matrix")
        return 1
    checks = sum(not now.shares_test_case(last, id_) for id_ in now.checks)
    mutants = sum(last.mutants.get(name) != digest for name, digest in now.mutants.items())
    if checks or mutants:
        changed = f"{count(checks, 'check')} and {count(mutants, 'mutant')} have changed"
        print(f"the matrix is stale, {changed}: make matrix")
        return 1
    print("the matrix is fresh")
    return 0


def _write() -> int:
    began = time.monotonic()
    context = get_context("spawn")
    try:
        with ProcessPoolExecutor(WORKERS, mp_context=context, initializer=player.begin) as workers:
            made = making.make_matrix(workers, sys.stderr, Matrix.read(JSON_FILE))
    except MatrixError as error:
        print(error, file=sys.stderr)
        return 1
    JSON_FILE.parent.mkdir(exist_ok=True)
    JSON_FILE.write_text(made.to_json(), encoding="utf-8")
    page.PAGE.write_text(page.render_page(), encoding="utf-8")
    print(f"{page.PAGE} and {JSON_FILE}, after {time.monotonic() - began:.0f} s")
    if survivors := made.find_survivors():
        print(f"not killed by the check that names them: {', '.join(survivors)}", file=sys.stderr)
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
