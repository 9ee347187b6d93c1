"""Each offence of a client is told once."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.verdicts import new_offences
from mockserver.verdicts.new_offences import OPEN_RULES, NewOffences
from mockserver.verdicts.verdicts import Verdict

ROWS = load_shipped_catalogue().verdicts


def make_verdict(rule, *requests):
    """Return a verdict of a rule."""
    return Verdict(rule, ROWS[rule].level, ROWS[rule].title, "", (), requests)


def note(offences, whose, *verdicts):
    """Return what is new, as pairs of rule and exchanges."""
    return [(each.id, each.requests) for each in offences.note(whose, verdicts)]


def test_only_exchanges_that_were_not_known_are_told():
    """Of a rule that is broken again, only with what."""
    offences = NewOffences()
    assert note(offences, "a", make_verdict("no-key", 1, 2)) == [("no-key", (1, 2))]
    assert note(offences, "a", make_verdict("no-key", 1, 2)) == []
    later = (make_verdict("no-key", 2, 3), make_verdict("key-in-query", 3))
    assert note(offences, "a", *later) == [("no-key", (3,)), ("key-in-query", (3,))]


def test_clients_are_told_apart():
    """What one did is no news of the other."""
    offences = NewOffences()
    note(offences, "a", make_verdict("no-key", 1))
    assert note(offences, None, make_verdict("no-key", 1)) == [("no-key", (1,))]


def test_what_may_still_be_done_is_no_offence_yet():
    """A result that was not fetched may be fetched by the next call."""
    assert ROWS.keys() >= OPEN_RULES
    assert note(NewOffences(), "a", *(make_verdict(rule, 1) for rule in OPEN_RULES)) == []


def test_clients_that_did_nothing_for_long_are_forgotten(monkeypatch):
    """So a server that many keys speak to does not grow."""
    monkeypatch.setattr(new_offences, "_MOST_CLIENTS", 1)
    offences = NewOffences()
    for whose in "ab":
        note(offences, whose, make_verdict("no-key", 1))
    assert note(offences, "a", make_verdict("no-key", 1)) == [("no-key", (1,))]


@given(st.lists(st.integers(1, 3), max_size=6))
def test_a_journal_that_grows_is_told_once_in_all(steps):
    """Whenever it is looked at, the news together are what it says in the end."""
    offences, seqs, told = NewOffences(), [], []
    for step in steps:
        seqs += range(len(seqs) + 1, len(seqs) + step + 1)
        told += [
            seq for _, new in note(offences, "a", make_verdict("no-key", *seqs)) for seq in new
        ]
    assert told == seqs
