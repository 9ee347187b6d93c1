"""The terms of a model (`x-model`): what a source says, completed by how its kind mostly is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from mockserver.contract.parameter_values import parse_size
from mockserver.importing.assumptions import Assumption
from mockserver.importing.drafts import Draft

_NAMED = ("seed", "base64")
"""Terms that mean nothing where the model has none of their parameters."""


class TermsMaker:
    """Makes the terms of a model, and notes what it takes for granted.

    Args:
        draft: What the source says.
        task: What the model turns into what.
        usual: The terms of a model of this task of which nothing else is known.
    """

    def __init__(self, draft: Draft, task: str, usual: Mapping[str, Any]) -> None:
        self.assumptions: list[Assumption] = []
        self._draft = draft
        self._task = task
        self._usual = _select_names(usual, draft.properties)
        for name in _NAMED:
            if "parameter" not in self._usual.get(name, {}):
                self._usual.pop(name, None)

    def make(self) -> dict[str, Any]:
        """Return the terms without slug, level and provenance."""
        output = self._make_output()
        terms = {
            "task": self._task,
            "retired": False,
            "v1_returns": self._find_v1(output["media"]),
            "typical_s": self._find_seconds(),
            "price": {"usd": str(self._find_price())},
            "output": output,
        }
        if "seed" in self._usual:
            terms["seed"] = self._make_seed(self._usual["seed"])
        if "base64" in self._usual:
            terms["base64"] = self._usual["base64"]
        return terms

    def _assume(self, about: str, reason: str) -> None:
        self.assumptions.append(Assumption(about, reason))

    def _find_v1(self, media: str) -> str:
        stated = self._draft.v1_returns
        if stated in {"json", media}:
            return stated
        usual = str(self._usual["v1_returns"])
        said = f"the source says {stated}" if stated else "the source does not say"
        self._assume("v1_returns", f"{said}; {usual} is assumed, as of most {self._task} models")
        return usual

    def _find_seconds(self) -> float:
        if self._draft.seconds is not None:
            return self._draft.seconds
        usual = float(self._usual["typical_s"])
        self._assume("typical_s", f"the source does not say; {usual:g} s is assumed")
        return usual

    def _find_price(self) -> Decimal:
        usd = self._draft.usd
        if not usd:
            usual = Decimal(self._usual["price"]["usd"])
            self._assume("price", f"the source does not say; ${usual} is assumed")
            return usual
        middle = sum(usd, Decimal(0)) / len(usd)
        if len(usd) > 1:
            said = f"the source says ${usd[0]} - ${usd[-1]}"
            self._assume("price", f"{said}; the middle, ${middle}, is assumed for every run")
        return middle

    def _make_output(self) -> dict[str, Any]:
        output = dict(self._usual["output"])
        if "size" in output:
            output["size"] = self._make_size(output["size"])
        if "duration" in output:
            output["duration"] = self._make_duration(output["duration"])
        return output

    def _make_size(self, usual: dict[str, Any]) -> dict[str, Any]:
        size = dict(usual)
        sides = [size.pop(name, None) for name in ("width_parameter", "height_parameter")]
        if all(sides):
            size |= {"width_parameter": sides[0], "height_parameter": sides[1]}
        size.setdefault("parameters", [])
        for spelled in self._find_sizes(size):
            return {**size, "default": spelled}
        self._assume("output.size", f"no default says it; {size['default']} is assumed")
        return size

    def _find_sizes(self, size: Mapping[str, Any]) -> Iterator[str]:
        """Yield the sizes that the parameters' own defaults spell."""
        sides = [self._find_default(size.get(f"{side}_parameter")) for side in ("width", "height")]
        if all(isinstance(side, int) and 0 < side < 10_000 for side in sides):
            yield f"{sides[0]}x{sides[1]}"
        for name in size["parameters"]:
            found = parse_size(str(self._find_default(name)))
            if found is not None:
                yield f"{found[0]}x{found[1]}"

    def _make_duration(self, usual: dict[str, Any]) -> dict[str, Any]:
        default = self._find_default(usual.get("parameter"))
        if isinstance(default, int | float) and not isinstance(default, bool) and 0 < default <= 60:
            return {**usual, "default_s": default}
        self._assume("output.duration", f"no default says it; {usual['default_s']} s is assumed")
        return usual

    def _make_seed(self, usual: dict[str, Any]) -> dict[str, Any]:
        """Return the range from which a seed is drawn: the parameter's own, if it has one."""
        name = _list_names(usual["parameter"])[0]
        schema = self._draft.properties[name]
        low, high = schema.get("minimum"), schema.get("maximum")
        if isinstance(low, int) and isinstance(high, int) and 0 <= low <= high:
            return {**usual, "minimum": low, "maximum": high}
        drawn = f"{usual['minimum']} to {usual['maximum']}"
        self._assume(f"parameter {name}", f"no range is stated; a seed is drawn from {drawn}")
        return usual

    def _find_default(self, names: object) -> Any:
        found = (self._draft.properties.get(name, {}) for name in _list_names(names))
        return next((schema["default"] for schema in found if "default" in schema), None)


def _list_names(names: object) -> list[str]:
    if isinstance(names, str):
        return [names]
    return list(names) if isinstance(names, list | tuple) else []


def _select_names(terms: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return terms that name parameters of this model alone; one name stands without a list."""
    selected: dict[str, Any] = {}
    for key, value in terms.items():
        if isinstance(value, Mapping):
            selected[key] = _select_names(value, properties)
        elif key == "parameters":
            selected[key] = [name for name in _list_names(value) if name in properties]
        elif key == "parameter" or key.endswith("_parameter"):
            names = [name for name in _list_names(value) if name in properties]
            if names:
                selected[key] = names[0] if len(names) == 1 else names
        else:
            selected[key] = value
    return selected
