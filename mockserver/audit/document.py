"""An audit's report for programs: `report.json` describes it, and the page is made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import files
from typing import Any, TypeAlias

from client_tests.reports.exchange_lines import Gap, Item
from mockserver.audit.mutants import Mutant
from mockserver.audit.report_data import AuditReport, CleanRun, Finding
from mockserver.audit.views import (
    count_groups,
    describe_not_run,
    describe_outcome,
    find_group,
    fold_exchanges,
    make_paste,
    render_verdict,
)

Document: TypeAlias = dict[str, Any]

SCHEMA_VERSION = 1


def render_document(report: AuditReport, version: str, statements: Mapping[str, str]) -> Document:
    """Return a report as JSON has it.

    Args:
        report: What was found.
        version: Of segmock.
        statements: What each fact of the behaviour register says, by its id.
    """
    mutants = [each.mutant for each in report.findings] + [each.mutant for each in report.not_run]
    cited = {fact for mutant in mutants for fact in mutant.facts}
    return {
        "schema_version": SCHEMA_VERSION,
        "segmock": version,
        "command": list(report.command),
        "runner": report.runner,
        "exit_code": report.exit_code,
        "verdict": render_verdict(report),
        "elapsed_s": report.elapsed_s,
        "budget_s": report.budget_s,
        "is_interrupted": report.is_interrupted,
        "counts": {_to_key(group): number for group, number in count_groups(report).items()},
        "clean": _render_clean(report.clean),
        "findings": [_render_finding(report, finding) for finding in report.findings],
        "not_run": [
            _render_mutant(each.mutant) | {"why": each.why, "outcome": describe_not_run(each.why)}
            for each in report.not_run
        ],
        "facts": {fact: statements[fact] for fact in sorted(cited)},
    }


def load_schema() -> Document:
    """Return the JSON Schema of such a report."""
    text = (files("mockserver.audit") / "report.json").read_text(encoding="utf-8")
    schema: Document = json.loads(text)
    return schema


def _to_key(words: str) -> str:
    return words.replace(" ", "_")


def _render_clean(clean: CleanRun) -> Document:
    tests = [asdict(test) | {"routes": list(test.routes)} for test in clean.tests]
    return {"time_s": clean.time_s, "times": clean.times, "others": clean.others, "tests": tests}


def _render_mutant(mutant: Mutant) -> Document:
    return {
        "mutant": mutant.id,
        "title": mutant.title,
        "does": mutant.does,
        "right": mutant.right,
        "add": mutant.add,
        "rules": list(mutant.rules),
        "facts": list(mutant.facts),
    }


def _render_finding(report: AuditReport, finding: Finding) -> Document:
    told = {
        **_render_mutant(finding.mutant),
        "group": _to_key(find_group(finding)),
        "status": _to_key(finding.status),
        "outcome": describe_outcome(finding),
        "noticed_by": finding.by,
        "paid_twice": finding.paid_twice,
        "is_bad": finding.is_bad,
        "time_s": finding.time_s,
        "tests_reaching": list(finding.tests_reaching),
        "failing_tests": list(finding.failing_tests),
        "unnoticing_tests": list(finding.unnoticing_tests),
        "charges": list(map(asdict, finding.charges)),
        "verdicts": list(map(asdict, finding.verdicts)),
        "exchanges": list(map(_render_item, fold_exchanges(finding))),
    }
    return told | ({"paste": asdict(make_paste(report, finding))} if finding.is_bad else {})


def _render_item(item: Item) -> Document:
    if isinstance(item, Gap):
        return {"kind": "gap", "count": item.count, "until_ms": item.until_ms, "words": item.words}
    return {
        "kind": "exchange",
        "number": item.seq,
        "at_ms": item.at_ms,
        "method": item.method,
        "path": item.path,
        "route": item.route,
        "status": item.status,
        "answer": item.answer,
        "delivery": item.delivery,
        "is_struck": item.fault is not None,
        "is_paid_again": bool(item.marks),
    }
