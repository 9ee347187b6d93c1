"""The terms of a model (`x-model`): what a source says, completed by how its kind mostly is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from mockserver.contract.kinds import Kind
from mockserver.contract.model_terms import Output, Terms, parse_terms
from mockserver.contract.output_defaults import adjust_output, find_defaults
from mockserver.contract.parameter_names import list_names, select_names
from mockserver.importing.assumptions import Assumption
from mockserver.importing.drafts import Draft


class TermsMaker:
    """Makes the terms of a model, and notes what it takes for granted.

    Args:
        draft: What the source says.
        kind: How a model of its task mostly is.
        known: The terms of the model of this slug that comes along, if there is one.
    """

    def __init__(self, draft: Draft, kind: Kind, known: Terms | None = None) -> None:
        self.assumptions: list[Assumption] = []
        self._draft = draft
        self._known = known
        self._task = kind.task
        self._usual = select_names(kind.model, draft.properties)
        self._defaults = find_defaults(draft.properties)

    def make(self) -> dict[str, Any]:
        """Return the terms without level and provenance."""
        usual = self._usual
        terms = {
            "slug": self._draft.slug,
            "task": self._task,
            "retired": False,
            "v1_returns": self._find_v1(usual["output"]["media"]),
            "typical_s": self._find_seconds(),
            "price": self._find_price(),
            "output": usual["output"],
        }
        terms["output"] = self._adjust_output(parse_terms(terms).output)
        if "parameter" in usual.get("seed", {}):
            terms["seed"] = self._make_seed(usual["seed"])
        if "parameter" in usual.get("base64", {}):
            terms["base64"] = usual["base64"]
        return terms

    def _assume(self, about: str, reason: str) -> None:
        self.assumptions.append(Assumption(about, reason))

    def _find_v1(self, media: str) -> str:
        stated = self._draft.v1_returns
        if stated in {"json", media}:
            return str(stated)
        known = self._known.v1_returns if self._known else None
        usual = str(known if known in {"json", media} else self._usual["v1_returns"])
        self._assume("v1_returns", self._explain(usual, stated))
        return usual

    def _find_seconds(self) -> float:
        if self._draft.seconds is not None:
            return self._draft.seconds
        usual = self._known.typical_s if self._known else float(self._usual["typical_s"])
        self._assume("typical_s", self._explain(f"{usual:g}"))
        return usual

    def _find_price(self) -> dict[str, Any]:
        usd = self._draft.usd
        if not usd:
            usual = msgspec.to_builtins(self._known.price) if self._known else self._usual["price"]
            price = select_names(usual, self._draft.properties)
            if "parameter" not in price:
                price.pop("usd_by_value", None)
            if price.get("per") == "run":
                del price["per"]
            self._assume("price", self._explain(f"${price['usd']}"))
            return price
        middle = sum(usd, Decimal(0)) / len(usd)
        if usd[0] != usd[-1]:
            said = f"the source says ${usd[0]} - ${usd[-1]}"
            self._assume("price", f"{said}; the middle, ${middle}, is assumed for every run")
        price = {"usd": f"{middle:f}"}
        output = self._usual["output"]
        is_told = {"second": "duration" in output, "picture": output["media"] == "image"}
        if is_told.get(self._draft.per):
            price["per"] = self._draft.per
        elif self._draft.per == "second":
            self._assume("price", "it is stated by the second, and what is made does not play")
        return price

    def _explain(self, value: str, stated: str | None = None) -> str:
        """Return why a value is assumed that the source does not have."""
        said = f"the source says {stated}" if stated else "the source does not say"
        whose = (
            "the contract that comes along"
            if self._known
            else f"most models of the task {self._task}"
        )
        return f"{said}; {value} is assumed, as of {whose}"

    def _adjust_output(self, output: Output) -> dict[str, Any]:
        """Return the output with size and length as the parameters' own defaults have them."""
        adjusted = adjust_output(self._usual["output"], output, self._defaults)
        if (size := output.size) is not None:
            names = (*size.parameters, *size.width_parameter, *size.megapixels_parameter)
            self._check_default("output.size", names, adjusted["size"]["default"])
        if (duration := output.duration) is not None:
            names = (*duration.parameter, *duration.frames_parameter)
            self._check_default(
                "output.duration", names, f"{adjusted['duration']['default_s']:g} s"
            )
        return adjusted

    def _check_default(self, about: str, names: tuple[str, ...], value: str) -> None:
        if self._defaults.keys().isdisjoint(names):
            self._assume(about, f"no default of a parameter says it; {value} is assumed")

    def _make_seed(self, usual: dict[str, Any]) -> dict[str, Any]:
        """Return the range from which a seed is drawn: the parameter's own, if it has one."""
        name = list_names(usual["parameter"])[0]
        schema = self._draft.properties[name]
        bounds = schema if isinstance(schema, dict) else {}
        low, high = bounds.get("minimum"), bounds.get("maximum")
        if not (isinstance(low, int) and isinstance(high, int) and low <= high):
            known = self._known.seed if self._known else None
            seed = {**usual, "minimum": known.minimum, "maximum": known.maximum} if known else usual
            drawn = f"no range is stated; {seed['minimum']} to {seed['maximum']}"
            self._assume(f"parameter {name}", f"{drawn} is assumed where none is sent")
            return seed
        if low > usual.get("drawn_for", low):
            return {"parameter": usual["parameter"], "minimum": max(0, low), "maximum": high}
        return {**usual, "minimum": max(0, low), "maximum": max(0, high)}
