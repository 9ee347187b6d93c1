"""The authority of a user's servers: made once, kept for him alone."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click import get_app_dir

from mockserver.base.errors import EmulatorError
from mockserver.edges import authority_store
from mockserver.edges.authority_store import FOLDER_VARIABLE, find_authority_file, load_authority
from mockserver.tests.processes import environment


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """Have the authority in a folder of the test's, which is not there yet."""
    folder = tmp_path / "new" / "folder"
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    return folder


def test_what_tests_start_has_an_authority_of_the_tests():
    """The one of whoever runs them is neither read nor made."""
    folder = Path(environment()[FOLDER_VARIABLE])
    assert not folder.is_relative_to(get_app_dir("segmock"))


def test_it_is_made_once_and_nobody_else_can_read_it(folder):
    """The second time it is the same; file and folder are for their owner alone."""
    assert load_authority().pem == load_authority().pem
    [file] = folder.iterdir()
    assert file == find_authority_file()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_without_the_variable_it_is_among_the_users_settings(monkeypatch, tmp_path):
    """Where programs of this system keep theirs."""
    monkeypatch.delenv(FOLDER_VARIABLE)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert find_authority_file() == tmp_path / "segmock" / "authority.pem"


def test_of_many_that_make_it_at_once_the_first_is_kept():
    """All of them have the same authority."""
    with ThreadPoolExecutor(8) as pool:
        kept = {authority.pem for authority in pool.map(lambda _: load_authority(), range(8))}
    assert len(kept) == 1


def test_one_that_another_process_has_just_made_is_kept(folder):
    """Between looking and writing another process may have written."""
    mine = load_authority()
    authority_store._write(find_authority_file(), type(mine)())
    assert load_authority().pem == mine.pem
    assert len(list(folder.iterdir())) == 1


def test_what_cannot_be_kept_or_read_is_said_with_what_to_do(monkeypatch, folder, tmp_path):
    """A folder that cannot be, and a file that is none."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "file"))
    with pytest.raises(EmulatorError, match="file") as caught:
        load_authority()
    assert FOLDER_VARIABLE in caught.value.hint
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    folder.mkdir(parents=True)
    find_authority_file().write_text("nothing")
    with pytest.raises(EmulatorError, match="no authority in it") as caught:
        load_authority()
    assert "delete" in caught.value.hint
