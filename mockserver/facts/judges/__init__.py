"""One judge for each fact about which exchanges can speak; a module holds those of a topic.

A judge never guesses. What could have another cause (no answer, a page of a proxy's, a body that
was not kept, a key or slug that nobody said is unknown) it passes over in silence.
"""

from __future__ import annotations

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.judgement import JUDGES, Judgement
from mockserver.facts.judges import (
    authentication,
    blocking,
    browsers,
    console,
    limits,
    parameters,
    states,
    submission,
    uploads,
    workflows,
)
from mockserver.facts.observed import Story

__all__ = [
    "authentication",
    "blocking",
    "browsers",
    "console",
    "judge_story",
    "limits",
    "parameters",
    "states",
    "submission",
    "uploads",
    "workflows",
]


def judge_story(story: Story, catalogue: Catalogue) -> tuple[Judgement, ...]:
    """Return what every judge says of a story, in the order of its exchanges."""
    judgements = [said for judge in JUDGES.values() for said in judge(story, catalogue)]
    return tuple(sorted(judgements, key=lambda said: said.number))
