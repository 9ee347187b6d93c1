"""Values that mean the same to the gateway: a number or boolean, and the text that spells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from mockserver.contract.spelled_values import list_spellings, parse_boolean, parse_number


def find_spellings(value: Any) -> Iterator[Any]:
    """Yield a value as it is, and then in the other ways in which it may be read (P1)."""
    yield value
    if isinstance(value, str):
        read = (parse_boolean(value), parse_number(value))
        yield from (each for each in read if each is not None)
    elif isinstance(value, bool | int | float):
        yield from list_spellings(value)


def read_as(value: Any, schema: Any) -> Any:
    """Return a value as it satisfies a schema, where it spells what does (P1); else as it is."""
    takes = jsonschema_rs.validator_for(schema).is_valid
    return next(filter(takes, find_spellings(value)), value)
