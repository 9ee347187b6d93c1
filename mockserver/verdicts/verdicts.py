"""What a journal says about the client: which rules it broke, and with which requests.

What a rule is called and why it matters stands in contracts/verdicts.json; how it is checked, in
verdict_checks.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeAlias

import msgspec

from mockserver.contract.tables import VerdictRow
from mockserver.state.journal import Entry
from mockserver.verdicts import checks

Check: TypeAlias = Callable[[list[Entry]], list[int]]

CHECKS: dict[str, Check] = {
    "resubmitted-after-lost-answer": checks.resubmitted,
    "repeated-after-refusal": checks.repeated,
    "called-before-reset": checks.impatient,
    "key-in-query": checks.key_in_query,
    "key-as-bearer": checks.key_as_bearer,
    "key-to-output": checks.key_to_output,
    "no-key": checks.no_key,
    "built-own-url": checks.built_own_url,
    "polled-too-fast": checks.too_fast,
    "polled-after-result": checks.after_result,
    "polled-unknown-job": checks.unknown_job,
    "fetched-result-early": checks.fetched_early,
    "never-fetched-result": checks.never_fetched,
    "wrong-content-type": checks.wrong_type,
}
"""Each rule's check, by the id that it has in contracts/verdicts.json."""


class Verdict(msgspec.Struct, frozen=True):
    """One broken rule; `requests` are the numbers of the exchanges that broke it."""

    id: str
    level: Literal["MUST", "SHOULD"]
    title: str
    explanation: str
    facts: tuple[str, ...]
    requests: tuple[int, ...]


def verdicts(entries: Iterable[Entry], rows: Mapping[str, VerdictRow]) -> list[Verdict]:
    """Return the rules that a client broke: MUST before SHOULD, then by the first offence.

    Args:
        entries: One account's exchanges in the order of their numbers, with those that came
            without a key and were about its jobs. Preflights are the browser's, not the client's.
        rows: The table of contracts/verdicts.json, by id.
    """
    exchanges = [entry for entry in entries if entry.route != "preflight"]
    found = [
        _verdict(rows[name], seqs) for name, check in CHECKS.items() if (seqs := check(exchanges))
    ]
    return sorted(found, key=lambda verdict: (verdict.level, verdict.requests[0]))


def _verdict(row: VerdictRow, seqs: list[int]) -> Verdict:
    return Verdict(row.id, row.level, row.title, row.explanation, row.facts, tuple(seqs))
