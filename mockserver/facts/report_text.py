"""A report for people in a terminal: as a compiler tells of mistakes, with their place and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from client_tests.reports.text import flat, short
from client_tests.reports.text_page import TextPage
from mockserver.base.plurals import count
from mockserver.facts.report import FactReport, FactRow, Verdict
from mockserver.facts.report_views import (
    BASES,
    Difference,
    count_by_basis,
    describe_difference,
    describe_evidence,
    describe_exchange_answer,
    describe_place,
    describe_request,
    group_differences,
    group_remarks,
    list_by_weight,
    render_verdict,
)

_NARROWEST = 60
_WAYS_SHOWN = 3
_PLACES_NAMED = 4
_TITLES: dict[Verdict, str] = {
    "agrees": "Agrees",
    "not seen": "Not seen here",
    "not judged": "Cannot be judged from outside",
}
_COLUMNS: dict[Verdict, str] = {
    "differs": "differ",
    "agrees": "agree",
    "not seen": "not seen",
    "not judged": "not judged",
}

Advise = Callable[[FactRow], str]
"""Says what to do about a row that differs."""


def render_text(
    report: FactReport, advise: Advise, *, width: int = 100, colour: bool = False, verbose: bool
) -> str:
    """Return a report as text, in lines of so many columns.

    Args:
        report: What came of each fact.
        advise: Says what to do about a row that differs.
        width: Columns.
        colour: Whether to use them.
        verbose: Whether facts that agree, were not seen or cannot be judged have a line each.
    """
    page = TextPage(max(width, _NARROWEST), colour)
    blocks = ["\n".join(_render_error(page, row, advise)) for row in list_by_weight(report)]
    if notes := [note for row in report.rows for note in _render_notes(page, row)]:
        blocks.append("\n".join(notes))
    for verdict in _TITLES:
        rows = report.find_rows(verdict)
        if rows:
            render = _render_rows if verbose else _render_ids
            blocks.append("\n".join(render(page, verdict, rows)))
    blocks.append("\n".join(_render_summary(page, report, verbose=verbose)))
    return "\n\n".join(blocks) + "\n"


def _render_error(page: TextPage, row: FactRow, advise: Advise) -> Iterator[str]:
    word = "guess" if row.claim.is_guessed else "error"
    style = "warn" if row.claim.is_guessed else "bad"
    lead = f"{word}[{flat(row.fact)}]: "
    yield page.text(describe_difference(row), lead=lead, hang="    ", style=style)
    differences = group_differences(row)
    for difference in differences[:_WAYS_SHOWN]:
        yield from _render_difference(page, difference)
    if left := differences[_WAYS_SHOWN:]:
        yield f"  … and in {count(len(left), 'more way')}; --json has them all"
    yield page.text(row.claim.statement, lead="   = fact: ", hang=" " * 7)
    yield page.text(describe_evidence(row), lead="   = known from: ", hang=" " * 7)
    yield page.text(advise(row), lead="   = next: ", hang=" " * 7)


def _render_difference(page: TextPage, difference: Difference) -> Iterator[str]:
    place, said = difference.first, difference.first.judgement
    yield page.text(f"{describe_place(place)}: {said.where}", lead="  --> ", style="strong")
    yield page.text(short(describe_request(place.exchange)), lead="   |  ", hang="   |    ")
    answer = short(describe_exchange_answer(place.exchange))
    yield page.text(answer, lead="   |  → ", hang="   |    ")
    yield page.text(said.expected, lead="   |  expected: ", hang="   |    ")
    yield page.text(said.found, lead="   |     found: ", hang="   |    ")
    if others := difference.places[1:]:
        named = ", ".join(describe_place(each, after=place) for each in others[:_PLACES_NAMED])
        more = len(others) - _PLACES_NAMED
        rest = f" and {more} more" if more > 0 else ""
        yield page.text(named + rest, lead="   |  also in: ", hang="   |    ")


def _render_notes(page: TextPage, row: FactRow) -> Iterator[str]:
    """Yield what is worth a word about a fact: the first of it."""
    remarks = group_remarks(row)
    for remark, (first, *_) in [*remarks.items()][:1]:
        more = f", and {count(len(remarks) - 1, 'remark')} more" if len(remarks) > 1 else ""
        said = f"{remark} ({describe_place(first)}{more})"
        yield page.text(said, lead=f"note[{flat(row.fact)}]: ", hang="    ")


def _render_ids(page: TextPage, verdict: Verdict, rows: tuple[FactRow, ...]) -> Iterator[str]:
    """Yield the ids of facts, as a paragraph."""
    ids = ", ".join(flat(row.fact) for row in rows)
    yield page.text(ids, lead=f"{_TITLES[verdict]} ({len(rows)}): ", hang="  ", style="dim")


def _render_rows(page: TextPage, verdict: Verdict, rows: tuple[FactRow, ...]) -> Iterator[str]:
    """Yield a paragraph for each fact."""
    yield page.paint(f"{_TITLES[verdict]} ({len(rows)})", "strong")
    for row in rows:
        places = f" ({count(len(row.agreeing), 'place')})" if row.agreeing else ""
        lead = f"  {flat(row.fact)}{places}: "
        yield page.text(row.claim.unjudged or row.claim.statement, lead=lead, hang=" " * 6)


def _render_summary(page: TextPage, report: FactReport, *, verbose: bool) -> Iterator[str]:
    yield page.paint("Summary", "strong")
    exchanges = count(report.exchanges, "exchange")
    yield page.text(f"{report.source}, {exchanges}", lead="  source: ", hang=" " * 4)
    yield page.paint(f"  {'':<10}" + "".join(f"{each:>12}" for each in _COLUMNS.values()), "dim")
    for basis, counts in count_by_basis(report).items():
        numbers = "".join(f"{counts[verdict]:>12}" for verdict in _COLUMNS)
        style = "bad" if counts["differs"] else ""
        yield page.paint(f"  {BASES[basis]:<10}{numbers}", style)
    if not verbose:
        yield page.text("-v tells what each fact says, and why some cannot be judged", lead="  ")
    yield page.text(render_verdict(report), style="bad" if report.exit_code else "good")
