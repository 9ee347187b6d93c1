"""Pieces of HTML: text in them is always escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from client_tests.reports.text import visible


@dataclass(frozen=True)
class Markup:
    """HTML that is what it should be; everything else is text, and is escaped."""

    source: str


def element(
    name: str, *content: str | Markup, attributes: Mapping[str, str] | None = None
) -> Markup:
    """Return an element; texts in it and in its attributes may be anything."""
    given = "".join(f' {key}="{escape(value)}"' for key, value in (attributes or {}).items())
    return Markup(f"<{name}{given}>{join(content).source}</{name}>")


def join(content: Iterable[str | Markup], between: str = "") -> Markup:
    """Return pieces as one."""
    sources = (each.source if isinstance(each, Markup) else escape(each) for each in content)
    return Markup(between.join(sources))


def escape(text: str) -> str:
    """Return a text as HTML has it, with what cannot be seen spelled out."""
    return html.escape(visible(text))


def styled_element(name: str, classes: str, *content: str | Markup, **attributes: str) -> Markup:
    """Return an element with classes."""
    return element(name, *content, attributes={"class": classes, **attributes})


def link(target: str, *content: str | Markup, **attributes: str) -> Markup:
    """Return a link to another place of the page."""
    return element("a", *content, attributes={"href": f"#{target}", **attributes})


def render_section(name: str, title: str, content: Iterable[Markup]) -> Markup:
    """Return a section with its heading, to which `name` leads."""
    heading = element("h2", title, attributes={"id": name})
    return element("section", heading, *content, attributes={"aria-labelledby": name})


def render_head(*names: str) -> Markup:
    """Return the head of a table."""
    cells = [element("th", name, attributes={"scope": "col"}) for name in names]
    return element("thead", element("tr", *cells))


def render_row_head(*content: str | Markup) -> Markup:
    """Return the cell of a table that says what its row is about."""
    return element("th", *content, attributes={"scope": "row"})


def render_terms(told: Mapping[str, str | Markup]) -> Markup:
    """Return terms and what is said of them, as the inside of a list of definitions."""
    lines = [join([element("dt", name), element("dd", value)]) for name, value in told.items()]
    return join(lines, "\n")
