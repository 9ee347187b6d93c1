"""`segmock drift` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.facts.observed import Body
from mockserver.facts.report_json import SCHEMA
from mockserver.tests.cli.results import assert_refused
from mockserver.tests.drift.recordings import witness_run, write_recording


@pytest.fixture
def sound(tmp_path):
    """A recording in which all agrees."""
    write_recording(tmp_path / "sound", witness_run())
    return "sound"


@pytest.fixture
def broken(tmp_path):
    """A recording in which a submit has a sixth member."""
    first, *rest = witness_run()
    document = first.body.document | {"queue": 3}
    first = msgspec.structs.replace(first, body=Body.of(msgspec.json.encode(document)))
    write_recording(tmp_path / "broken", [first, *rest])
    return "broken"


def test_a_recording_that_agrees_ends_with_0(run, sound):
    """The verdict is the last line, and nothing is told on stderr."""
    result = run("drift", sound)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[-1].endswith("all agree.")


def test_a_difference_ends_with_1_and_is_told_with_its_place(run, broken):
    """Session, exchange, both values, and what to do with this folder."""
    result = run("drift", broken)
    assert result.exit_code == 1
    (session,) = Path(broken).glob("*.jsonl")
    assert f"--> {session.name}, exchange 1: members of body" in result.stdout
    assert "error[S1]" in result.stdout
    assert "segmock serve --replay broken" in result.stdout


def test_a_report_is_written_as_json(run, broken):
    """It is as its schema says, and has the exit code."""
    run("drift", broken, "--json", "drift.json")
    document = json.loads(Path("drift.json").read_text(encoding="utf-8"))
    load_shipped_catalogue().schemas.check(Path("drift.json"), document, SCHEMA)
    assert (document["source"], document["exit_code"]) == ("broken", 1)


def test_only_what_is_asked_for_is_told(run, broken):
    """Patterns choose rows; what is left out decides nothing."""
    assert run("drift", broken, "--facts", "T*").exit_code == 0
    result = run("drift", broken, "--facts", "T*, S1")
    assert result.exit_code == 1
    assert "R9" not in result.stdout


def test_nothing_that_speaks_about_what_was_asked_for_is_2(run, sound):
    """It is neither good nor bad."""
    result = run("drift", sound, "--facts", "N16")
    assert result.exit_code == 2
    assert "speaks about any fact" in result.stdout


def test_verbose_tells_what_each_fact_says(run, sound):
    """And why some cannot be judged."""
    assert "Nobody can see the vendor's storage" in run("drift", sound, "-v").stdout


def test_what_is_no_recording_is_refused_with_advice(run, tmp_path, sound):
    """No folder, none with sessions, an empty session, a broken line, an unknown fact."""
    (tmp_path / "empty").mkdir()
    for name, more in (("silent", b""), ("garbled", b"{}\n{}\n")):
        path = write_recording(tmp_path / name, witness_run())
        path.write_bytes(path.read_bytes().partition(b"\n")[0] + b"\n" + more)
    assert_refused(run("drift", "nowhere"), "no such folder", "segmock record --out nowhere")
    assert_refused(run("drift", "empty"), "no session is in it")
    assert_refused(run("drift", "silent"), "no exchange in its 1 session", "segmock record")
    assert_refused(run("drift", "garbled"), "garbled", ":2: this is no exchange")
    assert_refused(run("drift", sound, "--facts", "X9"), "'X9'")


def test_a_torn_last_line_is_told_and_left_out(run, tmp_path):
    """As after a crash of the recorder; the rest is judged."""
    path = write_recording(tmp_path / "torn", witness_run())
    path.write_bytes(path.read_bytes()[:-20])
    result = run("drift", "torn")
    assert result.exit_code == 0
    assert "is not whole; it is left out" in result.stderr


def test_sessions_of_a_folder_are_one_recording(run, tmp_path):
    """Places are told with the session they are in."""
    for began in (1.8e9, 1.9e9):
        write_recording(tmp_path / "two", witness_run(), began_utc_s=began)
    result = run("drift", "two")
    assert "two, 12 exchanges" in result.stdout
