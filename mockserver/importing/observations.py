"""What was seen of a model's parameters, as JSON Schemas that refuse no more than is proven.

A keyword of a schema refuses where a source that can be relied on states it whole, and nothing that
was seen in use breaks it. Every other claim goes into `x-advice`: a schema that advises (P6, P7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jsonschema_rs
import msgspec

from mockserver.importing.spellings import find_spellings, read_as
from mockserver.importing.type_words import parse_type

UNKNOWN = msgspec.UNSET
"""A default that no source states; null is one."""

PROVES_REQUIRED = frozenset({"seed", "live", "recorded"})
"""Evidence on which a missing parameter is refused; a page's word alone is no proof (P6)."""

REFUSES = PROVES_REQUIRED | {"docs", "sdk"}
"""Evidence on which types, complete lists of values and ranges refuse."""

_STATES_DEFAULT = REFUSES | {"vendor-code", "third", "inferred"}
"""Evidence of a default that is the model's own; that of a client is the client's."""


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says of one parameter; a claim that it does not make is left out.

    Attributes:
        evidence: The source's class of evidence, `docs` or `clients` for example.
        type: The type in the source's words, as `parse_type` reads them.
        required: Whether the source calls it required.
        default: Its default.
        minimum: The lowest number that it may be.
        maximum: The highest one.
        values: The values that it may be.
        values_cut: Whether there are more values than `values` has.
        seen: Values that were sent in published payloads.
        description: What it is for.
        advice: A JSON Schema of the parameter that only advises.
    """

    evidence: str
    type: str | None = None
    required: bool | None = None
    default: Any = UNKNOWN
    minimum: int | float | None = None
    maximum: int | float | None = None
    values: Sequence[Any] | None = None
    values_cut: bool = False
    seen: Sequence[Any] = ()
    description: str = ""
    advice: Mapping[str, Any] = {}


class Parameters(msgspec.Struct, frozen=True):
    """The parameters of a model as parts of a contract.

    Attributes:
        properties: The schema of each parameter, with `x-evidence` and `x-advice`.
        required: Names of those without which a run is refused.
        advice: What the contract's own `x-advice` says: `{}` or `{"required": [...]}`.
        notes: What could not be taken as it was stated, a clause each that begins with the name.
    """

    properties: dict[str, dict[str, Any]]
    required: list[str]
    advice: dict[str, Any]
    notes: list[str]


def make_properties(
    observations: Mapping[str, Sequence[Observation]],
    samples: Sequence[Mapping[str, Any]] = (),
) -> Parameters:
    """Return the properties of a contract, made of what was observed of each parameter.

    Args:
        observations: For each name what the sources say, the weightiest first.
        samples: Published payloads of the model: what each of them has may be refused when it is
            missing, if a source calls it required as well.
    """
    made = {name: _Property(name, seen, samples) for name, seen in observations.items()}
    called = [name for name, each in made.items() if each.is_called_required]
    required = [name for name in called if made[name].is_proven_required]
    advised = [name for name in called if name not in required and not made[name].is_left_out]
    for name in required:
        made[name].forbid_emptiness()
    return Parameters(
        {name: each.render() for name, each in made.items()},
        required,
        {"required": advised} if advised else {},
        [f"{name}: {note}" for name, each in made.items() for note in each.notes],
    )


class _Property:
    """One parameter while its schema is put together, claim by claim."""

    def __init__(
        self, name: str, observed: Sequence[Observation], samples: Sequence[Mapping[str, Any]]
    ) -> None:
        self.name = name
        self.notes: list[str] = []
        self._observed = observed
        self._schema: dict[str, Any] = {}
        self._advice: dict[str, Any] = {}
        self._sent = [sample[name] for sample in samples if sample.get(name) is not None]
        self._in_every_sample = bool(samples) and len(self._sent) == len(samples)
        self.is_left_out = len(self._sent) < len(samples)
        defaults = [each.default for each in observed if each.default is not UNKNOWN]
        self._default = _find_default(observed)
        listed = [value for each in observed for value in (*each.seen, *(each.values or ()))]
        self._used = [value for value in (*listed, *defaults, *self._sent) if value is not None]
        for each in observed:
            self._take(each)

    @property
    def is_called_required(self) -> bool:
        """Tell whether a source calls it required, and none that it is null when left out (P2)."""
        return self._default is not None and any(each.required for each in self._observed)

    @property
    def is_proven_required(self) -> bool:
        """Tell whether a run without it is refused."""
        called = {each.evidence for each in self._observed if each.required}
        said = bool(called & REFUSES) and self._in_every_sample
        return said or bool(called & PROVES_REQUIRED)

    def forbid_emptiness(self) -> None:
        """Refuse an empty prompt, which is as good as none (T10)."""
        if self._schema == {"type": "string"} and self.name == "prompt":
            self._schema["minLength"] = 1

    def render(self) -> dict[str, Any]:
        schema = dict(self._schema)
        described = next((each.description for each in self._observed if each.description), "")
        if described:
            schema["description"] = described
        if self._default is None:
            _accept_null(schema)
        if self._default is not UNKNOWN:
            schema["default"] = read_as(self._default, self._schema)
        if self._observed:
            schema["x-evidence"] = self._observed[0].evidence
        if self._advice:
            schema["x-advice"] = self._advice
        return schema

    def _take(self, seen: Observation) -> None:
        """Take over the claims of one source, as far as no weightier one has made them."""
        reliable = seen.evidence in REFUSES
        add = self._add if reliable else self._add_unless_disproved
        kind = parse_type(seen.type) if seen.type else {}
        if kind is None:
            self.notes.append(f"the type {seen.type!r} is not known, so any value passes")
            kind = {}
        word = {"type": kind["type"]} if "type" in kind else {}
        form = {keyword: value for keyword, value in kind.items() if keyword not in word}
        add(word, "type", refuses=reliable)
        add(form, "type", refuses=reliable)
        if seen.values:
            listed = {"enum": [read_as(value, word) for value in seen.values]}
            add(listed, "list of values", refuses=reliable and not seen.values_cut)
        limits = {"minimum": seen.minimum, "maximum": seen.maximum}
        stated = {keyword: limit for keyword, limit in limits.items() if limit is not None}
        is_number = word.get("type", "number") in ("number", "integer")
        add(stated, "range", refuses=reliable and is_number)
        for keyword, value in seen.advice.items():
            self._advice.setdefault(keyword, value)
        if seen.evidence not in _STATES_DEFAULT and seen.default is not UNKNOWN:
            self._advice.setdefault("default", seen.default)

    def _add(self, claim: dict[str, Any], what: str, *, refuses: bool) -> None:
        """Let a claim refuse, or only advise where its source is weak or a value breaks it."""
        if not claim or any(keyword in self._schema for keyword in claim):
            return
        if refuses and (breaker := self._find_breaker(claim, self._used)):
            self.notes.append(f"{breaker[0]!r} is in use and breaks the {what}, which only advises")
            refuses = False
        target = self._schema if refuses else self._advice
        for keyword, value in claim.items():
            target.setdefault(keyword, value)

    def _add_unless_disproved(self, claim: dict[str, Any], what: str, *, refuses: bool) -> None:
        """Take what a weak source claims, but for what a published payload breaks."""
        if not self._find_breaker(claim, self._sent):
            self._add(claim, what, refuses=refuses)

    def _find_breaker(self, claim: dict[str, Any], values: Sequence[Any]) -> tuple[Any] | None:
        """Return one of these values, in a tuple, that breaks the schema with this claim in it.

        It breaks it if it does so in whatever way it is read (P1); a range is one of numbers.
        """
        number = {"type": "number"} if claim.keys() & {"minimum", "maximum"} else {}
        takes = jsonschema_rs.validator_for({**number, **self._schema, **claim}).is_valid
        for value in values:
            if not any(map(takes, find_spellings(value))):
                return (value,)
        return None


def _find_default(observed: Sequence[Observation]) -> Any:
    """Return the model's own default of the weightiest source that states one."""
    stated = (
        each.default
        for each in observed
        if each.default is not UNKNOWN and each.evidence in _STATES_DEFAULT
    )
    return next(stated, UNKNOWN)


def _accept_null(schema: dict[str, Any]) -> None:
    """Widen a schema so that it takes null, which is its own default."""
    if "type" in schema:
        named = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        schema["type"] = [*dict.fromkeys([*named, "null"])]
    if "anyOf" in schema:
        schema["anyOf"] = [*schema["anyOf"], {"type": "null"}]
    if "enum" in schema and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
