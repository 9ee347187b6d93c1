"""What holds of faults: they strike the calls that `segmock faults plan` foretells."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from mockserver.tests.histories.history import OK, Account, Document, Evidence, Operation
from mockserver.tests.histories.plans import Plan, may_wait, plan_strikes


def check_plans(evidence: Evidence) -> Iterator[str]:
    """See that the rules which were there all the time strike the calls that they say."""
    for account in evidence.accounts:
        for route, rules in group_rules(account).items():
            if may_wait(route, rules):
                continue
            struck = [entry.get("fault_id") for entry in list_entries(account, route)]
            plan = plan_strikes(rules, account.key, route, len(struck))
            if plan.strikes != struck:
                yield f"{account.key}: {route} is struck {struck}, not {plan.strikes}"
            yield from check_counts(account, plan)


def check_counts(account: Account, plan: Plan) -> Iterator[str]:
    """See that an account's own rules say how many calls they have counted and struck."""
    shown = {rule["id"]: (rule["calls"], rule["hits"]) for rule in account.faults}
    own = {rule["id"] for rule in account.rules if "api_key" in rule}
    for fault_id, counted in plan.counts.items():
        if fault_id in own and shown.get(fault_id) != counted:
            yield f"{account.key}: {fault_id} says {shown.get(fault_id)}, it should be {counted}"


def check_common(evidence: Evidence) -> Iterator[str]:
    """See that a rule for every account counts each account's calls apart."""
    for rule in evidence.history.common:
        possible = {(0, 0)}
        for account in evidence.accounts:
            plans = list_plans(evidence, account, rule["on"]["route"])
            counts = {plan.counts[rule["id"]] for plan in plans}
            possible = {(a + c, b + d) for a, b in possible for c, d in counts}
        if (rule["calls"], rule["hits"]) not in possible:
            shown = f"{rule['calls']} calls and {rule['hits']} hits"
            yield f"{rule['id']} says {shown}, it should be one of {sorted(possible)}"


def check_delays(evidence: Evidence) -> Iterator[str]:
    """See that as many calls that may wait are struck as rules say, whenever each of them ended."""
    for account in evidence.accounts:
        for route, rules in group_rules(account).items():
            if not may_wait(route, rules):
                continue
            missing = count_missing(evidence, account, route)
            fault_ids = [entry.get("fault_id") for entry in list_entries(account, route)]
            struck = Counter(filter(None, fault_ids))
            plans = list_plans(evidence, account, route)
            if not any(explains(plan, account, struck, missing) for plan in plans):
                yield f"{account.key}: {route} is struck {dict(struck)}, not one of {plans}"


def explains(plan: Plan, account: Account, struck: Counter[str], missing: int) -> bool:
    """Tell whether a plan is what rules say, and what was struck, so many calls being missing."""
    return not list(check_counts(account, plan)) and all(
        0 <= hits - struck[fault_id] <= missing for fault_id, (_, hits) in plan.counts.items()
    )


def list_plans(evidence: Evidence, account: Account, route: str) -> list[Plan]:
    """Return what may come of the calls to a route: those in the journal, and of the missing some.

    A call whose server was killed while it waited was counted, and is in no journal.
    """
    rules, entries = group_rules(account)[route], list_entries(account, route)
    missing = count_missing(evidence, account, route) if may_wait(route, rules) else 0
    return [
        plan_strikes(rules, account.key, route, calls)
        for calls in range(len(entries), len(entries) + missing + 1)
    ]


def count_missing(evidence: Evidence, account: Account, route: str) -> int:
    """Return how many calls to a route may have been counted that are in no journal."""
    return sum(
        not operation.is_known and operation.number not in evidence.entries
        for operation in evidence.list_operations(route, account=account)
    )


def group_rules(account: Account) -> dict[str, list[Document]]:
    """Return the rules that were there all the time, by the route that they are about."""
    found: dict[str, list[Document]] = defaultdict(list)
    for rule in account.rules:
        found[rule["on"]["route"]].append(rule)
    return found


def check_armed(evidence: Evidence) -> Iterator[str]:
    """See that a rule which came and went strikes as it says, and only while it was there."""
    for account in evidence.accounts:
        for arm in evidence.list_operations("arm", account=account):
            rule = find_rule(account, arm)
            struck = [
                entry
                for entry in list_entries(account, arm.body["on"]["route"])
                if "fault_id" in entry
            ]
            if rule is None:
                if struck:
                    yield f"{arm} has armed nothing, and exchange {struck[0]['seq']} is struck"
            elif not has_explanation(evidence, account, arm, rule):
                yield f"{arm}: no span of its rule explains what it has struck"


def has_explanation(evidence: Evidence, account: Account, arm: Operation, rule: Document) -> bool:
    """Tell whether calls can have begun and ceased to be counted so that all strikes are right."""
    route = rule["on"]["route"]
    entries = list_entries(account, route)
    struck = [entry.get("fault_id") for entry in entries]
    removal = next(
        (
            each
            for each in evidence.list_operations("disarm", account=account)
            if each.subject == rule["id"]
        ),
        None,
    )
    shown = next((each for each in account.faults if each["id"] == rule["id"]), None)
    for first in list_cuts(evidence, entries, arm):
        ends = [len(entries)] if shown else list_cuts(evidence, entries, removal)
        for last in ends:
            plan = plan_strikes([rule], account.key, route, max(last - first, 0))
            expected = [None] * first + plan.strikes + [None] * (len(entries) - last)
            is_counted = shown is None or plan.counts[rule["id"]] == (shown["calls"], shown["hits"])
            if last >= first and expected == struck and is_counted:
                return True
    return False


def list_cuts(evidence: Evidence, entries: list[Document], change: Operation | None) -> list[int]:
    """Return after how many calls a change of the rules may have come, as far as times tell.

    Without a change there is none: the rule would still be there.
    """
    if change is None:
        return []
    found = []
    for cut in range(len(entries) + 1):
        before = [evidence.operation_of(entry) for entry in entries[:cut]]
        after = [evidence.operation_of(entry) for entry in entries[cut:]]
        is_late = any(call.began > change.done_by for call in before if call)
        is_early = any(call.done_by < change.began for call in after if call)
        if not is_late and not is_early:
            found.append(cut)
    return found


def find_rule(account: Account, arm: Operation) -> Document | None:
    """Return the rule that an operation has armed, None if it has not."""
    if arm.status == OK:
        return arm.answer
    return next((rule for rule in account.faults if rule["do"] == arm.body["do"]), None)


def list_entries(account: Account, route: str) -> list[Document]:
    """Return the calls to a route, in the order of their numbers."""
    return [entry for entry in account.journal if entry["route"] == route]
