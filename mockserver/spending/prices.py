"""The most that a run can cost by what its contract says; nothing where no contract bounds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from mockserver.contract.model_terms import Names
from mockserver.contract.models import Model
from mockserver.contract.parameter_values import find_value, read_number, read_seconds, spell
from mockserver.contract.run_parameters import FRAMES_PER_S

_UNPRICED_LEVELS = {"listed", "unknown"}
_GUESSES = {"inferred"}


def find_worst_price(model: Model, parameters: Mapping[str, Any]) -> Decimal | None:
    """Return an upper bound of what a run costs, in US dollars; None where there is none.

    A parameter that decides and was not sent may have its dearest value: what the service takes
    as its default is its own matter. A mean of past calls, which is all that the vendor's
    directory has, bounds nothing, and no factor makes a bound of it.
    """
    evidence = _find_price_evidence(model)
    if evidence <= _GUESSES:
        return None
    units = _find_most_units(model, parameters)
    asked = parameters if evidence.isdisjoint(_GUESSES) else {}
    return None if units is None else _find_dearest_tier(model, asked) * units


def _find_price_evidence(model: Model) -> set[str]:
    """Return the evidence of what a contract says of a price, but for means of the directory.

    Where some of it is a guess, as the tier between two published ones is, no tier is believed
    and the dearest one counts.
    """
    if model.terms.level in _UNPRICED_LEVELS:
        return set()
    told = [row for row in model.terms.provenance if "price" in row["what"]]
    return {
        row["evidence"] for row in told if "directory" not in row["what"] + row.get("source", "")
    }


def _find_dearest_tier(model: Model, parameters: Mapping[str, Any]) -> Decimal:
    """Return the price of a unit: the tier that was asked for, or the dearest that there is."""
    price = model.terms.price
    asked = list(_list_values(parameters, price.parameter))
    tiers = [price.usd_by_value.get(spell(value)) for value in asked]
    known = [tier for tier in tiers if tier is not None]
    if known and len(known) == len(tiers):
        return max(known)
    return max(price.usd, *price.usd_by_value.values()) if price.usd_by_value else price.usd


def _find_most_units(model: Model, parameters: Mapping[str, Any]) -> Decimal | None:
    """Return how many runs, seconds or pictures are paid for at the most."""
    terms = model.terms
    if terms.price.per == "run":
        return Decimal(1)
    if terms.price.per == "second":
        return _find_most_seconds(model, parameters)
    names = terms.output.count_parameter
    if not names and terms.base64:
        names = terms.base64.count_parameter
    return _find_most(model, parameters, names) if names else Decimal(1)


def _find_most_seconds(model: Model, parameters: Mapping[str, Any]) -> Decimal | None:
    duration = model.terms.output.duration
    if duration is None:
        return None
    if not duration.parameter and not duration.frames_parameter:
        return Decimal(str(duration.default_s))
    asked = [_find_most(model, parameters, duration.parameter)] if duration.parameter else []
    if duration.frames_parameter and (
        not asked or find_value(parameters, duration.frames_parameter) is not None
    ):
        frames = _find_most(model, parameters, duration.frames_parameter)
        rate = read_number(find_value(parameters, duration.frames_per_second_parameter))
        slowest = min(Decimal(str(rate)), Decimal(FRAMES_PER_S)) if rate else Decimal(1)
        asked.append(None if frames is None else frames / max(slowest, Decimal(1)))
    known = [seconds for seconds in asked if seconds is not None]
    return max(known) if known and len(known) == len(asked) else None


def _find_most(model: Model, parameters: Mapping[str, Any], names: Names) -> Decimal | None:
    """Return the number that was asked for, or the highest that the contract lets anyone ask."""
    asked = [read_seconds(value) for value in _list_values(parameters, names)]
    numbers = [Decimal(str(number)) for number in asked if number is not None and number > 0]
    if numbers and len(numbers) == len(asked):
        return max(numbers)
    return max(
        (most for name in names if (most := _find_highest(model.properties.get(name, {})))),
        default=None,
    )


def _find_highest(schema: Mapping[str, Any]) -> Decimal | None:
    """Return the highest number that a schema allows; None where it bounds nothing."""
    if "maximum" in schema:
        return Decimal(str(schema["maximum"]))
    listed = [read_seconds(value) for value in schema.get("enum", ())]
    return max((Decimal(str(number)) for number in listed if number is not None), default=None)


def _list_values(parameters: Mapping[str, Any], names: Names) -> Iterator[Any]:
    """Yield the values under all names of a parameter: which of them decides is not known."""
    return (value for name in names if (value := parameters.get(name)) is not None)
