"""Parts of a parameter that may come in several shapes, among the rows of a page's table.

Nothing in the text says where they end: titles of variants (`Preset Color Palette`) have no name of
a parameter; their members follow them. Parameters proper are sorted, the required ones first, so a
required row among optional ones is a member, and so is one that would come earlier by its name.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from mockserver.importing.page_rows import PageParameter
from mockserver.importing.type_words import parse_type


class Variants(msgspec.Struct):
    """The parameters proper, and what is advised of those that have variants, by name."""

    rows: list[PageParameter]
    advice: dict[str, dict[str, Any]]


def gather_variants(rows: list[PageParameter], known: Collection[str]) -> Variants:
    """Return the parameters proper of a table.

    Args:
        rows: All rows, in the order of the page.
        known: Names of parameters that the page's samples send.
    """
    found = Variants([], {})
    parent: PageParameter | None = None
    members: dict[str, list[list[PageParameter]]] = {}
    for row in rows:
        if parent is not None and row.is_title:
            members.setdefault(parent.name, []).append([])
        elif parent is not None and members.get(parent.name) and _is_member(row, parent, known):
            members[parent.name][-1].append(row)
        else:
            found.rows.append(row)
            parent = row
    found.advice = {
        name: {"anyOf": [_render_variant(each) for each in variants]}
        for name, variants in members.items()
    }
    return found


def _is_member(row: PageParameter, parent: PageParameter, known: Collection[str]) -> bool:
    if row.name in known:
        return False
    if parent.is_required:
        return not row.description
    return row.is_required or row.name < parent.name


def _render_variant(members: list[PageParameter]) -> dict[str, Any]:
    required = [row.name for row in members if row.is_required]
    return {
        "type": "object",
        "properties": {row.name: parse_type(row.type) or {} for row in members},
        **({"required": required} if required else {}),
    }
