"""What recorded answers have that the emulator's have not, and the reverse: members and types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from mockserver.base.ids import normalize_id
from mockserver.drift.compared_emulator import ComparedEmulator
from mockserver.facts.claims import SHAPE
from mockserver.facts.contracts.model_runs import read_state
from mockserver.facts.judgement import Judgement
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_blocking, is_call
from mockserver.settings import Settings

Shape: TypeAlias = dict[str, set[str]]
"""The types of what is at each place of a JSON value."""

_FREE = {"timings", "parameters", "params"}
"""Objects whose members are no part of the shape: names of stages, and what somebody sent."""

_OPTIONAL = {"seed", "prompt", "request_id", "total_time"}
"""Members that results have now and then, or that live ones lacked (O2, T10): facts say where they
have to be."""

_TYPES = {
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    dict: "object",
    list: "array",
    type(None): "null",
}

_MOST_SHOWN = 5
_DEEPEST = 32
"""Levels of JSON below which nothing is looked at."""


def judge_shapes(story: Story, settings: Settings) -> Iterator[Judgement]:
    """Hold each answer in JSON against what an emulator answers to the same.

    More members than the emulator has are a remark, since clients pass over what they do not
    know; fewer, or another type, differ.
    """
    emulator = ComparedEmulator(settings)
    models = {
        normalize_id(run.submitted.body.document["request_id"]): run.submitted.subject
        for run in story.runs
    }
    for exchange in story.exchanges:
        document = exchange.body.document
        is_shaped = isinstance(document, dict | list) and is_call(exchange)
        if not is_shaped or exchange.route.serves:
            continue
        answer = emulator.ask(exchange)
        if answer is None or answer.status != exchange.status:
            continue
        if isinstance(answer.body.document, dict | list):
            fact = _name_shape(exchange, models.get(normalize_id(exchange.subject)))
            yield from compare_shapes(fact, exchange, answer.body.document, document)


def _name_shape(exchange: Observed, polled: str | None) -> str:
    """Return what a shape is called, after its model too where that decides what there is."""
    route = exchange.route
    told = (read_state(exchange) if route.polls_job else None) or str(exchange.status)
    has_output = told == "COMPLETED" and route.name != "status"
    model = polled if has_output else None
    if is_blocking(exchange) and told == "200":
        model = exchange.subject
    return f"{SHAPE}{route.name} ({', '.join(filter(None, (told, model)))})"


def compare_shapes(fact: str, exchange: Observed, expected: Any, found: Any) -> Iterator[Judgement]:
    """Yield what a recorded answer lacks or has of another type; else that it agrees."""
    wanted, there = find_shape(expected), find_shape(found)
    wrong = [place for place, kinds in wanted.items() if _differs(place, kinds, there)]
    for place in wrong:
        kinds = there.get(place, {"missing"})
        yield Judgement(
            fact=fact,
            number=exchange.number,
            where=place,
            agrees=False,
            expected=_join(wanted[place]),
            found=_join(kinds),
        )
    if not wrong:
        yield Judgement(
            fact=fact,
            number=exchange.number,
            where="body",
            agrees=True,
            expected="the members of the emulator's answer",
            found="the same",
            remark=_describe_more(wanted, there),
        )


def _describe_more(wanted: Shape, there: Shape) -> str:
    """Return what an answer has besides, in a clause; what is inside of it is not told."""
    more = [
        place.removeprefix("body.")
        for place in there
        if place not in wanted and _find_parent(place) in wanted
    ]
    left = len(more) - _MOST_SHOWN
    rest = f" and {left} more" if left > 0 else ""
    named = ", ".join(more[:_MOST_SHOWN])
    return f"it has {named}{rest}, which the emulator has not" if more else ""


def _differs(place: str, kinds: set[str], there: Shape) -> bool:
    """Tell whether a member is missing, or of a type that the emulator's has not.

    Where the emulator has null, nobody knows the type.
    """
    if place in there:
        return "null" not in kinds and not there[place] <= kinds
    parent = there.get(_find_parent(place), set())
    is_item, name = place.endswith("[]"), place.rpartition(".")[2]
    return "object" in parent and not is_item and name not in _OPTIONAL


def _find_parent(place: str) -> str:
    """Return the place of the object or array that a member or an item is in."""
    return place.removesuffix("[]") if place.endswith("[]") else place.rpartition(".")[0]


def _join(kinds: set[str]) -> str:
    return " or ".join(sorted(kinds))


def find_shape(document: Any) -> Shape:
    """Return the types of a JSON value and of all in it, by their places."""
    shape: Shape = {}
    for place, kind in _list_members(document, "body", _DEEPEST):
        shape.setdefault(place, set()).add(kind)
    return shape


def _list_members(value: Any, place: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield place and type of a value and of all in it; items of an array share their place."""
    yield place, _TYPES[type(value)]
    if not depth:
        return
    if isinstance(value, dict) and place.rpartition(".")[2] not in _FREE:
        for name, member in value.items():
            yield from _list_members(member, f"{place}.{name}", depth - 1)
    elif isinstance(value, list):
        for item in value:
            yield from _list_members(item, f"{place}[]", depth - 1)
