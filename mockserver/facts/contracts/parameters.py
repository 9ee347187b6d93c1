"""Parameters that were accepted or refused, against what the contract has of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.contract.judgement import judge_params
from mockserver.facts.answers import read_error
from mockserver.facts.contracts.model_runs import ModelRun
from mockserver.facts.judgement import Judgement

_REFUSALS = {400, 406, 422}
_OTHER_CAUSES = ("credit", "balance", "wallet", "spend", "content type", "content-type", "cap")
"""Words of messages that refuse for another reason with the same statuses (E3)."""

_LONGEST = 160


def judge_parameters(run: ModelRun) -> Iterator[Judgement]:
    """Parameters that break the contract are refused, and no others.

    v1 says so at once (E2, E3); of a queued run only the outcome tells, where a failure may have
    any cause (T10).
    """
    if run.params is None:
        return
    violation = judge_params(run.model, run.params).violation
    expected = f"refused: {violation.message}"[:_LONGEST] if violation else "accepted"
    if run.completed:
        names = ", ".join(_list_news(run, run.params))
        remark = f"it took {names}, which the contract does not name" if names else ""
        yield run.judge(
            "parameters",
            run.completed[0],
            "status" if run.is_blocking else "body.status",
            agrees=violation is None,
            expected=expected,
            found="accepted",
            remark=remark if violation is None else "",
        )
    elif _is_refused(run) and (violation or run.is_blocking):
        found = f"refused: {read_error(run.submitted) or run.submitted.status}"[:_LONGEST]
        yield run.judge(
            "parameters",
            run.submitted,
            "status",
            agrees=violation is not None,
            expected=expected,
            found=found,
        )


def _list_news(run: ModelRun, params: dict[str, Any]) -> list[str]:
    """Return the parameters that a contract which names some does not name."""
    return run.model.find_unknown(params) if run.model.properties else []


def _is_refused(run: ModelRun) -> bool:
    """Tell whether parameters were refused, and nothing else."""
    if not run.is_blocking:
        return run.has_failed
    message = (read_error(run.submitted) or "").lower()
    is_other = any(word in message for word in _OTHER_CAUSES)
    return run.submitted.status in _REFUSALS and not is_other and bool(message)
