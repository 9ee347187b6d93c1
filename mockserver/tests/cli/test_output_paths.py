"""Files and folders to write: where they cannot be, no command begins."""

from __future__ import annotations

import os

import pytest

from client_tests import verify_run as kit
from mockserver.fixtures import files
from mockserver.tests.cli.results import assert_refused

VERIFY = ("verify", "client", "--python", "client_tests.clients.reference:InProcess")
COMMANDS = {
    "json": (*VERIFY, "--json"),
    "junit": (*VERIFY, "--junit"),
    "html": (*VERIFY, "--html"),
    "folder": (*VERIFY, "--folder"),
    "fixtures": ("fixtures", "write", "--out"),
    "driver": ("driver", "new", "python"),
}
"""Each flag or argument that names something to write, last."""

PATHS = {
    "no folder": ("nowhere/out", "there is no folder '", "make it first"),
    "no folders": ("nowhere/deep/out", "there is no folder '", "make it first"),
    "a file for a folder": ("file/out", "file' is no folder"),
    "not to be made": ("closed/out", "cannot be written: Permission denied"),
}


@pytest.fixture(autouse=True)
def _nothing_runs(monkeypatch):
    """Let no command do anything."""

    def run(*_):
        """Fail."""
        pytest.fail("it has begun")

    monkeypatch.setattr(kit, "run", run)
    monkeypatch.setattr(files, "write", run)


@pytest.mark.parametrize(("path", "words"), [(p, w) for p, *w in PATHS.values()], ids=PATHS)
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_what_cannot_be_written_is_refused_before_anything_is_run(
    run, tmp_path, monkeypatch, command, path, words
):
    """In one line that names the path; no folder is made on the way."""
    (tmp_path / "file").touch()
    (tmp_path / "closed").mkdir()
    _close(monkeypatch, "closed")
    before = sorted(tmp_path.rglob("*"))
    assert_refused(run(*command, path), f"'{path}'", *words)
    assert sorted(tmp_path.rglob("*")) == before


def _close(monkeypatch, name):
    """Let nothing be made in a folder, also for a superuser."""
    touch = os.open

    def refuse(path, *arguments, **options):
        """Refuse what is in it."""
        if os.fspath(path).startswith(name):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return touch(path, *arguments, **options)

    monkeypatch.setattr(os, "open", refuse)


@pytest.mark.parametrize("command", [COMMANDS["json"], COMMANDS["driver"]], ids=["json", "driver"])
def test_a_folder_is_no_file_to_write(run, tmp_path, command):
    """It is refused by its name."""
    (tmp_path / "folder").mkdir()
    assert_refused(run(*command, "folder"), "'folder' is a directory")


def test_nothing_is_left_of_the_attempt(run, tmp_path):
    """A file that can be written is not there until it is."""
    assert run(*VERIFY, "--json", "out", "--list").exit_code == 0
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_left_as_it_is(run, tmp_path):
    """A report of an earlier run stays until there is a new one."""
    (tmp_path / "out").write_text("earlier")
    assert run(*VERIFY, "--json", "out", "--list").exit_code == 0
    assert (tmp_path / "out").read_text() == "earlier"
