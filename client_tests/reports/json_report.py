"""A report for programs: `schemas/report.json` describes it, and `html` is made from it."""

from __future__ import annotations

from typing import Any, TypeAlias

from client_tests.judging.violations import Violation
from client_tests.reports import summary
from client_tests.reports.exchange_lines import Gap, Item
from client_tests.reports.facts import facts_of, statement
from client_tests.reports.findings import Finding, find_findings
from client_tests.reports.program import describe_program
from client_tests.reports.requirements import Requirement, find_requirements
from client_tests.reports.timeline import timeline
from client_tests.reports.verdict import holds, verdict
from client_tests.running.results import Failure, Report, Result

Document: TypeAlias = dict[str, Any]

SCHEMA_VERSION = 1


def document(report: Report) -> Document:
    """Return a report as JSON has it."""
    advice = summary.advice(report)
    cited = [fact for result in report.results for fact in facts_of(result)]
    cited += [fact for each in advice for fact in each.facts]
    return {
        "schema_version": SCHEMA_VERSION,
        "segmock": report.version,
        "driver": report.driver,
        "seed": report.seed,
        "examples": report.examples,
        "elapsed_s": report.elapsed_s,
        "exit_code": report.exit_code,
        "verdict": verdict(report),
        "counts": _counts(summary.totals(report)),
        "features": [
            {"feature": row.feature, "level": row.level, "counts": _counts(row.counts)}
            for row in summary.rows(report)
        ],
        **_by_cause(report),
        "checks": [_check(report, result) for result in report.results],
        "advice": [
            {
                "judge": each.assertion,
                "message": each.message,
                "facts": list(each.facts),
                "checks": list(each.test_cases),
            }
            for each in advice
        ],
        "facts": {fact: statement(fact) for fact in sorted(set(cited))},
        "stale": list(report.stale),
        "notes": list(report.notes),
        "interrupted_by": report.interrupted_by,
    }


def _by_cause(report: Report) -> Document:
    """Return what the report tells by profile, cause, fact and trait."""
    return {
        "profile": report.profile,
        "profiles": [
            {"profile": profile, "holds": holds(report, profile), "counts": _counts(counts)}
            for profile, counts in summary.profile_counts(report).items()
        ],
        "findings": [_finding(each) for each in find_findings(report)],
        "requirements": [_requirement(each) for each in find_requirements(report)],
        "traits": [
            {"name": each.name, "words": each.words, "reason": each.reason, "count": each.count}
            for each in report.traits
        ],
        "untrue": list(report.untrue),
    }


def _counts(counts: dict[str, int]) -> Document:
    return {kind.replace(" ", "_"): counts[kind] for kind in summary.KINDS}


def _finding(finding: Finding) -> Document:
    return {
        "cause": finding.cause.id,
        "title": finding.cause.title,
        "kind": finding.kind,
        "level": finding.level,
        "profile": finding.profile,
        "fails_the_run": finding.is_broken,
        "shown_by": finding.shown_by.id,
        "checks": [each.id for each in finding.results],
    }


def _requirement(requirement: Requirement) -> Document:
    return {
        "fact": requirement.fact,
        "statement": statement(requirement.fact),
        "verdict": requirement.verdict.replace(" ", "_"),
        "counts": _counts(requirement.counts),
        "shown_by": list(requirement.shown_by),
    }


def _check(report: Report, result: Result) -> Document:
    told: Document = {
        "id": result.id,
        "kind": result.kind,
        "title": result.title,
        "level": result.level,
        "facts": list(facts_of(result)),
        "feature": result.feature,
        "group": summary.group_of(result),
        "profile": result.profile,
        "status": summary.kind_of(result).replace(" ", "_"),
        "examples": result.examples,
        "elapsed_s": result.elapsed_s,
    }
    optional = {"known": result.known, "declared": result.declared}
    told |= {name: value for name, value in optional.items() if value is not None}
    if result.cause is not None:
        told["cause"] = result.cause.id
    if result.status in {"failed", "flaky"}:
        told["plays"] = result.plays
    if result.advice:
        told["advice"] = [_violation(each, {}) for each in result.advice]
    if result.status in {"failed", "flaky"}:
        told["reproduce"] = " ".join(summary.reproduction(report, result))
    if result.failure is not None:
        told["failure"] = _failure(result, result.failure)
    return told


def _failure(result: Result, failure: Failure) -> Document:
    help_of = summary.explanations(result)
    seen = timeline(failure.case, failure.trace, failure.violations)
    return {
        "complaints": [_violation(each, help_of) for each in failure.violations],
        "case": failure.case.to_json(),
        "program": describe_program(failure.case),
        "file": None if failure.file is None else str(failure.file),
        "timeline": [_item(item) for item in seen.items],
        "calls": [
            {
                "asked": end.asked,
                "outcome": end.outcome,
                "reported": end.reported,
                "after_ms": end.after_ms,
            }
            for end in seen.ends
        ],
        "never_struck": list(seen.idle),
    }


def _violation(violation: Violation, help_of: dict[str, str]) -> Document:
    told: Document = {
        "judge": violation.assertion,
        "level": violation.level,
        "message": violation.message,
        "facts": list(violation.facts),
        "exchanges": list(violation.exchanges),
    }
    explanation = help_of.get(violation.assertion)
    return told | {"help": explanation} if explanation else told


def _item(item: Item) -> Document:
    if isinstance(item, Gap):
        return {
            "kind": "gap",
            "count": item.count,
            "until_ms": item.until_ms,
            "is_alike": item.is_alike,
            "words": item.words,
        }
    return {
        "kind": "exchange",
        "seq": item.seq,
        "at_ms": item.at_ms,
        "method": item.method,
        "path": item.path,
        "route": item.route,
        "status": item.status,
        "state": item.state,
        "answer": item.answer,
        "delivery": item.delivery,
        "fault": item.fault,
        "complaints": list(item.marks),
    }
