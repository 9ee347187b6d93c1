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
