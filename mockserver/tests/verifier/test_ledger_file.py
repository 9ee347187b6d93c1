"""The file of a ledger: written before a call, resumed after a crash, for one process at a time."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.spending.ledger import End, Intent
from mockserver.verifier.ledger_file import LedgerFile, find_ledger_file, make_opening

URL, KEY = "https://service.test", "SG_0123456789abcdef"
INTENT = Intent(number=1, call="a run", worst_usd=Decimal("0.05"), slug="a", at_utc_s=1.0)


def open_ledger(path, key=KEY):
    """Return a ledger that a process has begun to write."""
    file = LedgerFile(path)
    file.open(make_opening(URL, key, Decimal("0.05"), 1.0))
    return file


def test_what_one_process_has_written_another_reads(tmp_path):
    """The call is open, and the key is nowhere in the file."""
    path = tmp_path / "ledger.jsonl"
    with open_ledger(path) as file:
        file.append(INTENT)
    with LedgerFile(path) as file:
        assert [each.intent for each in file.ledger.open_calls] == [INTENT]
    assert KEY not in path.read_text()


def test_a_torn_last_line_is_ended_before_the_next(tmp_path):
    """So that the next line stays whole."""
    path = tmp_path / "ledger.jsonl"
    with open_ledger(path) as file:
        file.append(INTENT)
    path.write_bytes(path.read_bytes()[:-20])
    with open_ledger(path) as file:
        assert file.ledger.open_calls[0].intent.worst_usd == Decimal("0.05")
    with LedgerFile(path) as file:
        assert len(file.ledger.open_calls) == 1


def test_a_ledger_is_written_by_one_process_at_a_time(tmp_path):
    """Two that spend at once would each think that the budget is theirs."""
    path = tmp_path / "ledger.jsonl"
    with open_ledger(path), pytest.raises(EmulatorError, match="another verification"):
        LedgerFile(path)


def test_a_ledger_of_another_key_is_refused(tmp_path):
    """Its money is somebody else's."""
    path = tmp_path / "ledger.jsonl"
    with open_ledger(path):
        pass
    with pytest.raises(EmulatorError, match="another key or address"):
        open_ledger(path, "SG_another")


def test_a_visit_without_a_file_resumes_what_was_cut_short(tmp_path):
    """What has come to its end is left alone."""
    first = find_ledger_file(tmp_path / "ledgers", URL, KEY, 1.0)
    with open_ledger(first) as file:
        assert find_ledger_file(tmp_path / "ledgers", URL, KEY, 2.0) == first
        file.append(End(at_utc_s=3.0))
    assert find_ledger_file(tmp_path / "ledgers", URL, KEY, 2.0) != first


def test_a_file_that_cannot_be_is_told(tmp_path):
    """A folder is none."""
    with pytest.raises(EmulatorError, match="directory"):
        LedgerFile(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such files")
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_cannot_be_read_back_is_no_ledger(tmp_path, kind):
    """A pipe waits for somebody, and /dev/full gives zeros without an end."""
    path = tmp_path / "ledger.jsonl" if kind == "pipe" else Path("/dev/full")
    if kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(EmulatorError, match="is no file"):
        LedgerFile(path)
