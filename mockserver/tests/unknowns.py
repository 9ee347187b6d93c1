"""The page about what is not known: its tables are made of the behaviour register."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "unknown.md"
HEADING = "## What is inferred"
"""What stands above it on the page is written by hand."""

ALONE = """### Nothing is published

Nobody outside knows how the gateway does these; *rests on* says what made us choose.
"""
PARTLY = """### A part is published

Sources name some of each; the rest is chosen.
"""


def render_page(page: str, rows: Iterable[dict[str, Any]]) -> str:
    """Return the page with the tables that the register's facts make."""
    inferred = [row for row in rows if "inferred" in row["evidence"]]
    alone = [row for row in inferred if row["evidence"] == ["inferred"]]
    partly = [row for row in inferred if row not in alone]
    top, _, _ = page.partition(HEADING)
    return f"{top}{HEADING}\n\n{ALONE}\n{_render_table(alone)}\n{PARTLY}\n{_render_table(partly)}"


def _render_table(rows: Iterable[dict[str, Any]]) -> str:
    lines = ["| fact | what the emulator does | rests on |", "|---|---|---|"]
    cells = ((row["id"], _escape(row["statement"]), _escape(row["source"])) for row in rows)
    lines += [f"| `{fact}` | {statement} | {source} |" for fact, statement, source in cells]
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
