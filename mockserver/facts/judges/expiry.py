"""How long a run can be asked for, and what becomes of it then (T6, T7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import is_decided, is_kept, read_error
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_poll
from mockserver.facts.views import CLOCK_SLACK_S, HOUR_S, list_histories, read_request_id

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


@judges("T7")
def judge_hour(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A run can be asked for until an hour has passed since its submit, and not after it."""
    for history in list_histories(story):
        submitted = history.submitted
        if submitted is None or submitted.answered_s is None:
            continue
        ends_s = submitted.sent_s + HOUR_S - CLOCK_SLACK_S
        ended_s = submitted.answered_s + HOUR_S + CLOCK_SLACK_S
        for each in history.polls:
            if each.status not in {200, 404, 422}:
                continue
            if (each.answered_s or 0) < ends_s and _is_spelled_alike(each, submitted):
                yield _judge_age(each, submitted, is_over=False)
            elif each.sent_s > ended_s:
                yield _judge_age(each, submitted, is_over=True)


def _is_spelled_alike(exchange: Observed, submitted: Observed) -> bool:
    """Tell whether an id is asked for as it was given; other spellings are S1b's."""
    return read_request_id(submitted) == exchange.subject


def _judge_age(exchange: Observed, submitted: Observed, *, is_over: bool) -> Judgement:
    """Judge whether a run is there, or no longer."""
    minutes = (exchange.sent_s - submitted.sent_s) / 60
    return judge_place(
        "T7",
        exchange,
        "status",
        agrees=(exchange.status == 404) == is_over,
        expected="404, an hour after the submit" if is_over else "200 or 422 within the hour",
        found=f"{exchange.status} after {minutes:.1f} minutes",
    )
