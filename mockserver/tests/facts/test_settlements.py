"""What can be said of an account's money, and when nothing can."""

from decimal import Decimal

import msgspec
import pytest

from mockserver.facts.settlements import find_settlements
from mockserver.tests.facts.stories import IMAGE, OTHER
from mockserver.tests.facts.tables import set_members
from mockserver.tests.facts.witness import Witness, change_story, find_id

FAILING = {"prompt": "mock:fail=The worker ran out of memory."}


def play(*steps):
    """Return the story of an account that reads its balance, does this, and reads it again."""
    witness = Witness()
    witness.read_balance()
    for step in steps:
        step(witness)
    witness.read_balance()
    return witness.story


def run(params=None, key=None):
    """Queue a run and wait for its end."""

    def step(witness):
        keyed = {"key": key} if key else {}
        submitted = witness.submit(IMAGE, params, **keyed)
        witness.advance(30)
        witness.poll(find_id(submitted), **keyed)

    return step


def start(witness):
    """Queue a run and never ask for it."""
    witness.submit(IMAGE)


def charge(story, dollars):
    """Return a story in which the last balance is lower by so much."""
    last = story.exchanges[-1]
    left = last.body.document["credits"] - dollars
    return change_story(story, last.number, **set_members(credits=left)(last))


@pytest.mark.fact("E7")
def test_a_failed_run_that_was_charged_shows_between_two_balances():
    """Nothing else has run, and the balance is lower by its price."""
    story = play(run(FAILING))
    (sound,) = find_settlements(story)
    assert sound.agrees
    (charged,) = find_settlements(charge(story, 0.113))
    assert not charged.agrees
    assert charged.expected - charged.after.balance == Decimal("0.113")
    assert [each.outcome for each in charged.activities] == ["free"]


@pytest.mark.fact("O3", "E7")
def test_each_reading_is_held_against_the_one_before_it():
    """Balances, and what a run and a blocking run say is left."""
    found = find_settlements(play(run(), run(FAILING), lambda witness: witness.run(IMAGE)))
    assert [len(each.activities) for each in found] == [1, 2, 0, 3]
    assert all(each.agrees for each in found)


@pytest.mark.parametrize(
    "unclear",
    [
        start,
        lambda witness: witness.ask("POST", "/workflows/flow-1", {"prompt": "A"}),
        lambda witness: witness.run(IMAGE, {"prompt": "mock:stall"}),
    ],
)
def test_nothing_is_said_while_something_may_still_be_charged(unclear):
    """A run that nobody saw end, a workflow that tells no price, an edge that gave up."""
    assert find_settlements(charge(play(unclear, run(FAILING)), 0.113)) == ()


@pytest.mark.parametrize("lost", [2, 6])
def test_nothing_is_said_after_an_answer_was_lost(lost):
    """A submit may have been taken, a run may have been charged."""
    story = play(run(FAILING), lambda witness: witness.run(IMAGE, FAILING))
    assert story.exchanges[lost - 1].method == "POST"
    changed = change_story(charge(story, 0.113), lost, status=None, answered_s=None)
    assert find_settlements(changed) == ()


def test_nothing_is_said_of_a_run_that_overlaps_a_balance():
    """It may have been charged before that was read, or after it."""
    witness = Witness()
    submitted = witness.submit(IMAGE)
    witness.read_balance()
    witness.advance(30)
    witness.poll(find_id(submitted))
    witness.read_balance()
    assert [each.before.activity is None for each in find_settlements(witness.story)] == [False]


def test_nothing_is_said_of_runs_that_ran_together_but_of_all_of_them():
    """What one of them says is left may be before the other was charged, or after it."""
    witness = Witness()
    witness.read_balance()
    first, second = witness.submit(IMAGE), witness.submit(IMAGE)
    witness.advance(30)
    witness.poll(find_id(first))
    witness.poll(find_id(second))
    witness.read_balance()
    (found,) = find_settlements(witness.story)
    assert found.before.activity is found.after.activity is None
    assert found.agrees
    assert len(found.activities) == 2


def test_a_balance_that_is_higher_was_topped_up():
    """Somebody paid, and nobody knows how much."""
    assert find_settlements(charge(play(run(FAILING)), -50)) == ()


def tell(story, *balances, free=0.0):
    """Return a story in which the balances that were read are these."""
    reads = [each for each in story.exchanges if each.route.name == "credits"]
    for each, amount in zip(reads, balances, strict=True):
        told = set_members(**{"credits": amount, "free-credits": free})(each)
        story = change_story(story, each.number, **told)
    return story


def read(witness):
    """Read the balance once more."""
    witness.read_balance()


@pytest.mark.fact("R6", "O3")
def test_a_balance_that_a_later_one_shows_to_have_been_old_is_left_out():
    """Services tell it from copies that are behind for a moment."""
    price = 0.113
    story = tell(play(run(), read, read), 100.0, 100.0, 100.0 - price, 100.0 - price)
    assert all(each.agrees for each in find_settlements(story))


@pytest.mark.fact("O3")
def test_a_balance_that_never_falls_by_what_was_told_does_not_agree():
    """However often it is read."""
    found = find_settlements(tell(play(run(), read, read), 100.0, 100.0, 100.0, 100.0))
    assert not all(each.agrees for each in found)


@pytest.mark.fact("R6")
def test_a_balance_that_falls_later_by_something_else_does_not_agree():
    """It is no charge that shows late."""
    found = find_settlements(tell(play(run(), read, read), 100.0, 100.0, 99.0, 99.0))
    assert not all(each.agrees for each in found)


@pytest.mark.fact("O3", "R6")
def test_where_there_are_free_credits_what_runs_tell_to_be_left_is_not_compared():
    """Nobody knows whether it is the one amount, the other, or both."""
    price = 0.113
    found = find_settlements(tell(play(run()), 99.5, 99.5 - price, free=0.5))
    assert [each.before.activity for each in found] == [None]
    assert all(each.agrees for each in found)


def test_each_account_has_its_own_money():
    """What another does is no business of the balance."""
    (found,) = find_settlements(play(run(key=OTHER), run(FAILING)))
    assert found.agrees
    assert len(found.activities) == 1


def test_a_confirmation_that_was_not_kept_makes_all_after_it_unclear():
    """A run has begun, and nobody can tell which."""
    story = play(run(FAILING))
    body = msgspec.structs.replace(story.exchanges[1].body, content=None)
    assert find_settlements(change_story(charge(story, 0.113), 2, body=body)) == ()
