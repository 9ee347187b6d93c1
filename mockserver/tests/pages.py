"""The pages of the documentation as tests read them: their text, tables and examples."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md"))]
}
ALL = "\n".join(PAGES.values())


def row_of(page, *beginnings):
    """Return the cells of the one row of a page's tables that begins so, or so."""
    starts = tuple(f"| {each}" for each in beginnings)
    rows = [line for line in PAGES[page].splitlines() if line.startswith(starts)]
    assert len(rows) == 1, f"{page} has {len(rows)} rows that begin with {beginnings}; it needs one"
    return [cell.strip() for cell in rows[0].split("|")[1:-1]]


def section(page, heading):
    """Return what stands below a heading of a page, up to the next one of that level."""
    level = heading.split()[0]
    found = PAGES[page].partition(f"\n{heading}\n")[2]
    assert found, f"{page} has no heading {heading!r}"
    return found.partition(f"\n{level} ")[0]


def examples(languages, *pages, having=""):
    """Return the fenced blocks of some languages (`a|b`), as parameters named by their pages.

    Args:
        languages: What stands behind the opening fence, as a regular expression.
        pages: The pages to look at; all of them unless given.
        having: What has to stand in a block.
    """
    fence = re.compile(rf"^```(?:{languages})\n(.*?)^```$", re.DOTALL | re.MULTILINE)
    found = [
        pytest.param(text, id=f"{page}-{number}")
        for page in pages or PAGES
        for number, text in enumerate(fence.findall(PAGES[page]), 1)
        if having in text
    ]
    assert found, f"there is no block of {languages} with {having!r}"
    return found
