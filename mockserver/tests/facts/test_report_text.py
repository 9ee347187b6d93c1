"""A report in a terminal says what differs, where, what was expected, and what to do."""

import re

import pytest

from mockserver.facts.report_text import render_text
from mockserver.tests.facts.reports import (
    CATALOGUE,
    make_difference,
    make_fact_report,
    make_judgement,
)


def render(*judgements, verbose=False, **given):
    """Return the text of a report about these."""
    report = make_fact_report(*judgements)
    return render_text(report, lambda row: f"look at {row.fact}", verbose=verbose, **given)


def test_a_difference_is_told_with_its_place_and_both_values():
    """The fact, the exchange, what was asked and answered, expected and found, and the advice."""
    text = render(make_difference(number=7))
    for line in (
        "error[T4]: status: expected 422, found 200",
        "--> one.jsonl, exchange 7: status",
        "|  GET https://api.segmind.com/v2/requests/01234567…/status",
        "|  → 200 FAILED “Under a stone”",
        "|  expected: 422",
        "|     found: 200",
        "= fact: A FAILED run answers 422",
        "= known from: seed, sdk, third",
        "= next: look at T4",
    ):
        assert line in text


def test_a_fact_is_told_once_with_how_often_it_differs():
    """The first places are named; what differs in the same way is not told again."""
    many = [make_difference(number=number) for number in range(1, 10)]
    text = render(*many, make_judgement(number=10))
    assert text.count("error[T4]") == 1
    assert "in 9 of 10 places" in text
    assert "also in: exchange 2, exchange 3, exchange 4, exchange 5 and 4 more" in text
    assert text.count("-->") == 1


def test_only_the_first_ways_to_differ_are_shown():
    """Of many ways the most frequent comes first, and how many are left is told."""
    ways = [make_difference(number=n, found=str(n)) for n in range(1, 6)]
    text = render(*ways, make_difference(number=6, found="5"))
    assert text.count("-->") == 3
    assert text.index("found: 5") < text.index("found: 1")
    assert "in 2 more ways; --json has them all" in text


def test_ids_are_no_difference_between_differences():
    """Two messages that quote other ids differ in one way."""
    ids = ("0123456789abcdef0123456789abcdef", "abcdefab-0123-4567-89ab-0123456789ab")
    found = [f"Request {each} is gone" for each in ids]
    text = render(*(make_difference(number=n, found=said) for n, said in enumerate(found, 1)))
    assert text.count("-->") == 1


def test_guesses_come_after_what_somebody_documents():
    """They are called so, and differ all the same."""
    text = render(make_difference("R10"), make_difference("T4"))
    assert text.index("error[T4]") < text.index("guess[R10]")
    assert "nobody documents it; it is a guess" in text
    assert "2 of 2 claims that can be seen here differ, 1 guess among them: T4, R10." in text


def test_what_does_not_differ_is_a_line_of_ids():
    """With `verbose` each has its statement, or the reason why it cannot be judged."""
    short, long = (render(make_judgement("T1"), verbose=verbose) for verbose in (False, True))
    reason = next(row.unjudged for row in CATALOGUE.behaviours if row.id == "T9")
    assert "Agrees (1): T1" in short
    assert "-v tells what each fact says" in short
    assert "T1 (1 place): A run is QUEUED" in re.sub(r"\s+", " ", long)
    assert reason not in re.sub(r"\s+", " ", short)
    assert f"T9: {reason}" in re.sub(r"\s+", " ", long)


def test_the_last_line_is_the_verdict():
    """All agree, or how many differ, or that nothing speaks about anything."""
    assert render(make_judgement()).splitlines()[-1] == "1 claim that can be seen here: all agree."
    assert render().splitlines()[-1] == "Nothing in 12 exchanges speaks about any fact."
    assert render(make_difference()).splitlines()[-1].startswith("1 of 1 claim")


@pytest.mark.parametrize("width", [20, 60, 80, 100])
def test_no_line_is_wider_than_the_terminal(width):
    """Below sixty columns it is as for sixty."""
    found = "a" * 150 + " " + "b" * 40
    judgements = (make_difference(found=found), make_judgement("T1"))
    for verbose in (False, True):
        lines = render(*judgements, verbose=verbose, width=width).splitlines()
        assert max(map(len, lines)) <= max(width, 60)


def test_colours_are_only_there_if_they_are_wanted():
    """What a server says brings none of its own."""
    evil = make_difference(found="\x1b[32mgood\x1b[0m")
    assert "\x1b" not in render(evil)
    coloured = render(evil, colour=True)
    assert "\x1b[1;31merror[T4]" in coloured
    assert "\x1b[32mgood" not in coloured
