"""Single changes of an answer: a status, a member left out, renamed or retyped, a header less."""

from __future__ import annotations

import json
from copy import deepcopy

import msgspec

from mockserver.facts.observed import Body

STATUSES = (200, 201, 202, 204, 400, 401, 402, 403, 404, 406, 409, 410, 422, 429, 500)
UNTOLD_HEADERS = {"content-length", "date", "connection"}
"""Headers of HTTP itself, about which the register says nothing."""


def list_mutations(exchange):
    """Return every single change of an answer as its kind and the fields that it changes."""
    yield from _list_statuses(exchange)
    yield from _list_headers(exchange)
    document = exchange.body.document
    if document is not msgspec.UNSET:
        for kind, changed in _list_members(document):
            yield kind, {"body": Body.of(json.dumps(changed).encode())}


def _list_statuses(exchange):
    for status in STATUSES:
        if status != exchange.status:
            yield f"status {exchange.status} -> {status}", {"status": status}


def _list_headers(exchange):
    for name, _ in exchange.headers:
        if name not in UNTOLD_HEADERS:
            kept = tuple(each for each in exchange.headers if each[0] != name)
            yield f"header {name} dropped", {"headers": kept}
            renamed = (*kept, (f"{name}-x", exchange.find_header(name)))
            yield f"header {name} renamed", {"headers": renamed}


def _list_members(document):
    """Yield a JSON value with one member, at any depth, left out, renamed or of another type."""
    for path, value in _walk(document, ()):
        shown = ".".join("[]" if isinstance(step, int) else step for step in path)
        for verb, change in (("dropped", _drop), ("renamed", _rename), ("retyped", _retype)):
            changed = deepcopy(document)
            holder = changed
            for step in path[:-1]:
                holder = holder[step]
            if change(holder, path[-1], value):
                yield f"body {shown} {verb}", changed


def _walk(value, path):
    """Yield the place and the value of each member; of a list the first element alone."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield (*path, name), member
            yield from _walk(member, (*path, name))
    elif isinstance(value, list) and value:
        yield from _walk(value[0], (*path, 0))


def _drop(holder, step, _value):
    del holder[step]
    return True


def _rename(holder, step, value):
    del holder[step]
    holder[f"{step}_of_it"] = value
    return True


def _retype(holder, step, value):
    if isinstance(value, str):
        holder[step] = 7
    elif isinstance(value, dict):
        holder[step] = [value]
    else:
        holder[step] = str(value)
    return True
