"""The validators for the parts of one schema: each compiled once, and paid for before it works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import jsonschema_rs

from mockserver.base.errors import UnmetError
from mockserver.schema_samples.budgets import Budget
from mockserver.schema_samples.costs import Costs
from mockserver.schema_samples.expressions import ENGINE, shorten
from mockserver.schema_samples.references import KEYWORDS, References
from mockserver.schema_samples.shapes import check_shape
from mockserver.schema_samples.sizes import SchemaSizes

_COMPILING = 40
"""Units of work to compile the smallest schema."""
_CHARACTERS_A_LOOK = 100
"""Characters of a schema that are spelled, to look it up, for one unit."""


class Checks:
    """Whether values satisfy a schema and its parts.

    Raises:
        UnmetError: it is no schema, too large a one, or its references lead elsewhere.
        SpentError: even compiling it takes too much.
    """

    def __init__(self, root: Any, budget: Budget) -> None:
        self.sizes = SchemaSizes(root)
        self._root = root
        self._budget = budget
        self._whole = {True: self._compile_root(is_strict=True)}
        check_shape(root)
        self.references = References(root, budget)
        self._costs = Costs(self.references, self.sizes, budget)
        self._definitions = {"$defs": root.get("$defs", {})} if isinstance(root, dict) else {}
        self._parts: dict[str, Any] = {}

    def is_satisfied(self, document: Any, *, is_strict: bool) -> bool:
        """Tell whether a document satisfies the whole schema; formats count where it is strict."""
        self._budget.spend("validation", self._costs.count_units(self._root, document))
        if is_strict not in self._whole:
            self._whole[is_strict] = self._compile_root(is_strict=is_strict)
        return bool(self._whole[is_strict].is_valid(document))

    def is_valid(self, schema: Any, value: Any) -> bool | None:
        """Tell whether a value satisfies a part of it; None where that refers elsewhere."""
        return self.make_check(schema)(value)

    def make_check(self, schema: Any) -> Callable[[Any], bool | None]:
        """Return what tells the same of any value."""
        key = repr(schema)
        self._budget.spend("validation", len(key) // _CHARACTERS_A_LOOK)
        if key not in self._parts:
            self._parts[key] = self._compile_part(schema, is_linked=_has_reference(key))
        validator = self._parts[key]

        def is_valid(value: Any) -> bool | None:
            if validator is None:
                return None
            self._budget.spend("validation", self._costs.count_units(schema, value))
            return bool(validator.is_valid(value))

        return is_valid

    def matches(self, pattern: str, text: str) -> bool:
        """Tell whether a pattern matches somewhere in a text; one that nobody can read does not."""
        return self.is_valid({"pattern": pattern}, text) is True

    def _compile_part(self, schema: Any, *, is_linked: bool) -> Any:
        whole = {"allOf": [schema], **(self._definitions if is_linked else {})}
        self._budget.spend("compilation", self._price_compiling(whole))
        try:
            return jsonschema_rs.validator_for(whole, validate_formats=True, pattern_options=ENGINE)
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError):
            return None

    def _price_compiling(self, schema: Any) -> int:
        return _COMPILING + self.sizes.count_values(schema) + self.sizes.find_weight(schema)

    def _compile_root(self, *, is_strict: bool) -> Any:
        self._budget.spend("compilation", self._price_compiling(self._root))
        try:
            return jsonschema_rs.validator_for(
                self._root, retriever=_refuse, validate_formats=is_strict, pattern_options=ENGINE
            )
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
            reason = shorten(str(error).partition("\n")[0])
            raise UnmetError(f"it is no JSON Schema: {reason}") from None


def _has_reference(spelled: str) -> bool:
    return any(keyword in spelled for keyword in KEYWORDS)


def _refuse(reference: str) -> NoReturn:
    raise ValueError(f"{reference} is not in it")
