"""The files of the page, as they are served."""

from __future__ import annotations

import posixpath
import re
from graphlib import TopologicalSorter

import pytest

from mockserver.edges.own_paths import PAGE_PREFIX as PREFIX
from mockserver.page import files
from mockserver.page.files import (
    FOLDER,
    HEADERS,
    SHELL,
    TYPES,
    find_file,
    list_files,
    read_version,
    split_version,
)


def test_every_file_of_the_folder_is_one_of_the_page():
    """None lies there that a browser could not have."""
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert there == set(list_files())


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


def list_loaded(name):
    """Return the names of the files of the page that a file of it loads."""
    text = find_file(name).content.decode()
    loaded = re.findall(
        r'(?:^import .*|^} from |import\(|src=|href=)"([^":]*)"', text, re.MULTILINE
    )
    return [
        posixpath.normpath(posixpath.join(posixpath.dirname(name), each.removeprefix(PREFIX)))
        for each in loaded
        if each.startswith((".", PREFIX)) and "/." not in each.lstrip("./")
    ]


def test_a_version_has_every_file_and_its_shell_names_them_by_it():
    """So a browser may keep them: what is loaded by this name never changes."""
    version = read_version(PREFIX)
    assert set(version.files) == set(list_files())
    assert re.fullmatch("[0-9a-f]{16}", version.name)
    shell = version.files[SHELL].content.decode()
    named = re.findall(re.escape(PREFIX) + r'([^"]+)"', shell)
    assert named
    assert {split_version(each)[0] for each in named} == {version.name}
    for name, file in version.files.items():
        assert name == SHELL or file == find_file(name)


@pytest.mark.parametrize("change", ["content", "name", "one more"])
def test_another_file_is_another_version(tmp_path, monkeypatch, change):
    """Of whichever it is, and however little it changed."""
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    (tmp_path / SHELL).write_text("")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.mjs").write_text("1")
    before = read_version(PREFIX)
    assert before.name == read_version(PREFIX).name
    if change == "content":
        (tmp_path / "a" / "b.mjs").write_text("2")
    elif change == "name":
        (tmp_path / "a" / "b.mjs").rename(tmp_path / "b.mjs")
    else:
        (tmp_path / "c.css").write_text("")
    assert read_version(PREFIX).name != before.name


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("app.mjs", (None, "app.mjs")),
        ("0123456789abcdef/jobs/jobs.mjs", ("0123456789abcdef", "jobs/jobs.mjs")),
        ("0123456789ABCDEF/app.mjs", (None, "0123456789ABCDEF/app.mjs")),
        ("0123456789abcdef", (None, "0123456789abcdef")),
        ("0123456789abcdef/", ("0123456789abcdef", "")),
        ("a\nb", (None, "a\nb")),
        ("", (None, "")),
    ],
)
def test_a_path_is_split_into_version_and_name(path, parts):
    """Names without a version are those of files as they are now."""
    assert split_version(path) == parts


def test_the_page_names_only_its_own_files():
    """What the shell, modules and styles load is in the folder."""
    for name in list_files():
        text = find_file(name).content.decode()
        assert [each for each in list_loaded(name) if find_file(each) is None] == [], name
        assert "//" not in "".join(re.findall(r'(?:src|href|from|import)\s*=?\s*"([^"]+)"', text))


def test_folders_of_the_page_use_each_other_one_way():
    """None uses, by way of whichever others, one that uses it; `app.mjs` and its like use all."""
    used = {}
    for name in list_files():
        folder = posixpath.dirname(name)
        others = {posixpath.dirname(each) for each in list_loaded(name)} - {folder}
        used.setdefault(folder, set()).update(others)
    assert list(TopologicalSorter(used).static_order())[-1] == ""


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
