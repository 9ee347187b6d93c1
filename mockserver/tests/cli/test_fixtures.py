"""`segmock fixtures`: golden exchanges written, and compared with."""

from __future__ import annotations

import pytest

from mockserver import fixtures
from mockserver.fixtures import files
from mockserver.tests.cli.results import assert_refused
from mockserver.tests.importing.recorded import record


@pytest.mark.usefixtures("made_once")
def test_the_golden_exchanges_are_as_they_stand(run):
    """`fixtures check` finds no difference."""
    result = run("fixtures", "check")
    assert (result.exit_code, result.stdout) == (0, "all as they stand\n")


@pytest.mark.parametrize(("flags", "shown"), [((), []), (("--diff",), ["    -200", "    +404"])])
def test_a_difference_is_named(run, monkeypatch, flags, shown):
    """`fixtures check` names what differs, shows how with `--diff`, and ends with 1."""
    monkeypatch.setattr(files, "find_differences", lambda: {"ideogram-3/submit": "-200\n+404"})
    result = run("fixtures", "check", *flags)
    assert result.exit_code == 1
    lines = ["differs  ideogram-3/submit", *shown, "1 fixture differs"]
    assert result.stdout.splitlines() == lines


@pytest.mark.usefixtures("made_once")
def test_golden_exchanges_are_written_into_the_folder_named(run, tmp_path):
    """`fixtures write --out DIR` writes what the repository has, and nothing outside of DIR."""
    result = run("fixtures", "write", "--out", "out")
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert result.stdout == f"{len(written)} files written\n"
    assert files.find_differences(tmp_path / "out") == {}
    assert {path.relative_to(tmp_path).parts[0] for path in written} == {"out"}


@pytest.mark.usefixtures("made_once")
def test_every_golden_exchange_is_written_as_a_file_if_asked(run, tmp_path):
    """`fixtures write --all --out DIR` writes one file for each name that can be loaded."""
    assert run("fixtures", "write", "--all", "--out", "out").exit_code == 0
    root = tmp_path / "out" / "exchanges"
    written = {path.relative_to(root).with_suffix("").as_posix() for path in root.glob("*/*.json")}
    assert sorted(written) == fixtures.names()


def test_not_every_golden_exchange_is_written_into_the_repository(run):
    """`fixtures write --all` asks for a folder, as `fixtures/` has a choice of them."""
    assert_refused(run("fixtures", "write", "--all"), "--out")


@pytest.mark.usefixtures("made_once")
def test_writing_leaves_other_files_alone(run, tmp_path):
    """`fixtures write --out DIR` deletes nothing that it has not written."""
    theirs = tmp_path / "project" / "package.json"
    theirs.parent.mkdir()
    theirs.write_text("{}")
    run("fixtures", "write", "--out", ".")
    assert theirs.exists()


def test_a_recording_is_written_as_golden_exchanges(run, tmp_path):
    """Into the folder that is named, which has to be; what is no recording is refused."""
    record(tmp_path / "first", lambda witness: witness.read_balance())
    result = run("fixtures", "import", "first", "--out", "out")
    assert result.stdout == "1 exchange written to out\n"
    assert (tmp_path / "out" / "credits" / "0001-credits.json").is_file()
    assert_refused(run("fixtures", "import", "nowhere", "--out", "out"), "nowhere")
    (tmp_path / "out" / "credits" / "0001-credits.json").write_text("{}")
    refused = run("fixtures", "import", "first", "--out", "out")
    assert_refused(refused, "0001-credits.json is there already, and is another exchange")
