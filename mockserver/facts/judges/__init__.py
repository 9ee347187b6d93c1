"""One judge for each fact about which exchanges can speak; a module holds those of a topic.

A judge never guesses. What could have another cause (no answer, a page of a proxy's, a body that
was not kept, a key or slug that nobody said is unknown) it passes over in silence.
"""

from __future__ import annotations

from importlib import import_module

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.judgement import JUDGES, Judgement
from mockserver.facts.observed import Story

_TOPICS = (
    "authentication",
    "blocking",
    "browsers",
    "clients",
    "console",
    "errors",
    "expiry",
    "failures",
    "files",
    "limits",
    "money",
    "multipart",
    "parameters",
    "results",
    "routes",
    "states",
    "submission",
    "texts",
    "uploads",
    "workflows",
)

for _topic in _TOPICS:  # each registers its judges when it is imported
    import_module(f"{__name__}.{_topic}")


def judge_story(story: Story, catalogue: Catalogue) -> tuple[Judgement, ...]:
    """Return what every judge says of a story, in the order of its exchanges."""
    judgements = [said for judge in JUDGES.values() for said in judge(story, catalogue)]
    return tuple(sorted(judgements, key=lambda said: said.number))
