"""The models that tests are about: there are too many for each test to run them all.

`WHOLE` have a contract of their own, which says all; of the rest one of each kind stands for all.
"""

from __future__ import annotations

from typing import Any

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.contract.files import find_data_dir

MODELS = load_shipped_catalogue().models

WHOLE = sorted(file.stem for file in (find_data_dir("contracts") / "models").glob("*.json"))
"""Those with a whole contract."""


def _find_telling() -> list[str]:
    """Return one model of each task and level, and whatever else differs in what v1 returns."""
    telling = {
        (terms.task, terms.level, terms.v1_returns): slug
        for slug, model in sorted(MODELS.items(), reverse=True)
        for terms in [model.terms]
        if slug not in WHOLE
    }
    return sorted(telling.values())


TELLING = _find_telling()
"""Of those without one, the first of each task, level and medium."""


def without_uris(value: Any) -> Any:
    """Return a schema as OpenAPI has it: without the format of addresses that a pattern describes.

    At any depth.
    """
    if isinstance(value, list):
        return [without_uris(each) for each in value]
    if not isinstance(value, dict):
        return value
    is_address = "pattern" in value and value.get("format") == "uri"
    kept = {name: each for name, each in value.items() if not (is_address and name == "format")}
    return {name: without_uris(each) for name, each in kept.items()}
