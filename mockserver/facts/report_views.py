"""What reports of every kind show of a fact, whether in lines, as JSON or on a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from client_tests.reports.exchange_text import describe_answer, describe_content
from mockserver.base.plurals import count
from mockserver.facts.claims import Basis
from mockserver.facts.observed import Observed
from mockserver.facts.report import VERDICTS, FactReport, FactRow, Place, Verdict

BASES: Mapping[Basis, str] = {
    "register": "facts",
    "contract": "contracts",
    "emulator": "shapes",
}
"""What the claims of each kind are called in a report."""

_IDS_NAMED = 6
_ID = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Places of one fact that differ in the same way; the first of them stands for all."""

    places: tuple[Place, ...]

    @property
    def first(self) -> Place:
        """The place that is shown."""
        return self.places[0]


def group_differences(row: FactRow) -> tuple[Difference, ...]:
    """Return what differs, the most frequent way first; ids make no way of their own."""
    found: dict[tuple[str, str, str], list[Place]] = {}
    for place in row.differing:
        said = place.judgement
        key = (said.where, _ID.sub("", said.expected), _ID.sub("", said.found))
        found.setdefault(key, []).append(place)
    groups = [Difference(places=tuple(places)) for places in found.values()]
    return tuple(sorted(groups, key=lambda group: -len(group.places)))


def group_remarks(row: FactRow) -> dict[str, tuple[Place, ...]]:
    """Return what is worth a word though it agrees, each with its places."""
    found: dict[str, list[Place]] = {}
    for place in row.agreeing:
        if place.judgement.remark:
            found.setdefault(place.judgement.remark, []).append(place)
    return {remark: tuple(places) for remark, places in found.items()}


def describe_difference(row: FactRow) -> str:
    """Return what differs, and how often, in a line: that of its most frequent way."""
    first, *others = group_differences(row)
    said = first.first.judgement
    places = len(row.differing) + len(row.agreeing)
    often = f" in {len(row.differing)} of {count(places, 'place')}" if places > 1 else ""
    more = f", and in {len(others)} more ways" if len(others) > 1 else ""
    more = ", and in another way" if len(others) == 1 else more
    return f"{said.where}: expected {said.expected}, found {said.found}{often}{more}"


def list_by_weight(report: FactReport) -> tuple[FactRow, ...]:
    """Return what differs: first what somebody documents, then guesses, each in their order."""
    return tuple(sorted(report.differing, key=lambda row: row.claim.is_guessed))


def describe_place(place: Place, *, after: Place | None = None) -> str:
    """Return where an exchange is: `one.jsonl, exchange 7`.

    After a place of the same session its name is not said again.
    """
    number = f"exchange {place.exchange.number}"
    is_known = not place.session or (after is not None and after.session == place.session)
    return number if is_known else f"{place.session}, {number}"


def describe_request(exchange: Observed) -> str:
    """Return what was asked; of a query only that there was one, as a secret may be in it."""
    address, mark, _ = exchange.url.partition("?")
    return f"{exchange.method} {address}{'?…' if mark else ''}"


def describe_exchange_answer(exchange: Observed) -> str:
    """Return what came, in words: `422 FAILED “Under a stone”`."""
    document: Any = exchange.body.document
    told = document if isinstance(document, dict) else {}
    state, error = told.get("status"), told.get("error")
    return describe_answer(
        exchange.status,
        state=state if isinstance(state, str) else None,
        error=error if isinstance(error, str) else None,
        content=describe_content(dict(exchange.headers), _show_body(exchange, document)),
        cut="the connection ended",
    )


def _show_body(exchange: Observed, document: Any) -> Any:
    """Return a body as the journal of the emulator shows it."""
    if document is not msgspec.UNSET or not exchange.body.size:
        return document if exchange.body.size else ""
    return {"binary": True, "bytes": exchange.body.size}


def describe_evidence(row: FactRow) -> str:
    """Return what a claim is known from; of a guess that it is one."""
    if row.claim.is_guessed:
        return f"nobody documents it; it is a guess ({row.claim.source})"
    return f"{', '.join(row.claim.evidence)} ({row.claim.source})"


def count_by_basis(report: FactReport) -> dict[Basis, dict[Verdict, int]]:
    """Return how many claims of each kind came out how; kinds of which there is none are left."""
    found = Counter((row.claim.basis, row.verdict) for row in report.rows)
    counts = {basis: {verdict: found[basis, verdict] for verdict in VERDICTS} for basis in BASES}
    return {basis: told for basis, told in counts.items() if any(told.values())}


def render_verdict(report: FactReport) -> str:
    """Return what the exit code means, in a sentence."""
    seen = report.counts["agrees"] + report.counts["differs"]
    if report.is_silent:
        return f"Nothing in {count(report.exchanges, 'exchange')} speaks about any fact."
    if not report.differing:
        return f"{count(seen, 'claim')} that can be seen here: all agree."
    guesses = sum(row.claim.is_guessed for row in report.differing)
    of_them = f", {count(guesses, 'guess', 'guesses')} among them" if guesses else ""
    verb = "differs" if len(report.differing) == 1 else "differ"
    named = ", ".join(row.fact for row in list_by_weight(report)[:_IDS_NAMED])
    more = len(report.differing) - _IDS_NAMED
    rest = f" and {more} more" if more > 0 else ""
    of_all = f"{len(report.differing)} of {count(seen, 'claim')} that can be seen here"
    return f"{of_all} {verb}{of_them}: {named}{rest}."
