"""Keys (A*)."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import is_decided, is_kept, read_error
from mockserver.facts.judgement import Judgement, compare, judges
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import needs_key

MISSING_KEY = "Missing Authorization or x-api-key in header"


@judges("A2")
def judge_missing_key(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A call without any key is refused with 401 and these words."""
    for each in story.exchanges:
        if needs_key(each) and _is_keyless(each) and is_decided(each):
            yield compare("A2", each, "status", 401, each.status)
            if each.status == 401 and is_kept(each.body):
                yield compare("A2", each, "body.error", MISSING_KEY, read_error(each))


def _is_keyless(exchange: Observed) -> bool:
    return exchange.account is None and exchange.key_place is None
