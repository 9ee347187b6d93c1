"""A saved model page, as text: title, samples, seconds, price, parameters, what v1 returns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from mockserver.importing.assumptions import Assumption
from mockserver.importing.drafts import SLUG, Draft
from mockserver.importing.errors import SourceError
from mockserver.importing.observations import UNKNOWN, Observation, make_properties
from mockserver.importing.page_parameters import UnknownRowError, read_rows
from mockserver.importing.page_rows import UNSTATED, PageParameter
from mockserver.importing.page_samples import find_called_slugs, read_samples
from mockserver.importing.page_variants import Variants, gather_variants

MOST_CHARACTERS = 200_000
"""A table that is longer is none of a model."""

_BEGIN = re.compile(r"Parameters[ \t]*$", re.MULTILINE)
_END = re.compile(
    r"Response Type[ \t]*$|^Asynchronous requests \(v2\)|^Status states|^Common Error Codes",
    re.MULTILINE,
)
_CODE = re.compile(r"^[ \t]*(?:1[ \t]*\S|import |POST|curl |API Endpoint)", re.MULTILINE)
_RETURNS = re.compile(r"Returns:[ \t]*([A-Za-z/]+)")
_SECONDS = re.compile(r"~[ \t]?(\d{1,5}(?:\.\d{1,6})?)[ \t]?s(?:ec(?:onds)?)?\b")
_AMOUNT = r"\$[ \t]?(\d{1,6}(?:\.\d{1,9})?)"
_PRICE = re.compile(
    rf"{_AMOUNT}(?:[ \t]*(?:-|\u2013|to)[ \t]*{_AMOUNT})?(?P<unit>[ \t]*(?:per|/)[ \t]*\w+)?"
)
_ENDPOINT = re.compile(r"/v[12]/([A-Za-z0-9][A-Za-z0-9._-]*)")
_LINK = re.compile(r"segmind\.com/models/([A-Za-z0-9][A-Za-z0-9._-]*)")
_MADE_OF = {"image": "image", "video": "video", "audio": "audio"}
_UNITS = {
    **dict.fromkeys(("generation", "run", "request", "call", "video", "song"), "run"),
    **dict.fromkeys(("second", "sec", "s"), "second"),
    **dict.fromkeys(("image", "picture"), "picture"),
}
"""What a price is for, in the words of pages and of contracts."""

_AFTER_TITLE = re.compile(r"\s*(?:Serverless API|API)?\s*(?:\|.*)?$")


def parse_page(text: str, slug: str | None = None) -> Draft:
    """Read the page of a model.

    Args:
        text: What the page shows, as plain text.
        slug: The model, for a page that names several or none.

    Raises:
        SourceError: it is no such page; the message says what was expected.
    """
    head, table, rest, line = _split(text)
    samples = read_samples(head)
    sent = _gather_sent(samples)
    rows = _read_table(table, line, sent)
    title, description = _read_heading(head)
    draft = Draft(
        slug=slug or _find_slug(text, head),
        title=title,
        description=description,
        v1_returns=_read_returns(rest),
        schema={},
        samples=samples,
        assumptions=[],
    )
    _take_figures(draft, head, text)
    _take_parameters(draft, gather_variants(rows, sent), sent)
    return draft


def _gather_sent(samples: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return the values that samples send, by the name of the parameter."""
    sent: dict[str, list[Any]] = {}
    for sample in samples:
        for name, value in sample.items():
            sent.setdefault(name, []).append(value)
    return sent


def _read_table(table: str, line: int, sent: dict[str, list[Any]]) -> list[PageParameter]:
    """Return the rows of the table that begins in a line of the page.

    Raises:
        SourceError: it has none, or one of a type that is not known.
    """
    try:
        rows = read_rows(table, sent)
    except UnknownRowError as error:
        raise SourceError(
            f"line {line + error.line - 1}: {error.words[:60]!r} begins like a parameter, and has "
            "no type that is known; a type such as string, integer or string[] was expected"
        ) from None
    if not rows:
        raise SourceError(
            f"line {line}: there is no parameter below `Parameters`; rows such as `promptrequired` "
            "and their types were expected"
        )
    return rows


def _split(text: str) -> tuple[str, str, str, int]:
    """Return what comes before the table, the table, what comes after, and the table's line."""
    endpoint = text.find("API Endpoint")
    begin = _BEGIN.search(text, max(0, endpoint)) or _BEGIN.search(text)
    if begin is None:
        raise SourceError(
            "it is no model page: there is no line that ends with `Parameters`; a saved page, an "
            "answer of the model list or an OpenAPI document was expected"
        )
    end = _END.search(text, begin.end())
    stop = end.start() if end else len(text)
    if stop - begin.end() > MOST_CHARACTERS:
        raise SourceError(f"its table of parameters is longer than {MOST_CHARACTERS} characters")
    line = text.count("\n", 0, begin.end()) + 1
    return text[: begin.start()], text[begin.end() : stop], text[stop:], line


