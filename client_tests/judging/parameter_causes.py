"""What a client does to the parameters of a run, told from what was sent and what was given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from client_tests.judging.cut_bodies import is_cut
from client_tests.judging.scene import Scene

_FEW = 4
"""So many names are told; of more it is said how many."""


@dataclass(frozen=True)
class ParameterChange:
    """One kind of change.

    Attributes:
        kind: `adds-parameter`, `drops-parameter`, `retypes-number`, ….
        names: The parameters, where the change is about those; sorted.
        title: The same in words.
    """

    kind: str
    names: tuple[str, ...]
    title: str


def find_changes(scene: Scene) -> Iterator[ParameterChange]:
    """Yield what was changed between what was given and what was sent, kind by kind."""
    sent, given = _sent(scene), _given(scene)
    if not isinstance(sent, dict):
        yield ParameterChange("sends-no-object", (), "Sends a body that is no JSON object")
        return
    added = tuple(sorted(sent.keys() - given.keys()))
    dropped = tuple(sorted(given.keys() - sent.keys()))
    if added and dropped and len(added) == 1 and sent[added[0]] == given:
        title = f"Wraps the parameters in an object named {added[0]}"
        yield ParameterChange(f"wraps-parameters:{added[0]}", (), title)
        return
    if added:
        yield ParameterChange("adds-parameter", added, f"Adds {_join(added)} to the parameters")
    if dropped:
        yield _describe_dropped(dropped, given)
    kinds = {_kind_of_change(given[name], sent[name]) for name in given.keys() & sent.keys()}
    for kind in sorted(kinds - {""}):
        yield ParameterChange(kind, (), _CHANGES[kind])


def _sent(scene: Scene) -> Any:
    """Return the body that was changed, also where the journal has cut it."""
    seqs = scene.violation.exchanges
    exchange = next((each for each in scene.submits if each.seq in seqs), None)
    if exchange is None:
        return None
    body = exchange.sent
    if is_cut(body):
        job = scene.trace.job(exchange.request_id)
        return job["params"] if job else {}
    return body


def _given(scene: Scene) -> dict[str, Any]:
    """Return the parameters that were given: of several calls, those that are most like."""
    sent = _sent(scene)
    names = set(sent) if isinstance(sent, dict) else set()
    return max(
        (operation.params for operation in scene.case.operations),
        key=lambda params: len(names & params.keys()),
        default={},
    )


def _describe_dropped(names: tuple[str, ...], given: dict[str, Any]) -> ParameterChange:
    values = [given[name] for name in names]
    kept = [value for name, value in given.items() if name not in names]
    if all(value is None for value in values) and not any(value is None for value in kept):
        return ParameterChange("drops-nulls", (), "Leaves out parameters that are null")
    if not any(values) and all(kept):
        title = "Leaves out parameters that are empty, 0, false or null"
        return ParameterChange("drops-empty-values", (), title)
    return ParameterChange("drops-parameter", names, f"Leaves out the parameter {_join(names)}")


_CHANGES = {
    "retypes-number": "Sends a number as something else, or something else as a number",
    "retypes-boolean": "Sends a boolean as something else, or something else as a boolean",
    "retypes-value": "Sends a value as one of another type",
    "changes-text": "Sends a text other than the one that it was given",
    "changes-number": "Sends a number other than the one that it was given",
    "changes-nested-value": "Sends a list or an object other than the one that it was given",
    "changes-value": "Sends a value other than the one that it was given",
}


def _kind_of_change(given: Any, sent: Any) -> str:
    """Return how two values differ; nothing if they do not."""
    one, other = _type(given), _type(sent)
    if one != other:
        for kind in ("boolean", "number"):
            if kind in {one, other}:
                return f"retypes-{kind}"
        return "retypes-value"
    if given == sent and type(given) is type(sent):
        return "" if one != "nested" or repr(given) == repr(sent) else "changes-nested-value"
    is_retyped = one == "number" and given == sent
    return (
        "retypes-number"
        if is_retyped
        else {
            "text": "changes-text",
            "number": "changes-number",
            "nested": "changes-nested-value",
        }.get(one, "changes-value")
    )


def _type(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "text"
        case None:
            return "null"
    return "nested"


def _join(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(f"`{name}`" for name in names[:_FEW]) + more
