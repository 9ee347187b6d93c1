"""What is wrong with a value that does not fit a struct, and what would have fitted."""

from __future__ import annotations

import re
from typing import Any

from msgspec import inspect

from mockserver.base.close_names import render_hint
from mockserver.base.errors import EmulatorError

_UNKNOWN_FIELD = re.compile(r"unknown field `(.*)`", re.DOTALL)
_WRONG_WORD = re.compile(r"Invalid enum value '(.*)'", re.DOTALL)
_PLACE = re.compile(r" - at `\$(.*)`$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[[^\]]*\]")


def explain_struct_error(error: Exception, kind: type[Any], what: str = "fields") -> EmulatorError:
    """Return an error of msgspec as one for the emulator's user.

    The hint lists what could have stood in the place that the error names, a field or one of a
    few words, and says which of them was meant if one is like what came.

    Args:
        error: What msgspec has raised.
        kind: The struct that was wanted.
        what: What the fields of the struct are called.
    """
    said = str(error)
    place = _PLACE.search(said)
    steps = [name or "[]" for name in _STEP.findall(place[1])] if place else []
    holder, node = _follow(inspect.type_info(kind), steps)
    reason = _PLACE.sub("", said)
    if unknown := _UNKNOWN_FIELD.search(reason):
        called = "fields" if steps else what
        return EmulatorError(said, hint=render_hint(unknown[1], _list_fields(node), called))
    wrong, words = _WRONG_WORD.search(reason), _list_words(node)
    if wrong and words:
        return EmulatorError(said, hint=render_hint(wrong[1], words, steps[-1]))
    return EmulatorError(said, hint=render_hint("", _list_fields(holder), what))


def _follow(node: inspect.Type, steps: list[str]) -> tuple[inspect.Type, inspect.Type]:
    """Return the type at a place, and that of the innermost struct around it."""
    holder = node
    for step in steps:
        if step == "[]":
            node = _find_items(node)
            continue
        holder = _find_struct(node) or holder
        node = next(
            (each.type for each in getattr(holder, "fields", ()) if each.encode_name == step),
            inspect.AnyType(),
        )
    return holder, node


def _list_alternatives(node: inspect.Type) -> tuple[inspect.Type, ...]:
    return node.types if isinstance(node, inspect.UnionType) else (node,)


def _find_struct(node: inspect.Type) -> inspect.StructType | None:
    found = (each for each in _list_alternatives(node) if isinstance(each, inspect.StructType))
    return next(found, None)


def _find_items(node: inspect.Type) -> inspect.Type:
    """Return the type of what a list or a mapping holds."""
    for each in _list_alternatives(node):
        if isinstance(each, inspect.DictType):
            return each.value_type
        if isinstance(each, inspect.CollectionType):
            return each.item_type
    return inspect.AnyType()


def _list_fields(node: inspect.Type) -> list[str]:
    struct = _find_struct(node)
    return [field.encode_name for field in struct.fields] if struct else []


def _list_words(node: inspect.Type) -> list[str]:
    """Return the words that can stand in a place; numbers among them as they are written."""
    return [
        str(value)
        for each in _list_alternatives(node)
        if isinstance(each, inspect.LiteralType)
        for value in each.values
    ]
