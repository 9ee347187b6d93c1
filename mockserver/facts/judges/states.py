"""The states of a run, and how long they can be asked for (T*)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import is_decided, is_kept, read_error
from mockserver.facts.judgement import Judgement, compare, judges
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_poll

_PLAIN_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
"""An id of which no server would change the spelling before it repeats it."""


@judges("T6")
def judge_unknown_request(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """An id that nobody has, or of which the hour is over, is 404 in words that repeat it."""
    for each in story.exchanges:
        if not is_poll(each) or not is_decided(each):
            continue
        if each.known & {"id-unknown", "id-expired"} and each.status != 401:
            yield compare("T6", each, "status", 404, each.status)
        # The words of the third route are another fact's (R5).
        if each.status == 404 and each.route.name != "poll" and is_repeating(each):
            expected = f"Request {each.subject} not found"
            yield compare("T6", each, "body.error", expected, read_error(each))


def is_repeating(exchange: Observed) -> bool:
    """Tell whether an error, which was kept, has to repeat the id as the caller spelled it."""
    return is_kept(exchange.body) and _PLAIN_ID.fullmatch(exchange.subject) is not None
