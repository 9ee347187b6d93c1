"""Holding the parameters of a run against its model: what is refused, and what is worth a word."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

from mockserver.contract.models import Model
from mockserver.contract.validation import (
    Violation,
    explain_violation,
    find_reply_violation,
    find_violation,
)

Types: TypeAlias = Literal["lenient", "strict"]
"""Whether values are read leniently (P1 to P3), or the schema has its word."""


class Judgement(msgspec.Struct, frozen=True):
    """What is to be said of parameters.

    Attributes:
        violation: Why they are refused; None if they are right.
        advice: What is not as known of them or of their model, and passes all the same (P6, P7).
        numbers_as_text: Where a number or a boolean came as text, and was read (P1).
    """

    violation: Violation | None = None
    advice: tuple[str, ...] = ()
    numbers_as_text: tuple[str, ...] = ()


FAULTLESS = Judgement()


def judge_params(model: Model, params: dict[str, Any], types: str = "lenient") -> Judgement:
    """Return what there is to say of the parameters of a run; `types` is one of `Types`."""
    read: dict[str, Any] = params
    numbers_as_text: tuple[str, ...] = ()
    if model.validator.is_valid(params):
        if model.is_all_in_schema:
            return FAULTLESS
        violation = find_reply_violation(model, params)
    elif types == "strict":
        violation = explain_violation(model, params)
    else:
        read, numbers_as_text = model.reader.read(params)
        violation = find_violation(model, read)
    advice = model.advisor.find_advice(read) if model.advisor and not violation else ()
    advice = (*model.remarks, *advice) if model.remarks else advice
    if violation or advice or numbers_as_text:
        return Judgement(violation, advice, numbers_as_text)
    return FAULTLESS
