"""What a fault can do, and which routes a rule can name: all that a form for rules needs."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.contract.catalogue import Catalogue
from mockserver.control.routes import render_route


def list_effects(catalogue: Catalogue) -> dict[str, Any]:
    """Return the rows of contracts/faults.json, and the routes that any effect can strike."""
    struck = {name for row in catalogue.faults for name in row.routes}
    return {
        "effects": msgspec.to_builtins(catalogue.faults),
        "routes": [render_route(row) for row in catalogue.routes if row.name in struck],
    }
