"""Why a client fails: violations that come of one habit have one cause, whatever case shows it.

A violation that no rule knows is its own cause: the assertion, and what was reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from client_tests.cases.model import Case
from client_tests.judging.cause import Cause, Rank
from client_tests.judging.cause_rules import RULES, Rule
from client_tests.judging.parameter_causes import find_changes
from client_tests.judging.scene import Scene
from client_tests.judging.scene_words import describe_last
from client_tests.judging.trace import Trace
from client_tests.judging.violations import Violation

UNSEEN = Cause("unseen", "Fails, and nothing was seen of it", Rank.REST)


def cause_of(case: Case, trace: Trace, violations: Sequence[Violation]) -> Cause:
    """Return the gravest cause of a failure; `unseen` where there is no violation."""
    causes = causes_of(case, trace, violations)
    return causes[0] if causes else UNSEEN


def causes_of(case: Case, trace: Trace, violations: Sequence[Violation]) -> tuple[Cause, ...]:
    """Return the causes of violations, each once, the gravest first."""
    found: dict[str, Cause] = {}
    for violation in violations:
        for cause in _find(Scene(case, trace, violation)):
            found.setdefault(cause.id, cause)
    return tuple(sorted(found.values(), key=lambda cause: cause.rank))


def _find(scene: Scene) -> Iterator[Cause]:
    if scene.violation.assertion == "unchanged":
        for change in find_changes(scene):
            yield _cause_of_change(change.kind, change.title, change.names)
        return
    for rule in RULES:
        if rule.applies(scene):
            yield _make(rule, scene)
            return
    yield _by_assertion(scene)


_TRAITS_OF_NAMES = {"adds-parameter": "adds", "drops-parameter": "drops"}


def _cause_of_change(kind: str, title: str, names: tuple[str, ...]) -> Cause:
    name = f"{kind}:{','.join(names)}" if names else kind
    trait = _TRAITS_OF_NAMES.get(kind)
    return Cause(name, title, Rank.UNCHANGED, trait=trait, names=names, facts=("S1",))


def _make(rule: Rule, scene: Scene) -> Cause:
    detail = rule.detail(scene) if rule.detail else ""
    return Cause(
        id=f"{rule.id}:{_slug(detail)}" if detail else rule.id,
        title=rule.title.replace("{}", detail),
        rank=rule.rank,
        profile="core" if rule.rank in {Rank.PAID_TWICE, Rank.KEY} else rule.profile,
        trait=rule.trait,
        amount=rule.amount(scene) if rule.amount else None,
        facts=rule.facts or _own_facts(scene.violation),
    )


def _own_facts(violation: Violation) -> tuple[str, ...]:
    """Return the facts of a violation, unless they are merely those of its case."""
    return () if violation.assertion == "expected" else violation.facts


def _slug(text: str) -> str:
    return re.sub(r"[^\w,]+", "-", text).strip("-")


def _by_assertion(scene: Scene) -> Cause:
    """Return the cause of a violation that no rule knows."""
    violation = scene.violation
    if scene.is_about_the_end:
        told = scene.outcome or "nothing"
        after = f" after {describe_last(scene)}"
        title = f"Reports {told}{after}, which is not right"
        return Cause(f"reports-{_slug(told)}:{_slug(describe_last(scene))}", title, Rank.OUTCOME)
    is_rule = any(each["id"] == violation.assertion for each in scene.trace.verdicts)
    rank = Rank.RULES if is_rule else Rank.REST
    title = violation.message.rstrip(".")
    return Cause(violation.assertion, title, rank, facts=violation.facts)
