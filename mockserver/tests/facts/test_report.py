"""Each fact of the register comes out of a report as one of four."""

import pytest

from mockserver.facts.claims import TOPICS, find_claim
from mockserver.facts.judgement import JUDGES
from mockserver.facts.report import VERDICTS, make_report, select_rows
from mockserver.tests.facts.reports import (
    CATALOGUE,
    make_difference,
    make_fact_report,
    make_judgement,
    make_story,
)


def find_row(report, fact):
    """Return the row of a fact."""
    return next(row for row in report.rows if row.fact == fact)


def test_a_report_has_a_row_for_each_fact_in_the_registers_order():
    """Nothing is left out, also where nothing was said; then there is no verdict to exit with."""
    report = make_fact_report()
    assert [row.fact for row in report.rows] == [row.id for row in CATALOGUE.behaviours]
    assert (report.exchanges, report.exit_code, report.is_silent) == (12, 2, True)
    assert {row.verdict for row in report.rows} == {"not seen", "not judged"}


def test_one_place_that_differs_makes_a_fact_differ():
    """Places that agree do not outvote it, and both are kept with their exchanges."""
    report = make_fact_report(make_judgement(number=1), make_difference(number=3))
    row = find_row(report, "T4")
    assert row.verdict == "differs"
    assert [each.exchange.number for each in row.agreeing] == [1]
    assert [each.exchange.number for each in row.differing] == [3]
    assert (report.exit_code, report.differing) == (1, (row,))


def test_a_fact_agrees_where_all_places_do():
    """It is told as agreeing, and the exit code is 0."""
    report = make_fact_report(make_judgement(number=1), make_judgement(number=2))
    assert find_row(report, "T4").verdict == "agrees"
    assert (report.exit_code, report.is_silent) == (0, False)


def test_what_nobody_can_judge_has_its_reason():
    """The register says why; all others may be seen another time."""
    report = make_fact_report()
    for row in report.find_rows("not judged"):
        assert row.claim.unjudged
    assert all(row.claim.unjudged is None for row in report.find_rows("not seen"))
    assert find_row(report, "T9").verdict == "not judged"


def test_counts_are_of_every_row_by_its_verdict():
    """They sum up to the number of rows, in the order in which they are told."""
    report = make_fact_report(make_judgement(), make_difference("T6"))
    assert tuple(report.counts) == VERDICTS
    assert (report.counts["agrees"], report.counts["differs"]) == (1, 1)
    assert sum(report.counts.values()) == len(report.rows)


def test_places_of_several_stories_come_together():
    """A row has those of each session, with its name."""
    stories = [make_story(make_difference(), session=name) for name in ("a.jsonl", "b.jsonl")]
    report = make_report(stories, CATALOGUE, "recorded/")
    assert [place.session for place in find_row(report, "T4").differing] == ["a.jsonl", "b.jsonl"]
    assert report.exchanges == 24


def test_contracts_come_after_facts_and_shapes_last():
    """Rows that are no facts of the register are sorted by what they are about."""
    facts = ("shape of status (COMPLETED)", "ideogram-3: price", "T4")
    report = make_fact_report(*map(make_judgement, facts))
    assert [row.fact for row in report.rows][-2:] == [facts[1], facts[0]]
    assert [row.claim.basis for row in report.rows][-3:] == ["register", "contract", "emulator"]


@pytest.mark.parametrize("topic", TOPICS)
def test_each_part_of_a_contract_has_a_statement_and_evidence(topic):
    """So has that of a slug of which nobody has a contract."""
    for slug in ("ideogram-3", "no-such-model"):
        claim = find_claim(f"{slug}: {topic}", CATALOGUE)
        assert claim.statement == TOPICS[topic]
        assert claim.evidence
        assert claim.basis == "contract"


@pytest.mark.parametrize(
    ("fact", "evidence"),
    [
        ("ideogram-3: v1 answer", ("seed", "inferred")),
        ("ideogram-3: seconds", ("seed",)),
        ("ideogram-3: price", ("docs", "inferred")),
        ("mock-inference: price", ("inferred",)),
    ],
)
def test_evidence_of_a_part_is_what_the_contract_says_of_it(fact, evidence):
    """It comes from the provenance of the model."""
    assert find_claim(fact, CATALOGUE).evidence == evidence


@pytest.mark.parametrize(("fact", "is_guessed"), [("R10", True), ("A2", False), ("T2", False)])
def test_only_what_is_inferred_alone_is_a_guess(fact, is_guessed):
    """A difference there is news; where somebody documents a part of it, it is none."""
    assert find_row(make_fact_report(), fact).claim.is_guessed is is_guessed


def test_no_fact_that_is_judged_says_that_it_cannot_be():
    """A reason in the register is no excuse beside a judge."""
    both = [row.id for row in CATALOGUE.behaviours if row.unjudged and row.id in JUDGES]
    assert both == []


def test_rows_are_selected_by_patterns_of_their_ids():
    """Several patterns take what one of them fits; letters are not alike in both cases."""
    report = make_fact_report(make_judgement("ideogram-3: price"), make_difference("T4"))
    selected = select_rows(report, ["T4", "*: price"])
    assert [row.fact for row in selected.rows] == ["T4", "ideogram-3: price"]
    assert (selected.exit_code, select_rows(report, ["*: price"]).exit_code) == (1, 0)
    assert select_rows(report, ["t4"]).rows == ()
