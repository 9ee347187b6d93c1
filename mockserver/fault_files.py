"""Rules for faults from a file: reading it, checking it, and telling what it would do.

The file is JSON (a list of rules, or `{"faults": […]}`) or TOML (`[[faults]]`); a rule is what
`POST /_mock/faults` takes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import msgspec

from mockserver.base.documents import parse_json, parse_toml
from mockserver.base.errors import EmulatorError
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.files import read_text
from mockserver.contract.routing import ROUTES
from mockserver.rules.fault_registry import FaultRegistry
from mockserver.rules.faults import Call, FaultRequest, Injection
from mockserver.rules.jobs import TRANSITIONS

_SHAPE = 'JSON: a list of rules, or {"faults": […]}; TOML: [[faults]]'


def read_rules(file: Path) -> list[FaultRequest]:
    """Read the rules of a file.

    Raises:
        EmulatorError: it cannot be read, or a rule is not written as one; names file and index.
    """
    try:
        text = read_text(file)
        document = parse_toml(text) if file.suffix == ".toml" else parse_json(text)
    except ValueError as error:
        raise EmulatorError(f"{file}: {error}", hint=_SHAPE) from None
    return [
        _parse_rule(file, index, rule) for index, rule in enumerate(_find_rules(file, document))
    ]


def _find_rules(file: Path, document: Any) -> list[Any]:
    """Return the rules of a document, unread."""
    if isinstance(document, dict) and set(document) == {"faults"}:
        document = document["faults"]
    if not isinstance(document, list):
        raise EmulatorError(f"{file}: there is no list of rules", hint=_SHAPE)
    return document


def _parse_rule(file: Path, index: int, rule: Any) -> FaultRequest:
    try:
        return msgspec.convert(rule, FaultRequest)
    except msgspec.ValidationError as error:
        hint = 'a rule is what POST /_mock/faults takes, like {"do": {"status": 503}}'
        raise EmulatorError(f"{file}: faults[{index}]: {error}", hint=hint) from None


def arm_rules(file: Path, add: Callable[[FaultRequest], object]) -> int:
    """Add each rule of a file, in order; return how many there are.

    Raises:
        EmulatorError: the file cannot be read, or a rule cannot be; names file and index.
    """
    rules = read_rules(file)
    for index, wanted in enumerate(rules):
        try:
            add(wanted)
        except EmulatorError as error:
            message = f"{file}: faults[{index}]: {error.message}"
            raise EmulatorError(message, hint=error.hint) from None
    return len(rules)


def make_call(catalogue: Catalogue, **about: str | None) -> Call:
    """Return a call with this key, route, model and state.

    Raises:
        EmulatorError: there is no such route, model or state.
    """
    known: dict[str, Collection[str]] = {
        "model": catalogue.models,
        "route": ROUTES,
        "state": TRANSITIONS,
    }
    for name, words in known.items():
        if about.get(name) is not None and about[name] not in words:
            raise EmulatorError(
                f"there is no {name} {about[name]!r}", hint=f"{name}s: {', '.join(words)}"
            )
    return msgspec.convert(about, Call)


def list_injections(registry: FaultRegistry, call: Call, calls: int) -> list[Injection | None]:
    """Return what strikes each of so many equal calls, one after the other."""
    return [registry.match(call) for _ in range(calls)]
