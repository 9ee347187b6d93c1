"""What happened in a case, exchange by exchange, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from client_tests.reports.exchange_lines import Gap, Item, Step
from client_tests.reports.text import cells, clip, flat, pad, short
from client_tests.reports.text_page import TextPage
from client_tests.reports.timeline import Timeline


def render_timeline(page: TextPage, told: Timeline) -> Iterator[str]:
    """Yield the lines of what happened in a case, and of how the client's calls ended."""
    steps = [item for item in told.items if isinstance(item, Step)]
    asked = max((cells(_render_request(step)) for step in steps), default=0)
    column = min(asked, page.width // 2)
    if not steps:
        yield "    the client asked the gateway nothing"
    for item in told.items:
        yield from _item(page, item, column)
    for end in told.ends:
        yield page.text(f"the client {end.words}", lead="  = ", hang=" " * 6)
    for idle in told.idle:
        yield page.text(f"a fault never struck: {idle}", lead="  = ", hang=" " * 6)


def _item(page: TextPage, item: Item, column: int) -> Iterator[str]:
    if isinstance(item, Gap):
        yield page.paint(" " * 8 + f"… {item.words}", "dim")
        return
    mark = page.paint(">", "bad") if item.marks else " "
    when = f" {f'#{item.seq}':>5} {item.at_ms:>7.0f} ms  "
    lead = f"  {mark}{when}"
    room = page.width - 3 - cells(when)
    asking = _render_request(item)
    answer = f"→ {flat(item.answer)}"
    if cells(asking) > column or column + 2 + cells(answer) > room:
        yield lead + clip(asking, room)
        yield " " * 21 + clip(answer, page.width - 21)
    else:
        yield f"{lead}{pad(asking, column)}  {answer}"
    notes = [f"fault: {item.fault}"] if item.fault else []
    notes += ["see " + ", ".join(f"[{mark}]" for mark in item.marks)] if item.marks else []
    for note in notes:
        style = "warn" if note.startswith("fault") else "bad"
        yield page.text(flat(note), lead=" " * 19 + "^ ", style=style)


def _render_request(step: Step) -> str:
    return f"{flat(step.method)} {short(step.path)}"
