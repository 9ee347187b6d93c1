"""A page that loads nothing and runs no script: what every report in HTML is put into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from string import Template

from client_tests.reports.html_builder import (
    Markup,
    element,
    escape,
    join,
    link,
    render_section,
    render_terms,
)

_NOTHING = Markup("")


@dataclass(frozen=True, kw_only=True)
class HtmlPage:
    """One page.

    Attributes:
        title: What a tab is called.
        heading: What the page is about.
        what: What its reader may skip to, in a word: the results, the findings.
        verdict: What came out, in a sentence.
        is_good: Whether that is well.
        run: Terms and what is said of them, about the run as a whole.
        sections: Name, title and content of each; those without content are left out.
        made_by: The command that makes such pages.
        filters: What chooses what is shown.
        style: Rules beside those that all pages have.
    """

    title: str
    heading: str
    what: str
    verdict: str
    is_good: bool
    run: Mapping[str, str | Markup]
    sections: list[tuple[str, str, list[Markup]]]
    made_by: str
    filters: Markup = _NOTHING
    style: str = ""


def render_html_page(page: HtmlPage) -> str:
    """Return a page as HTML."""
    folder = files("client_tests.reports")
    shown = [(name, title, content) for name, title, content in page.sections if content]
    style = (folder / "page.css").read_text(encoding="utf-8")
    return Template((folder / "page.html").read_text(encoding="utf-8")).substitute(
        title=escape(page.title),
        heading=escape(page.heading),
        what=escape(page.what),
        style=f"{style}{page.style}".strip(),
        tone="good" if page.is_good else "bad",
        verdict=escape(page.verdict),
        run=render_terms(page.run).source,
        filters=page.filters.source,
        sections=join([element("li", link(name, title)) for name, title, _ in shown]).source,
        main=join([render_section(*each) for each in shown], "\n").source,
        made_by=escape(page.made_by),
    )
