"""How much is known of a model, and from where: what lists, documents and headers tell of it."""

from __future__ import annotations

from typing import Any

from mockserver.contract.model_terms import Terms


def make_evidence(terms: Terms) -> dict[str, Any]:
    """Return the level of a model and the provenance of each group of its claims."""
    return {"level": terms.level, "provenance": terms.provenance}
