"""Rules for faults from a file: reading it, checking it, and telling what it would do.

The file is JSON (a list of rules, or `{"faults": […]}`) or TOML (`[[faults]]`); a rule is what
`POST /_mock/faults` takes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from mockserver.base.close_names import render_hint
from mockserver.base.documents import parse_json, parse_toml
from mockserver.base.errors import EmulatorError
from mockserver.base.json_places import find_line
from mockserver.base.struct_errors import explain_struct_error
from mockserver.base.toml_places import find_toml_line
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.files import read_text
from mockserver.contract.routing import ROUTES
from mockserver.rules.fault_registry import FaultRegistry
from mockserver.rules.faults import Call, FaultRequest, Injection
from mockserver.rules.jobs import TRANSITIONS

_SHAPE = 'JSON: a list of rules, or {"faults": […]}; TOML: [[faults]]'


class RuleFile(NamedTuple):
    """A file of rules.

    Attributes:
        path: Where it is.
        text: What is in it.
        document: The same, parsed.
    """

    path: Path
    text: str
    document: Any

    def list_rules(self) -> list[FaultRequest]:
        """Return the rules.

        Raises:
            EmulatorError: there are none, or one is not written as one.
        """
        rules = self.document
        if isinstance(rules, dict) and set(rules) == {"faults"}:
            rules = rules["faults"]
        if not isinstance(rules, list):
            raise EmulatorError(f"{self.path}: there is no list of rules", hint=_SHAPE)
        return [self._parse_rule(index, rule) for index, rule in enumerate(rules)]

    def _parse_rule(self, index: int, rule: Any) -> FaultRequest:
        try:
            return msgspec.convert(rule, FaultRequest)
        except msgspec.ValidationError as error:
            hint = explain_struct_error(error, FaultRequest).hint
            raise EmulatorError(f"{self.render_place(index)}: {error}", hint=hint) from None

    def render_place(self, index: int) -> str:
        """Return where a rule is written: `faults.json: line 3: faults[1]`."""
        if self.path.suffix == ".toml":
            line = find_toml_line(self.text, ["faults", index])
        else:
            above = "$" if isinstance(self.document, list) else "$.faults"
            line = find_line(self.text, f"{above}[{index}]")
        where = f"{self.path}: line {line}" if line else f"{self.path}"
        return f"{where}: faults[{index}]"


def read_rule_file(path: Path) -> RuleFile:
    """Read a file of rules.

    Raises:
        EmulatorError: it cannot be read, or is neither JSON nor TOML.
    """
    try:
        text = read_text(path)
        document = parse_toml(text) if path.suffix == ".toml" else parse_json(text)
    except ValueError as error:
        raise EmulatorError(f"{path}: {error}", hint=_SHAPE) from None
    return RuleFile(path, text, document)


def arm_rules(path: Path, add: Callable[[FaultRequest], object]) -> int:
    """Add each rule of a file, in order; return how many there are.

    Raises:
        EmulatorError: the file cannot be read, or a rule cannot be; names file, line and index.
    """
    file = read_rule_file(path)
    rules = file.list_rules()
    for index, wanted in enumerate(rules):
        try:
            add(wanted)
        except EmulatorError as error:
            message = f"{file.render_place(index)}: {error.message}"
            raise EmulatorError(message, hint=error.hint) from None
    return len(rules)


def make_call(catalogue: Catalogue, **about: str | None) -> Call:
    """Return a call with this key, route, model and state.

    Raises:
        EmulatorError: there is no such route, model or state.
    """
    models = catalogue.models
    known: dict[str, Collection[str]] = {"model": models, "route": ROUTES, "state": TRANSITIONS}
    for name, words in known.items():
        word = about.get(name)
        if word is not None and word not in words:
            is_slug = words is models
            hint = models.render_hint(word) if is_slug else render_hint(word, words, f"{name}s")
            raise EmulatorError(f"there is no {name} {word!r}", hint=hint)
    return msgspec.convert(about, Call)


def list_injections(registry: FaultRegistry, call: Call, calls: int) -> list[Injection | None]:
    """Return what strikes each of so many equal calls, one after the other."""
    return [registry.match(call) for _ in range(calls)]
