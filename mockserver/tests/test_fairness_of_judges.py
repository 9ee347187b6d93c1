"""What is left of a sound server's story, whatever was lost of it, accuses nobody of anything."""

from dataclasses import replace
from functools import cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.facts.observed import Body
from mockserver.tests.broken_servers.conversation import talk
from mockserver.tests.broken_servers.table import SOUND
from mockserver.tests.facts.changing import find_differing, judge
from mockserver.tests.facts.witness import Witness, find_id


@cache
def _tell():
    return talk(SOUND)


COUNT = len(_tell().exchanges)
NUMBERS = st.sets(st.integers(1, COUNT))


def _change(numbers, change):
    exchanges = tuple(
        change(each) if each.number in numbers else each for each in _tell().exchanges
    )
    return msgspec.structs.replace(_tell(), exchanges=exchanges)


def _lose(each):
    return msgspec.structs.replace(
        each, status=None, answered_s=None, headers=(), body=Body.of(b"")
    )


def _drop(body):
    return Body(size=body.size, digest=body.digest)


def _drop_answer(each):
    return msgspec.structs.replace(each, body=_drop(each.body))


def _drop_request(each):
    return msgspec.structs.replace(each, request_body=_drop(each.request_body))


def _fail_at_edge(each):
    page = Body.of(b"<html><body>Bad Gateway</body></html>")
    headers = (("content-type", "text/html"),)
    return msgspec.structs.replace(each, status=502, headers=headers, body=page)


@pytest.mark.parametrize("change", [_lose, _drop_answer, _drop_request, _fail_at_edge])
@settings(max_examples=15)
@given(numbers=NUMBERS)
def test_what_was_lost_or_dropped_on_the_way_is_held_against_nobody(change, numbers):
    """Answers that never came, bodies that were not kept, and pages of something in between."""
    assert find_differing(_change(numbers, change)) == set()


@settings(max_examples=30)
@given(first=st.integers(1, COUNT), last=st.integers(1, COUNT))
def test_a_part_of_a_story_is_a_story(first, last):
    """A recording that began late, or that ended early, accuses nobody."""
    kept = tuple(each for each in _tell().exchanges if first <= each.number <= last)
    assert find_differing(msgspec.structs.replace(_tell(), exchanges=kept)) == set()


@settings(max_examples=10)
@given(later_s=st.floats(0, 300))
def test_a_story_of_other_accounts_in_between_changes_nothing(later_s):
    """Two programs with a key each, seen as one story."""
    others = (
        msgspec.structs.replace(
            each,
            number=each.number + COUNT,
            sent_s=each.sent_s + later_s,
            answered_s=each.answered_s + later_s,
            account=each.account and f"other {each.account}",
        )
        for each in talk(replace(SOUND, settings={"seed": 7})).exchanges
    )
    mixed = sorted((*_tell().exchanges, *others), key=lambda each: each.sent_s)
    story = msgspec.structs.replace(_tell(), exchanges=tuple(mixed))
    assert [each for each in judge(story) if not each.agrees] == []


@pytest.mark.parametrize("is_asked_before", [False, True])
def test_a_run_from_before_the_story_may_be_charged_within_it(is_asked_before):
    """A balance falls by what a run costs of which the recording has the polls alone."""
    witness = Witness()
    run = find_id(witness.submit("ideogram-3"))
    witness.read_balance()
    if is_asked_before:
        witness.poll(run)
    witness.advance(60)
    witness.read_balance()
    witness.poll(run)
    witness.read_balance()
    story = msgspec.structs.replace(witness.story, exchanges=witness.story.exchanges[1:])
    balances = [each.body.document["credits"] for each in witness.exchanges if "get-" in each.path]
    assert balances == [100, 99.887, 99.887]
    assert find_differing(story) == set()
