"""What a journal says about the client: which rules it broke, and with which requests.

What a rule is called and why it matters stands in contracts/verdicts.json. Its check reads one
account's exchanges, in the order of their numbers, and returns the numbers of those that break it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeAlias

import msgspec

from mockserver.contract.tables import VerdictRow
from mockserver.state.journal import Exchange
from mockserver.verdicts import calls, ends, keys, polls
from mockserver.verdicts.runs import Split, keep_whole, split_runs, split_starts

Check: TypeAlias = Callable[[list[Exchange]], list[int]]

CHECKS: dict[str, Check] = {
    "resubmitted-after-lost-answer": calls.find_resubmitted_runs,
    "repeated-after-refusal": calls.find_repeated_calls,
    "called-before-reset": calls.find_calls_before_reset,
    "key-in-query": keys.find_keys_in_queries,
    "key-as-bearer": keys.find_keys_as_bearer,
    "key-to-output": keys.find_keys_to_outputs,
    "no-key": keys.find_calls_without_key,
    "built-own-url": polls.find_polls_at_built_urls,
    "polled-after-failure": ends.find_polls_after_failure,
    "polled-unknown-job": ends.find_polls_of_unknown_jobs,
    "polled-too-fast": polls.find_hasty_polls,
    "polled-after-result": ends.find_polls_after_result,
    "fetched-result-early": polls.find_early_results,
    "never-fetched-result": polls.find_unread_results,
    "wrong-content-type": calls.find_wrong_types,
    "number-as-text": calls.find_numbers_as_text,
}
"""Each rule's check, by the id that it has in contracts/verdicts.json."""

_SPLITS: dict[str, Split] = {
    "repeated-after-refusal": split_starts,
    "called-before-reset": split_starts,
    "resubmitted-after-lost-answer": split_runs,
    "polled-after-failure": split_runs,
    "polled-unknown-job": split_runs,
    "polled-too-fast": split_runs,
    "polled-after-result": split_runs,
}
"""How rules find runs that are about what a client knows of its earlier calls. An answer that was
lost takes its connection with it, and polls may have connections of their own."""


class Verdict(msgspec.Struct, frozen=True):
    """One broken rule; `requests` are the numbers of the exchanges that broke it."""

    id: str
    level: Literal["MUST", "SHOULD"]
    title: str
    explanation: str
    facts: tuple[str, ...]
    requests: tuple[int, ...]


def find_verdicts(
    exchanges: Iterable[Exchange], rows: Mapping[str, VerdictRow], *, is_one_run: bool = False
) -> list[Verdict]:
    """Return the rules that a client broke: MUST before SHOULD, then by the first offence.

    Args:
        exchanges: One account's exchanges in the order of their numbers, with those that came
            without a key and were about its jobs. Preflights are the browser's, not the client's.
        rows: The table of contracts/verdicts.json, by id.
        is_one_run: Whether all of them are known to be of one run of a program, as in a test;
            else `runs` tells.
    """
    judged = [exchange for exchange in exchanges if exchange.route != "preflight"]
    found = [
        _make_verdict(rows[name], seqs)
        for name in CHECKS
        if (seqs := _find_offences(name, judged, is_one_run=is_one_run))
    ]
    return sorted(found, key=lambda verdict: (verdict.level, verdict.requests[0]))


def _find_offences(name: str, exchanges: list[Exchange], *, is_one_run: bool) -> list[int]:
    split = keep_whole if is_one_run else _SPLITS.get(name, keep_whole)
    return sorted({seq for run in split(exchanges) for seq in CHECKS[name](run)})


def _make_verdict(row: VerdictRow, seqs: list[int]) -> Verdict:
    return Verdict(row.id, row.level, row.title, row.explanation, row.facts, tuple(seqs))
