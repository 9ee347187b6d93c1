"""The files of the page, as they are served."""

from __future__ import annotations

import re

import pytest

from mockserver.page import files
from mockserver.page.files import FOLDER, HEADERS, SHELL, TYPES, find_file, list_files


def test_every_file_of_the_folder_is_one_of_the_page():
    """None lies there that a browser could not have."""
    assert {path.name for path in FOLDER.iterdir()} == set(list_files())


@pytest.mark.parametrize("name", list_files())
def test_a_file_is_found_with_its_type_and_a_tag(name):
    """A strong one, in quotes."""
    file = find_file(name)
    assert file.content == (FOLDER / name).read_bytes()
    assert file.content_type == TYPES[name[name.rindex(".") :]]
    assert re.fullmatch(r'"[0-9a-f]{32}"', file.tag)


def test_a_file_that_was_changed_has_another_tag(tmp_path, monkeypatch):
    """And is served as it is now: whoever works on the page need only load it again."""
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    tags = set()
    for text in ("one", "two"):
        (tmp_path / "a.mjs").write_text(text)
        file = find_file("a.mjs")
        assert file.content == text.encode()
        tags.add(file.tag)
    assert len(tags) == 2


@pytest.mark.parametrize("name", ["", ".", "..", "../files.py", "static/app.mjs", "app.mjs\0", "x"])
def test_what_is_not_listed_is_no_file(name):
    """Whatever a file system would make of it."""
    assert find_file(name) is None


def test_the_page_names_only_its_own_files():
    """What the shell, modules and styles load is in the folder."""
    for name in list_files():
        text = find_file(name).content.decode()
        loaded = re.findall(r'(?:from|import|src=|href=)\s*"(?:\./|/_mock/page/)([^"]+)"', text)
        assert [each for each in loaded if find_file(each) is None] == [], name
        assert "//" not in "".join(re.findall(r'(?:src|href|from|import)\s*=?\s*"([^"]+)"', text))


def test_nothing_of_the_page_is_inline():
    """The policy would have a browser leave it out: no script, style or handler in the shell."""
    shell = find_file(SHELL).content.decode()
    assert not re.search(r"<style|<script(?! [^>]*src=)|\sstyle=|\son\w+=|javascript:", shell)


def test_the_policy_allows_nothing_but_files_of_this_server():
    """Pictures and films may come from memory too; markup cannot be made of texts."""
    policy = dict(part.split(" ", 1) for part in HEADERS["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert {word for words in policy.values() for word in words.split()} == {
        *("'none'", "'self'", "blob:", "'script'"),
    }
    assert "blob:" not in policy["script-src"]
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["frame-ancestors"] == "'none'"
