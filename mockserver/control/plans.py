"""The plans that an account can be on."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.contract.catalogue import Catalogue


def list_plans(catalogue: Catalogue) -> dict[str, Any]:
    """Return the rows of contracts/plans.json."""
    return {"plans": msgspec.to_builtins(list(catalogue.plans.values()))}
