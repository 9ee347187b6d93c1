"""A report for programs: `contracts/schemas/fact_report.json` describes it."""

from __future__ import annotations

from typing import Any, TypeAlias

from mockserver.facts.report import FactReport, FactRow, Place, Verdict
from mockserver.facts.report_views import (
    Difference,
    count_by_basis,
    describe_exchange_answer,
    describe_request,
    group_differences,
    group_remarks,
    render_verdict,
)

Document: TypeAlias = dict[str, Any]

FORMAT = 1

SCHEMA = "urn:segmock:schema:fact_report"
"""The `$id` of the schema that every such document satisfies."""


def render_document(report: FactReport, version: str) -> Document:
    """Return a report as JSON has it; `version` is that of segmock."""
    return {
        "format": FORMAT,
        "segmock": version,
        "source": report.source,
        "exchanges": report.exchanges,
        "exit_code": report.exit_code,
        "verdict": render_verdict(report),
        "counts": _render_counts(report.counts),
        "counts_by_basis": {
            basis: _render_counts(counts) for basis, counts in count_by_basis(report).items()
        },
        "rows": [_render_row(row) for row in report.rows],
    }


def _render_counts(counts: dict[Verdict, int]) -> Document:
    return {_to_key(verdict): number for verdict, number in counts.items()}


def _to_key(verdict: Verdict) -> str:
    return verdict.replace(" ", "_")


def _render_row(row: FactRow) -> Document:
    claim = row.claim
    told: Document = {
        "fact": claim.fact,
        "basis": claim.basis,
        "statement": claim.statement,
        "evidence": list(claim.evidence),
        "source": claim.source,
        "is_guessed": claim.is_guessed,
        "verdict": _to_key(row.verdict),
        "agreeing": len(row.agreeing),
        "differing": len(row.differing),
        "differences": [_render_difference(each) for each in group_differences(row)],
        "notes": [
            {"remark": remark, "places": list(map(_render_place, places))}
            for remark, places in group_remarks(row).items()
        ],
    }
    return told if claim.unjudged is None else told | {"reason": claim.unjudged}


def _render_difference(difference: Difference) -> Document:
    said = difference.first.judgement
    return {
        "where": said.where,
        "expected": said.expected,
        "found": said.found,
        "places": [_render_place(place) for place in difference.places],
    }


def _render_place(place: Place) -> Document:
    exchange = place.exchange
    return {
        "session": place.session,
        "exchange": exchange.number,
        "sent_s": exchange.sent_s,
        "request": describe_request(exchange),
        "status": exchange.status,
        "answer": describe_exchange_answer(exchange),
    }
