"""What a story says of the contracts of the models that ran in it: a row for each part of each.

A judge of a contract reads one run of a model; it is not about a fact, so `JUDGES` has none of
them. What it cannot tell it passes over, as judges of facts do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.contracts import existence, files, outcomes, parameters, price
from mockserver.facts.contracts.model_runs import ModelRun, find_model_runs
from mockserver.facts.judgement import Judgement
from mockserver.facts.observed import Story

ContractJudge: TypeAlias = Callable[[ModelRun], Iterator[Judgement]]

CONTRACT_JUDGES: dict[str, ContractJudge] = {
    "price": price.judge_price,
    "parameters": parameters.judge_parameters,
    "v1 answer": files.judge_v1_answer,
    "output": files.judge_output,
    "size": files.judge_size,
    "seconds": outcomes.judge_seconds,
    "seed": outcomes.judge_seed,
}
"""The judge of each part of a contract, by the word that its rows' ids end with."""


def judge_contracts(story: Story, catalogue: Catalogue) -> tuple[Judgement, ...]:
    """Return what is to be said of the contracts of the models in a story, in its order."""
    said = list(existence.judge_existence(story, catalogue))
    for run in find_model_runs(story, catalogue):
        for judge in CONTRACT_JUDGES.values():
            said += judge(run)
    return tuple(sorted(said, key=lambda judgement: judgement.number))
