"""A report as one HTML file that loads nothing and runs no script."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Any, TypeAlias

from client_tests.reports.html_builder import (
    Markup,
    element,
    join,
    link,
    render_head,
    render_row_head,
    render_terms,
    styled_element,
)
from client_tests.reports.html_page import HtmlPage, render_html_page
from mockserver.base.plurals import count
from mockserver.facts.claims import Basis
from mockserver.facts.report_views import BASES

Document: TypeAlias = dict[str, Any]
Section: TypeAlias = tuple[str, str, list[Markup]]

_VERDICTS = ("differs", "agrees", "not_seen", "not_judged")
_PLACES_NAMED = 12
_TITLES: dict[Basis, str] = {
    "register": "All facts",
    "contract": "The models' contracts",
    "emulator": "Shapes of answers",
}


def render_page(report: Document, *, made_by: str, more: Sequence[Section] = ()) -> str:
    """Return the page of a report that is there as `report_json.render_document` makes it.

    Args:
        report: The report.
        made_by: The command that made it.
        more: Name, title and content of sections about something else, shown before all rows.
    """
    differing = sorted(
        (row for row in report["rows"] if row["verdict"] == "differs"),
        key=lambda row: bool(row["is_guessed"]),
    )
    sections: list[Section] = [
        ("summary", "Summary", [_render_counts(report)]),
        ("differences", "What differs", [_render_differing(row) for row in differing]),
        *more,
        *((basis, title, _render_table(report, basis)) for basis, title in _TITLES.items()),
    ]
    return render_html_page(
        HtmlPage(
            title=f"{made_by}: {report['source']}",
            heading="Does the service do what segmock says?",
            what="differences",
            verdict=report["verdict"],
            is_good=not report["exit_code"],
            run={
                "Held against the facts": element("code", report["source"]),
                "Exchanges": str(report["exchanges"]),
                "segmock": report["segmock"],
            },
            sections=sections,
            made_by=made_by,
            style=(files("mockserver.facts") / "page.css").read_text(encoding="utf-8"),
        )
    )


def _words(key: str) -> str:
    return key.replace("_", " ")


def _render_counts(report: Document) -> Markup:
    rows = [
        element(
            "tr",
            render_row_head(BASES[basis]),
            *(
                element("td", str(counts[each]), attributes={"data-label": _words(each)})
                for each in _VERDICTS
            ),
        )
        for basis, counts in report["counts_by_basis"].items()
    ]
    caption = element("caption", "How many claims came out how")
    head = render_head("", *map(_words, _VERDICTS))
    return styled_element("table", "numbers counts", caption, head, element("tbody", *rows))


def _find_tone(row: Document) -> str:
    is_guess = row["verdict"] == "differs" and row["is_guessed"]
    return "is-guess" if is_guess else f"is-{row['verdict']}"


def _find_anchor(row: Document) -> str:
    return "row-" + "".join(sign if sign.isalnum() else "-" for sign in row["fact"])


# --- What differs -------------------------------------------------------------------------


def _render_differing(row: Document) -> Markup:
    name, tone = _find_anchor(row), _find_tone(row)
    places = row["agreeing"] + row["differing"]
    often = f" in {row['differing']} of {count(places, 'place')}" if places > 1 else ""
    heading = element(
        "h3",
        styled_element("span", f"badge {tone}", "guess" if row["is_guessed"] else "differs"),
        " ",
        element("code", row["fact"]),
        often,
        attributes={"id": f"{name}-name"},
    )
    evidence = f"Known from {', '.join(row['evidence'])}: {row['source']}."
    guess = f"Nobody documents it, so what was found is news: {row['source']}."
    parts = [
        heading,
        element("p", row["statement"]),
        styled_element("p", "muted", guess if row["is_guessed"] else evidence),
        *(part for each in row["differences"] for part in _render_difference(each)),
    ]
    return styled_element(
        "article", tone, *parts, **{"id": name, "aria-labelledby": f"{name}-name"}
    )


def _render_difference(difference: Document) -> list[Markup]:
    first, *others = difference["places"]
    values: dict[str, str | Markup] = {
        "Where": join([_name_place(first), ": ", difference["where"]]),
        "Asked": element("code", first["request"]),
        "Answered": first["answer"],
        "Expected": element("code", difference["expected"]),
        "Found": element("code", difference["found"]),
    }
    if others:
        more = len(others) - _PLACES_NAMED
        rest = f" and {more} more" if more > 0 else ""
        values["Also in"] = ", ".join(map(_name_place, others[:_PLACES_NAMED])) + rest
    return [styled_element("dl", "values", render_terms(values))]


def _name_place(place: Document) -> str:
    number = f"exchange {place['exchange']}"
    return f"{place['session']}, {number}" if place["session"] else number


# --- Everything ---------------------------------------------------------------------------


def _render_table(report: Document, basis: Basis) -> list[Markup]:
    rows = [_render_row(row) for row in report["rows"] if row["basis"] == basis]
    if not rows:
        return []
    head = render_head("Claim", "Verdict", "Seen in", "What it says")
    caption = element("caption", "Each claim, and what came of it")
    return [styled_element("table", "facts-table", caption, head, element("tbody", *rows))]


def _render_row(row: Document) -> Markup:
    name = element("code", row["fact"])
    is_linked = row["verdict"] == "differs"
    said: list[str | Markup] = [element("bdi", row["statement"])]
    if "reason" in row:
        said.append(element("p", f"Not judged: {row['reason']}"))
    said += [element("p", f"Note: {each['remark']}") for each in row["notes"]]
    places = row["agreeing"] + row["differing"]
    return element(
        "tr",
        render_row_head(link(_find_anchor(row), name) if is_linked else name),
        element("td", styled_element("span", f"badge {_find_tone(row)}", _words(row["verdict"]))),
        element("td", count(places, "place") if places else ""),
        element("td", *said),
    )
