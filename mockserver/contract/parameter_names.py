"""The names of parameters in the terms of a model: where one may stand, a list of them may too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any


def list_names(names: object) -> list[str]:
    """Return the names that stand where one may, or a list of them."""
    if isinstance(names, str):
        return [names]
    return list(names) if isinstance(names, list | tuple) else []


def select_names(terms: Mapping[str, Any], known: Collection[str]) -> dict[str, Any]:
    """Return terms that name none but these parameters; one name stands without a list."""
    selected: dict[str, Any] = {}
    for key, value in terms.items():
        if isinstance(value, Mapping):
            selected[key] = select_names(value, known)
        elif key == "parameters":
            selected[key] = [name for name in list_names(value) if name in known]
        elif key == "parameter" or key.endswith("_parameter"):
            names = [name for name in list_names(value) if name in known]
            if names:
                selected[key] = names[0] if len(names) == 1 else names
        else:
            selected[key] = value
    for side, other in (("width", "height"), ("height", "width")):
        if f"{other}_parameter" not in selected:
            selected.pop(f"{side}_parameter", None)
    return selected
