"""How much is known of a model, and from where: what lists, documents and headers tell of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.base.plurals import count
from mockserver.contract.model_terms import Terms
from mockserver.contract.models import Model

LEVELS = {
    "verified": "all of its parameters are known",
    "partial": "some of its parameters are known, and nothing is refused that may be right",
    "listed": "the vendor's directory knows it, and any JSON object runs",
}
"""What each level means."""

_IN_NO_LIST = "no list has it, and any JSON object runs"

EVIDENCE = {
    "seed": "the model's page",
    "docs": "the vendor's documentation",
    "live": "seen live",
    "recorded": "a recording of the service",
    "sdk": "the vendor's SDK",
    "clients": "public clients",
    "third": "outsiders' profile of the API",
    "vendor-code": "other code of the vendor",
    "samples": "samples on the model's page",
    "inferred": "assumed",
}
"""What each class of evidence is."""

_ABOUT_A_PARAMETER = {"title", "description", "x-evidence"}
_GAPS = {
    "enum": "the other values of",
    "type": "whether another type is refused for",
    "default": "whether the default holds for",
}
_OTHER_GAP = "whether bounds and form hold for"


def describe_level(level: str) -> str:
    """Say what a level means, that of a model too which no list has."""
    return f"{level}: {LEVELS.get(level, _IN_NO_LIST)}"


def make_evidence(terms: Terms) -> dict[str, Any]:
    """Return the level of a model and the provenance of each group of its claims."""
    return {"level": terms.level, "provenance": terms.provenance}


def find_gaps(model: Model) -> Iterator[str]:
    """Yield what is not known of the parameters of a model, a phrase for each kind of gap."""
    if model.terms.level != "verified":
        known = count(len(model.properties), "parameter")
        yield f"what it takes beside {known}" if model.properties else "what it takes"
    if required := model.schema.get("x-advice", {}).get("required"):
        yield _render_gap("whether it can do without", required)
    bare = [
        name for name, schema in model.properties.items() if not schema.keys() - _ABOUT_A_PARAMETER
    ]
    if bare:
        yield _render_gap("type and values of", bare)
    advised: dict[str, list[str]] = {}
    for name, schema in model.properties.items():
        for keyword in schema.get("x-advice", ()):
            names = advised.setdefault(_GAPS.get(keyword, _OTHER_GAP), [])
            if name not in names:
                names.append(name)
    yield from (_render_gap(*gap) for gap in advised.items())


def _render_gap(what: str, names: list[str]) -> str:
    return f"{what} {', '.join(names)}"
