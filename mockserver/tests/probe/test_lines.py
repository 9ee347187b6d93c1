"""What is written down while a suite runs."""

from __future__ import annotations

from mockserver.probe.lines import (
    Began,
    Ended,
    OfAccount,
    Started,
    find_size,
    prepare_folder,
    read_lines,
    read_now_us,
    write_line,
)

LINES = [
    Started(runner="pytest", takes_plans=True),
    Began(run=1, at_us=5, test="a"),
    OfAccount(test="a", api_key="SG_1"),
    Ended(run=1, at_us=7, test="a", outcome="failed", has_verdict=True),
]


def test_lines_are_read_as_they_were_written(tmp_path):
    """Those of a process are in their order."""
    prepare_folder(tmp_path)
    for line in LINES:
        write_line(tmp_path, line)
    assert list(read_lines(tmp_path)) == LINES


def test_what_a_killed_process_left_and_what_others_write_is_skipped(tmp_path):
    """The line before it is whole all the same, and so are those of other files."""
    prepare_folder(tmp_path)
    write_line(tmp_path, LINES[1])
    node = tmp_path / "tests" / "node.jsonl"
    lines = ['{"type":"account","test":"b","api_key":"SG_2"}', '{"type":"odd"}', "5", '{"type":"en']
    node.write_text("\n".join(lines), encoding="utf-8")
    found = list(read_lines(tmp_path))
    assert found == [LINES[1], OfAccount(test="b", api_key="SG_2")]


def test_whoever_waits_for_news_of_tests_sees_that_there_are_some(tmp_path):
    """A test that goes on for ever adds none, however much it asks."""
    prepare_folder(tmp_path)
    sizes = [find_size(tmp_path)]
    write_line(tmp_path, LINES[1])
    sizes.append(find_size(tmp_path))
    assert 0 == sizes[0] < sizes[1] == find_size(tmp_path)


def test_who_writes_when_the_audit_is_over_is_left_alone(tmp_path):
    """A server that outlives its suite goes on serving."""
    write_line(tmp_path / "gone", LINES[0])
    assert list(tmp_path.iterdir()) == []


def test_instants_are_those_of_the_machine():
    """They never go back."""
    assert read_now_us() <= read_now_us()
