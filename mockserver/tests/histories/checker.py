"""The checker: every rule that a history has to keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from mockserver.tests.histories import (
    rules_of_answers,
    rules_of_clocks,
    rules_of_faults,
    rules_of_files,
    rules_of_jobs,
    rules_of_journals,
    rules_of_money,
    rules_of_windows,
)
from mockserver.tests.histories.history import Evidence, History

Rule: TypeAlias = Callable[[Evidence], Iterator[str]]

RULES: tuple[Rule, ...] = (
    rules_of_answers.check_statuses,
    rules_of_answers.check_losses,
    rules_of_answers.check_forces,
    rules_of_jobs.check_states,
    rules_of_jobs.check_order_in_journals,
    rules_of_jobs.check_submits_are_found,
    rules_of_jobs.check_ids,
    rules_of_jobs.check_commits,
    rules_of_jobs.check_owners,
    rules_of_money.check_charges,
    rules_of_money.check_ledgers,
    rules_of_money.check_balances,
    rules_of_money.check_told_costs,
    rules_of_money.check_refusals_for_credits,
    rules_of_windows.check_windows,
    rules_of_faults.check_plans,
    rules_of_faults.check_common,
    rules_of_faults.check_delays,
    rules_of_faults.check_armed,
    rules_of_journals.check_entries,
    rules_of_journals.check_strangers,
    rules_of_journals.check_numbers,
    rules_of_journals.check_lists,
    rules_of_journals.check_watches,
    rules_of_journals.check_instants,
    rules_of_clocks.check_moves,
    rules_of_clocks.check_told_times,
    rules_of_clocks.check_events,
    rules_of_files.check_files,
    rules_of_files.check_webhooks,
)


def find_violations(history: History) -> list[str]:
    """Return what in a history cannot be, each sentence with the rule that it breaks."""
    evidence = Evidence(history)
    return [
        f"{rule.__name__.removeprefix('check_')}: {sentence}"
        for rule in RULES
        for sentence in rule(evidence)
    ]