def _find_slug(text: str, head: str) -> str:
    """Return the slug that the page calls.

    Raises:
        SourceError: it calls none, or several.
    """
    ways = (find_called_slugs(head), _ENDPOINT.findall(head), _LINK.findall(text))
    for found in ways:
        slugs = {each for each in found if each != "requests" and SLUG.fullmatch(each)}
        if len(slugs) == 1:
            return slugs.pop()
        if slugs:
            named = ", ".join(sorted(slugs)[:5])
            raise SourceError(f"it names several models ({named}); say which with --slug")
    raise SourceError("it names no model, as in /v1/SLUG; say which with --slug")


def _read_heading(head: str) -> tuple[str, str]:
    """Return title and description: the first two lines, if they come before the code."""
    code = _CODE.search(head)
    lines = [line.strip() for line in head[: code.start() if code else len(head)].splitlines()]
    said = [line for line in lines if line and not _SECONDS.match(line) and "$" not in line]
    title = _AFTER_TITLE.sub("", said[0])[:200] if said else ""
    return title, said[1][:1000] if len(said) > 1 else ""


def _read_returns(rest: str) -> str | None:
    found = _RETURNS.search(rest)
    return _MADE_OF.get(found[1].lower(), "json") if found else None


def _take_figures(draft: Draft, head: str, text: str) -> None:
    """Take seconds and price: of several prices the first that has a unit, else the first."""
    if (seconds := _SECONDS.search(head)) and float(seconds[1]) > 0:
        draft.seconds = float(seconds[1])
    priced = [found for found in _PRICE.finditer(text) if found["unit"]] or [
        found for found in _PRICE.finditer(head) if "." in found[1]
    ]
    if not priced:
        return
    draft.usd = tuple(sorted(Decimal(each) for each in priced[0].groups()[:2] if each))
    unit = (priced[0]["unit"] or " per run").replace("/", "per ").split()[-1].lower()
    draft.per = _UNITS.get(unit, "run")
    if unit not in _UNITS:
        reason = f"the page states it per {unit}; it is taken as that of a run"
        draft.assumptions.append(Assumption("price", reason))


def _take_parameters(draft: Draft, variants: Variants, sent: Mapping[str, Any]) -> None:
    observed = {
        row.name: [_observe(row, variants.advice.get(row.name, {}))] for row in variants.rows
    }
    unlisted = [name for name in sent if name not in observed]
    observed |= {name: [Observation(evidence="samples")] for name in unlisted}
    made = make_properties(observed, draft.samples)
    draft.schema = {
        "properties": made.properties,
        **({"required": made.required} if made.required else {}),
        **({"x-advice": made.advice} if made.advice else {}),
    }
    gaps = [
        *(pair for row in variants.rows for pair in _find_gaps(row)),
        *((name, "a sample sends it, and the table does not have it") for name in unlisted),
    ]
    draft.is_whole = not gaps
    gaps += [
        (name, "the page calls it required, and no sample proves it; one may leave it out")
        for name in made.advice.get("required", ())
    ]
    draft.assumptions += [
        *(_read_note(note) for note in made.notes),
        *(Assumption(f"parameter {name}", reason) for name, reason in gaps),
    ]


def _read_note(note: str) -> Assumption:
    name, _, reason = note.partition(": ")
    return Assumption(f"parameter {name}", reason)


def _observe(row: PageParameter, advice: dict[str, Any]) -> Observation:
    return Observation(
        evidence="docs",
        type=row.type,
        required=row.is_required,
        default=UNKNOWN if row.default is UNSTATED else row.default,
        minimum=row.low,
        maximum=row.high,
        values=row.values or None,
        values_cut=row.hidden > 0 or not row.is_parted_surely,
        description=row.description,
        advice=advice,
    )


def _find_gaps(row: PageParameter) -> Iterator[tuple[str, str]]:
    """Yield the name of a parameter and what the page does not show of it."""
    if row.hidden:
        shown = f"{len(row.values)} of {len(row.values) + row.hidden} values"
        yield row.name, f"the page shows {shown}; any other passes"
    if row.type.startswith("any"):
        yield row.name, f"its type is {row.type!r}; any value passes"
    if row.run_together:
        numbers = ", ".join(map(str, row.values))
        others = "" if row.is_parted_surely else "; any other passes"
        said = f"the page runs its values together, {row.run_together}"
        yield row.name, f"{said}; {numbers} is assumed{others}"
