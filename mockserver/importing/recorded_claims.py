"""What recorded runs say of a model's parameters: what was taken, and what could not be missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jsonschema_rs

from mockserver.importing.assumptions import Assumption
from mockserver.importing.observations import Observation
from mockserver.importing.recorded_runs import RecordedRun, is_whole
from mockserver.importing.spellings import find_spellings

_REQUIRED = re.compile(
    r"(?:parameter|field)?\s*['\"`]?(?P<name>[A-Za-z][A-Za-z0-9_ ]{0,60}?)['\"`]?"
    r"\s+(?:is|are)\s+(?:a\s+)?(?:required|missing)\b",
    re.IGNORECASE,
)
"""What a refusal calls required: `Prompt is required for …`, `'image' is a required property`."""

_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
_CLAIMS_NOTHING = {"title", "description", "default", "examples", "x-evidence", "x-advice"}
_MOST_SAMPLES = 3


def list_accepted(runs: Sequence[RecordedRun]) -> list[dict[str, Any]]:
    """Return the parameters of the runs that succeeded."""
    return [run.sent for run in runs if run.error is None]


def list_samples(runs: Sequence[RecordedRun]) -> list[dict[str, Any]]:
    """Return the first different payloads of those that were kept as they were."""
    samples: list[dict[str, Any]] = []
    for sent in filter(is_whole, list_accepted(runs)):
        if sent not in samples:
            samples.append(sent)
    return samples[:_MOST_SAMPLES]


def find_required(runs: Sequence[RecordedRun]) -> list[str]:
    """Return what was refused for being left out, or empty, and was in all that succeeded."""
    accepted = list_accepted(runs)
    named = {
        name: None
        for run in runs
        if run.error and (name := _find_missing_name(run.error)) and not run.sent.get(name)
    }
    return [name for name in named if all(sent.get(name) for sent in accepted)]


def _find_missing_name(error: str) -> str | None:
    found = _REQUIRED.match(error.strip())
    return found["name"].strip().lower().replace(" ", "_") if found else None


def observe_parameters(runs: Sequence[RecordedRun]) -> dict[str, list[Observation]]:
    """Return what was seen of each parameter that was sent with success, or is required.

    A value that was taken proves neither that another is refused nor that it must be there.
    """
    required = find_required(runs)
    sent: dict[str, list[Any]] = {name: [] for name in required}
    for payload in list_accepted(runs):
        for name, value in payload.items():
            sent.setdefault(name, []).append(value)
    return {
        name: [
            Observation(
                evidence="recorded",
                required=name in required or None,
                seen=[value for value in values if is_whole(value)],
                advice=_advise_type(values),
            )
        ]
        for name, values in sent.items()
    }


def _advise_type(values: Sequence[Any]) -> dict[str, Any]:
    """Return the one type that was seen, which only advises; nothing where it was dropped."""
    seen = {_TYPES.get(type(value), "") for value in values if value is not None}
    is_known = all(map(is_whole, values)) and len(seen) == 1
    return {"type": seen.pop()} if is_known and seen != {""} else {}


def widen_property(schema: Mapping[str, Any], values: Sequence[Any]) -> dict[str, Any]:
    """Return a parameter's schema in which what these values break only advises."""
    kept, advice = dict(schema), dict(schema.get("x-advice", {}))
    for keyword in [*schema.keys() - _CLAIMS_NOTHING]:
        if not all(_takes({keyword: schema[keyword]}, value) for value in values):
            advice[keyword] = kept.pop(keyword)
    return {**kept, "x-advice": advice} if advice else kept


def _takes(schema: Mapping[str, Any], value: Any) -> bool:
    """Tell whether a schema takes a value in one of the ways in which it may be read (P1, P2)."""
    takes = jsonschema_rs.validator_for(dict(schema)).is_valid
    return value is None or any(map(takes, find_spellings(value)))


def list_refusals(runs: Sequence[RecordedRun], required: Sequence[str]) -> Iterator[Assumption]:
    """Yield what else was refused: one refusal says what does not pass, not what does."""
    told = dict.fromkeys(run.error for run in runs if run.error)
    for error in list(told)[:_MOST_SAMPLES]:
        if error and _find_missing_name(error) not in required:
            yield Assumption("refusal", f"{error[:200]!r} came; it proves no rule, so none is made")
