"""A row in the table of a page: what it says of one parameter."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from mockserver.importing.page_numbers import LONGEST, part_default, part_digits

UNSTATED = msgspec.UNSET
SHOWN = 10
"""A page that cuts a list of values shows so many of them."""


class PageParameter(msgspec.Struct):
    """What a page says of a parameter.

    Attributes:
        name: Its name; of a variant its title.
        is_required: What the page calls it.
        type: Its type in the page's words.
        line: Where its row begins.
        description: What it is for.
        default: Its default; `UNSTATED` if the page has none.
        values: The values that are shown.
        hidden: How many values are not.
        bare: Values that no label belongs to, as they stand.
        low: The lowest number.
        high: The highest.
        is_title: It is a title of a variant, no parameter.
        run_together: The digits that `values` were parted from, if nothing was between them.
        is_parted_surely: Whether there is no other way to part them.
    """

    name: str
    is_required: bool
    type: str
    line: int
    description: str = ""
    default: Any = UNSTATED
    values: list[Any] = []
    hidden: int = 0
    bare: list[Any] = []
    low: float | None = None
    high: float | None = None
    is_title: bool = False
    run_together: str = ""
    is_parted_surely: bool = True


def settle_row(row: PageParameter, sent: Collection[Any]) -> PageParameter:
    """Tell default and values apart where a page puts them into one row without labels.

    The default comes first: it comes again in the list, or is one more than a cut list shows.

    Args:
        row: What was read; it is changed.
        sent: Values of the parameter in the page's samples.
    """
    if row.bare:
        first, rest = row.bare[0], row.bare[1:]
        is_default = not rest or first in rest or first is None
        if is_default or (row.hidden and len(rest) == SHOWN):
            row.default, row.values = first, row.values or rest
        else:
            row.values = row.values or row.bare
    if row.type in {"integer", "number"}:
        _part_numbers(row, set(_list_whole(sent)))
    return row


def _part_numbers(row: PageParameter, used: set[int]) -> None:
    """Part the numbers of a list that have nothing between them."""
    values, default = row.values, row.default
    if len(values) == 1 and _is_whole(values[0]):
        row.run_together = str(values[0])
        row.values, row.is_parted_surely = part_digits(
            row.run_together, {*used, *_list_whole([default])}
        )
        if row.values == values:
            row.run_together = ""
    elif not values and row.bare and _is_whole(default):
        parted = part_default(str(default), used)
        if parted is not None:
            row.run_together = str(default)
            row.default, row.values = parted
            row.is_parted_surely = False


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _list_whole(values: Iterable[Any]) -> list[int]:
    """Return the whole numbers among these, those that are spelled as texts too."""
    spelled = (int(value) if _is_digits(value) else value for value in values)
    return [value for value in spelled if _is_whole(value)]


def _is_digits(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= LONGEST
