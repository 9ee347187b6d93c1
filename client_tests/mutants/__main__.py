"""The driver of one mutant: `python -m client_tests.mutants ID`."""

from __future__ import annotations

import sys
from functools import partial

from client_tests.clients.loop import serve
from client_tests.clients.reference import act
from client_tests.mutants import MUTANTS


def main(words: list[str]) -> None:
    """Speak for the mutant of this name; without one, list them all."""
    if len(words) == 1 and words[0] in MUTANTS:
        serve(partial(act, client=MUTANTS[words[0]].client))
        return
    for each in MUTANTS.values():
        print(f"{each.id}: {each.bug}")
    if words:
        sys.exit(2)


if __name__ == "__main__":
    main(sys.argv[1:])
