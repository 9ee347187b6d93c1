"""The facts in words, from segmock's register."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache

from client_tests.cases.contracts import folder
from client_tests.running.results import Failure, Result

UNKNOWN = "(not in the register of this version)"


def statement(fact: str) -> str:
    """Return what a fact says."""
    return _register().get(fact, UNKNOWN)


def facts_of(result: Result) -> tuple[str, ...]:
    """Return the facts that a check and its violations rest on, each once."""
    cited = list(result.facts)
    if result.failure is not None:
        cited += _list_cited(result.failure)
    return tuple(dict.fromkeys(cited))


def _list_cited(failure: Failure) -> Iterable[str]:
    return [fact for violation in failure.violations for fact in violation.facts]


@cache
def _register() -> dict[str, str]:
    """Return each fact's statement."""
    document = json.loads((folder() / "behaviours.json").read_text(encoding="utf-8"))
    return {each["id"]: each["statement"] for each in document["behaviours"]}
