"""The page of a first look: what is here, and where to go. It has no script.

Whoever may not steer is told how to point a client here, and nothing of what the emulator holds.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from shlex import quote
from string import Template
from typing import Any, NamedTuple

from mockserver.base.bounds import cut
from mockserver.base.plurals import count
from mockserver.edges.access import UNAUTHORIZED, AccessRefusal
from mockserver.edges.snippets import Snippet, render_snippets

_ERROR = 400
_LONGEST_CALL = 200
_TIME = slice(11, 19)
"""Hours, minutes and seconds of an instant of ISO 8601."""

_FOLDER = Path(__file__).parent

PAGE = "/_mock/"
"""The page to watch and steer with."""

LINKS = {
    "page": (PAGE, "watch and steer what runs here, in a browser"),
    "health": ("/_mock/health", "clock, accounts and jobs, as JSON"),
    "requests": ("/_mock/requests?last=20", "the newest exchanges, whole"),
    "events": ("/_mock/events", "exchanges as they come"),
    "jobs": ("/_mock/jobs", "what runs, and has run"),
    "verdicts": ("/_mock/verdicts", "which rules clients broke"),
    "faults": ("/_mock/faults", "what is armed"),
    "behaviours": ("/_mock/behaviours", "what is known of the gateway, and how"),
    "openapi": ("/openapi.json", "every route and parameter, as OpenAPI 3.1"),
}
"""Where to go, and what is there."""

DOCS = (
    "README.md",
    "docs/start.md",
    "docs/clients.md",
    "docs/testing.md",
    "docs/faults.md",
    "docs/time.md",
    "docs/models.md",
    "docs/control-plane.md",
    "docs/conformance-kit.md",
)
_KEYS = {
    "any": "Any key is an account of its own, made when it is first used.",
    "listed": "Only keys of accounts that were made beforehand are valid.",
}


class Sight(NamedTuple):
    """What a visitor may see.

    Attributes:
        url: The root of this server, as the visitor asked for it.
        version: Which segmock it is.
        accept: Which keys are valid: `any` or `listed`.
        shown: What the emulator holds (`Control.show_overview_in_steps`), or why that is not shown.
    """

    url: str
    version: str
    accept: str
    shown: Mapping[str, Any] | AccessRefusal


def render_front_page(sight: Sight) -> str:
    """Render the page; whatever came from outside is escaped."""
    shown, url = sight.shown, sight.url
    if isinstance(shown, AccessRefusal):
        status, held = _render_refusal(shown, url), ""
    else:
        status, held = _render_status(shown), _render_held(shown)
    return _read_template().substitute(
        style=_read_style(),
        version=escape(sight.version),
        status=status,
        url=escape(url),
        keys=_KEYS[sight.accept],
        snippets="\n".join(map(_render_snippet, render_snippets(url))),
        held=held,
        docs=", ".join(f"<code>{name}</code>" for name in DOCS),
    )


@cache
def list_page_headers() -> Mapping[str, str]:
    """Return the headers of the page: it runs nothing, and is shown in no frame."""
    digest = b64encode(sha256(_read_style().encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "vary": "accept",
    }


@cache
def _read_template() -> Template:
    return Template((_FOLDER / "front_page.html").read_text(encoding="utf-8"))


@cache
def _read_style() -> str:
    return (_FOLDER / "front_page.css").read_text(encoding="utf-8")


def _render_refusal(refusal: AccessRefusal, url: str) -> str:
    told = f"<p>It serves, but {escape(refusal.error)}: {escape(refusal.hint)}</p>"
    if refusal.status == UNAUTHORIZED:
        told += _render_code(
            f'curl {quote(f"{url}/_mock/")} \\\n  -H "Authorization: Bearer $SEGMOCK_ADMIN_TOKEN"'
        )
        told += f"<p>{_render_link(PAGE, 'a page that asks for the token, once')}</p>"
    return _render_section("status", "What it holds is not shown here", told)


def _render_status(overview: Mapping[str, Any]) -> str:
    clock = overview["clock"]
    facts = {
        "Status": overview["status"],
        "Version": overview["version"],
        "Clock": f"{clock['now_utc']} ({clock['mode']})",
        "Accounts": overview["accounts"],
        "Jobs": overview["jobs"],
    }
    listed = "".join(f"<dt>{name}</dt><dd>{escape(str(fact))}</dd>" for name, fact in facts.items())
    return _render_section("status", "What is here", f"<dl>{listed}</dl>")


def _render_held(overview: Mapping[str, Any]) -> str:
    links = "".join(f"<li>{_render_link(*link)}</li>" for link in LINKS.values())
    sections = (
        ("latest", "The newest exchanges", _render_exchanges(overview["requests"])),
        ("links", "Where to go", f"<ul>{links}</ul>"),
        ("models", count(len(overview["models"]), "model"), _render_models(overview["models"])),
    )
    return "\n".join(_render_section(*section) for section in sections)


def _render_models(slugs: list[str]) -> str:
    """Return how to list the models, and their names, which are shown when they are wanted."""
    names = ", ".join(f"<code>{escape(slug)}</code>" for slug in slugs)
    return (
        "<p><code>segmock models list</code> tells what each makes and costs, "
        "<code>segmock models show SLUG</code> what it takes.</p>"
        f'<details><summary>Their names</summary><p class="names">{names}</p></details>'
    )


def _render_exchanges(exchanges: list[dict[str, Any]]) -> str:
    if not exchanges:
        return '<p class="faint">Nothing has been asked yet.</p>'
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Time", "Key", "Call", "Status"))
    rows = "".join(map(_render_exchange, exchanges))
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="table" role="region" aria-labelledby="latest" tabindex="0">{table}</div>'


def _render_exchange(exchange: dict[str, Any]) -> str:
    status = exchange["status"]
    mark = "good" if status and status < _ERROR else "bad"
    came = status or exchange["delivery"]
    call = f"{exchange['method']} {exchange['path']}"
    return (
        f"<tr><td>{escape(exchange['at_utc'][_TIME])}</td>"
        f"<td>{escape(exchange['api_key'] or '')}</td>"
        f'<td class="path"><code>{escape(cut(call, _LONGEST_CALL))}</code></td>'
        f'<td class="{mark}">{escape(str(came))}</td></tr>'
    )


def _render_section(name: str, title: str, content: str) -> str:
    return (
        f'<section aria-labelledby="{name}">\n<h2 id="{name}">{title}</h2>\n{content}\n</section>'
    )


def _render_link(path: str, text: str) -> str:
    return f'<a href="{escape(path)}"><code>{escape(path)}</code></a>: {text}'


def _render_snippet(snippet: Snippet) -> str:
    return f"<h3>{escape(snippet.title)}</h3>\n{_render_code(snippet.text)}"


def _render_code(text: str) -> str:
    return f'<pre tabindex="0"><code>{escape(text.rstrip())}</code></pre>'
