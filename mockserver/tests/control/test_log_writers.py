"""The two forms of a log."""

import json
from datetime import UTC

import msgspec
import pytest

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.control import log_writers
from mockserver.control.log_lines import Mark
from mockserver.control.log_writers import HOLD_S, JsonWriter, LineWriter, Offence
from mockserver.tests.control.test_log_lines import PLAIN_POLL, SUBMIT
from mockserver.verdicts.verdicts import Verdict

RULE = load_shipped_catalogue().verdicts["called-before-reset"]
FIRST = f"…cdef MUST called-before-reset: {RULE.title} (POST /v2/ideogram-3)"


@pytest.fixture
def lines():
    """A writer for people, in UTC."""
    return LineWriter(zone=UTC)


def make_offence(at_s, *requests, **fields):
    """Return an offence of one client."""
    verdict = Verdict(RULE.id, RULE.level, RULE.title, RULE.explanation, RULE.facts, requests)
    given = {"api_key": "...cdef", "newest": SUBMIT, **fields}
    return Offence(verdict=verdict, at_s=at_s, **given)


def test_an_exchange_is_a_line_unless_it_says_the_same_again(lines):
    """Whether it is the same entry or one that says the same."""
    assert list(lines.write_exchange(PLAIN_POLL, 0))
    assert list(lines.write_exchange(PLAIN_POLL, 1)) == []
    assert list(lines.write_exchange(msgspec.structs.replace(PLAIN_POLL, seq=3), 2)) == []
    assert lines.is_counting
    assert list(lines.flush()) == ["             … 2 more like it, until 00:00:02.000"]


def test_an_exchange_that_breaks_a_rule_says_something_else(lines):
    """The first that does has a line, the next is folded."""
    list(lines.write_exchange(PLAIN_POLL, 0))
    marks = [Mark("SHOULD", "polled-too-fast")]
    [line] = lines.write_exchange(PLAIN_POLL, 1, marks)
    assert line.endswith("200 PROCESSING SHOULD polled-too-fast")
    assert list(lines.write_exchange(PLAIN_POLL, 2, marks)) == []


def test_a_rule_is_explained_when_it_is_first_broken(lines):
    """Then it is named where it is broken again, but not again and again."""
    assert list(lines.write_offence(make_offence(0, 1))) == [f"00:00:00.000 {FIRST}"]
    assert list(lines.write_offence(make_offence(HOLD_S - 1, 2))) == []
    assert list(lines.write_offence(make_offence(HOLD_S, 3, 4))) == [
        "00:00:05.000 …cdef MUST called-before-reset again, 2 times (POST /v2/ideogram-3)"
    ]
    assert list(lines.write_offence(make_offence(99, 5, newest=None))) == [
        "00:01:39.000 …cdef MUST called-before-reset again, once"
    ]


def test_a_rule_that_the_lines_have_named_is_explained_once(lines):
    """What stands on the line of the exchange needs no line of its own."""
    assert len(list(lines.write_offence(make_offence(0, 1, is_marked=True)))) == 1
    assert list(lines.write_offence(make_offence(99, 2, is_marked=True))) == []


def test_each_client_has_its_rules_explained(lines):
    """Another key may be another program."""
    for api_key in ("...cdef", "...beef", None):
        assert len(list(lines.write_offence(make_offence(0, 1, api_key=api_key)))) == 1


def test_what_the_emulator_says_of_itself_is_told_line_by_line(lines):
    """Nothing in it steers the terminal."""
    told = list(lines.write_text("one\n\x1b[2Jtwo", 0))
    assert told == ["00:00:00.000 one", "00:00:00.000 \\u001b[2Jtwo"]


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 line is missing here"), (1234, "1,234 lines are missing here")]
)
def test_what_is_missing_is_counted(lines, count, words):
    """With where to find it."""
    [line] = lines.write_dropped(count, 0)
    assert words in line
    assert "/_mock/requests" in line


def test_tables_of_calls_and_rules_do_not_grow_without_end(lines, monkeypatch):
    """The oldest leave; at worst something is told once more."""
    monkeypatch.setattr(log_writers, "_MOST_KNOWN", 2)
    for number in range(5):
        list(lines.write_exchange(msgspec.structs.replace(SUBMIT, path=f"/{number}"), 0))
        list(lines.write_offence(make_offence(0, 1, api_key=str(number))))
    assert (len(lines._rendered), len(lines._told_s)) == (2, 2)


def test_programs_get_an_object_for_everything():
    """Nothing is folded, so nothing is ever counted."""
    writer = JsonWriter()
    lines = [
        *writer.write_exchange(PLAIN_POLL, 0, [Mark("MUST", "no-key")]),
        *writer.write_exchange(PLAIN_POLL, 0),
        *writer.write_offence(make_offence(0, 1, 2)),
        *writer.write_text("one\ntwo", 0),
        *writer.write_dropped(3, 0),
    ]
    told = [json.loads(line) for line in lines]
    assert [each["event"] for each in told] == [
        "exchange", "exchange", "verdict", "message", "dropped",
    ]  # fmt: skip
    assert told[2] == {
        "event": "verdict",
        "time": "1970-01-01T00:00:00.000000Z",
        "api_key": "...cdef",
        "id": RULE.id,
        "level": "MUST",
        "title": RULE.title,
        "requests": [1, 2],
    }
    assert (told[3]["text"], told[4]["count"]) == ("one\ntwo", 3)
    assert (list(writer.flush()), writer.is_counting) == ([], False)
