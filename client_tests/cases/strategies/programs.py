"""Strategies of whole cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from client_tests.cases.contracts import Level
from client_tests.cases.model import Case, Operation
from client_tests.cases.strategies.behaviours import ROUTES, Behaviour, behaviours
from client_tests.cases.strategies.parameters import PROMPT, payloads

POLL_INTERVAL_S = 0.01
"""Generated cases poll quickly: their states follow polls, not time."""

BLOCKING_S = 60.0
"""What takes longer in life is 504 on v1 (V5)."""


def ask(op: str = "run", **parts: Any) -> Operation:
    """Return an ask that polls quickly and sends a prompt, unless told otherwise."""
    given = {"params": {"prompt": PROMPT}, "poll_interval_s": POLL_INTERVAL_S, **parts}
    return Operation(op=op, **given)


def asks(*ops: str, level: Level | None = None) -> SearchStrategy[Operation]:
    """Return an ask for one of these operations, or for any: of any model, with any parameters.

    Args:
        ops: The operations.
        level: How much is known of the models; anything if it is None.
    """
    return st.one_of([_list_operations(op, level) for op in ops or ROUTES])


def _list_operations(op: str, level: Level | None) -> SearchStrategy[Operation]:
    if op in {"credits", "download"}:
        return st.just(ask(op))
    most_s = BLOCKING_S if op == "run_sync" else inf
    return payloads(most_s, level).map(lambda pair: ask(op, model=pair[0], params=pair[1]))


def case(operations: Sequence[Operation], behaviour: Behaviour = (), **parts: Any) -> Case:
    """Return a case of which nothing is said but what happens in it."""
    header = {
        "id": "generated/case",
        "title": "A client reports what it was shown",
        "level": "MUST",
        "facts": ("S2", "T1", "E1"),
    }
    return Case(**{**header, **parts, "operations": tuple(operations), "behaviour": behaviour})


@st.composite
def cases(draw: st.DrawFn, *ops: str, timeout_s: float = 1.0, level: Level | None = None) -> Case:
    """Return any case with one ask, for one of these operations or for any.

    Nothing is expected of it but what holds for all cases.

    Args:
        draw: What Hypothesis draws with; a caller leaves it out.
        ops: The operations.
        timeout_s: How long the client is given.
        level: How much is known of the models; anything if it is None.
    """
    op = draw(st.sampled_from(ops or ("run", "run_sync", "credits", "download")))
    plain = st.just(ask(op)) if draw(st.booleans()) else _list_operations(op, level)
    asked = replace(draw(plain), timeout_s=timeout_s)
    return case([asked], draw(behaviours(op)))
