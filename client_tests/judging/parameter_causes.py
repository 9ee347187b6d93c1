"""What a client does to the parameters of a run, told from what was sent and what was given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from client_tests.judging.scene import Scene
from client_tests.judging.values import is_number, is_same

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
    sent = _find_sent(scene)
    given = _find_given(scene, sent)
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
    kinds = {
        _name_change(given[name], sent[name])
        for name in given.keys() & sent.keys()
        if not is_same(sent[name], given[name])
    }
    for kind in sorted(kinds):
        yield ParameterChange(kind, (), _CHANGES[kind])


def _find_sent(scene: Scene) -> Any:
    """Return the parameters that were changed; None if no run was asked for."""
    seqs = scene.violation.exchanges
    exchange = next((each for each in scene.trace.runs if each.seq in seqs), None)
    return exchange and scene.trace.sent_by(exchange)


def _find_given(scene: Scene, sent: Any) -> dict[str, Any]:
    """Return the parameters that were given: of several calls, those that are most like."""
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


def _name_change(given: Any, sent: Any) -> str:
    """Return how two values differ that are not the same."""
    one, other = _type(given), _type(sent)
    if one != other:
        for kind in ("boolean", "number"):
            if kind in {one, other}:
                return f"retypes-{kind}"
        return "retypes-value"
    if one == "number" and given == sent:
        return "retypes-number"
    return {
        "text": "changes-text",
        "number": "changes-number",
        "nested": "changes-nested-value",
    }.get(one, "changes-value")


def _type(value: Any) -> str:
    if is_number(value):
        return "number"
    match value:
        case bool():
            return "boolean"
        case str():
            return "text"
        case None:
            return "null"
    return "nested"


def _join(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(f"`{name}`" for name in names[:_FEW]) + more
