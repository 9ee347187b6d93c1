"""What fails now becomes lines that --known-failing takes."""

from client_tests.reports.known_lines import render_known_lines
from client_tests.running.known_failures import apply_known_failures, load
from mockserver.tests.kit.reporting import report, result

FAILED = [
    result("run/submit/reset"),
    result("run/b", known="ticket 7"),
    result("run/odd[1]*"),
    result("run/c", "passed"),
]


def test_the_lines_are_taken_as_known_failures(tmp_path):
    """Each failure has one, with its cause as the reason to be edited; given reasons stay."""
    file = tmp_path / "known.txt"
    file.write_text(render_known_lines(report(*FAILED)), encoding="utf-8")
    results, stale = apply_known_failures(FAILED, load(file), [each.id for each in FAILED])
    assert stale == ()
    assert [each.known for each in results] == [
        "Makes another run for one call, after an answer was lost",
        "ticket 7",
        "Makes another run for one call, after an answer was lost",
        None,
    ]


def test_nothing_that_fails_is_no_line(tmp_path):
    """The file is there all the same, and can be read."""
    file = tmp_path / "known.txt"
    file.write_text(render_known_lines(report(result("a", "passed"))), encoding="utf-8")
    assert load(file) == ()
