"""Whether a single change of an answer, whatever it is, is seen by a judge."""

import pytest

from mockserver.facts.judges import judge_story
from mockserver.tests.facts.mutations import list_mutations
from mockserver.tests.facts.stories import tell
from mockserver.tests.facts.witness import CATALOGUE, change_story

TOLD = ("a picture", "failures", "refusals", "bodies")
ROUTES = {"submit", "status", "result", "poll", "credits", "output", "sync"}

UNTOLD = (
    "header vary",  # of browsers and caches, of which C1 says nothing but who may read
    "header allow",  # which HTTP asks of a 405, and no source of the gateway's
    "header x-content-type-options",  # which our own edge adds
    "header cache-control",  # the same
)
"""Kinds of changes that no fact speaks about."""


def list_changes():
    """Return every change of every answer, as story, number, kind and what is changed."""
    return [
        (name, each, kind, fields)
        for name in TOLD
        for each in tell(name).exchanges
        if each.route.name in ROUTES
        for kind, fields in list_mutations(each)
        if not kind.startswith(UNTOLD)
        and not (kind.startswith("header content-type") and each.status < 400)
    ]


def is_seen(name, exchange, fields):
    """Tell whether a judge differs from a story in which an answer is changed."""
    changed = change_story(tell(name), exchange.number, **fields)
    return any(not each.agrees for each in judge_story(changed, CATALOGUE))


@pytest.mark.parametrize("start", range(4))
def test_nine_of_ten_changes_of_an_answer_are_seen(start):
    """Of those that a fact speaks about; what is not seen could have another cause."""
    changes = list_changes()[start * 7 :: 61]
    unseen = [
        (each.route.name, each.status, kind)
        for name, each, kind, fields in changes
        if not is_seen(name, each, fields)
    ]
    assert len(changes) > 50
    assert len(unseen) <= 0.1 * len(changes), unseen
