"""`segmock models lint`, and what the commands about models have in common."""

from __future__ import annotations

import json

import pytest

from mockserver.tests.cli.results import assert_refused, make_models_folder
from mockserver.tests.models import WHOLE


def test_the_contracts_pass_their_lint(run):
    """`models lint` finds nothing wrong with the contracts that come along."""
    result = run("models", "lint")
    assert (result.exit_code, result.stderr) == (0, "")
    assert [line.split()[::2] for line in result.stdout.splitlines()] == [
        ["ok", slug] for slug in WHOLE
    ]


def test_lint_names_file_place_and_reason(run, tmp_path):
    """`models lint DIR` checks all files, and says of each broken one what is wrong where."""
    folder = make_models_folder(tmp_path)
    (tmp_path / "models" / "a.json").write_text("{")
    broken = json.loads((tmp_path / "models" / "mine.json").read_text())
    broken["x-model"]["typical_s"] = "long"
    (tmp_path / "models" / "b.json").write_text(json.dumps(broken))
    result = run("models", "lint", folder)
    first, second, last = result.stderr.splitlines()
    assert result.exit_code == 1
    assert last == "2 problems in 2 of 3 files"
    assert "a.json: line 1, column 1: it is not JSON" in first
    assert "b.json: $['x-model'].typical_s: 'long'" in second
    assert "mine.json  mine" in result.stdout


def test_lint_finds_two_models_of_one_name(run, tmp_path):
    """`models lint DIR` refuses two files that share a slug."""
    folder = make_models_folder(tmp_path)
    twin = tmp_path / "models" / "twin.json"
    twin.write_text((tmp_path / "models" / "mine.json").read_text())
    result = run("models", "lint", folder)
    assert result.exit_code == 1
    assert "twin.json: $['x-model'].slug: mine is already in mine.json" in result.stderr


@pytest.mark.parametrize(("folder", "words"), [(".", "no *.json"), ("nowhere", "no such folder")])
def test_lint_of_nothing_is_refused(run, folder, words):
    """`models lint` of a folder without contracts is no success."""
    assert_refused(run("models", "lint", folder), folder, words)


@pytest.mark.parametrize("command", [["models", "list"], ["models", "show", "mine"], ["openapi"]])
def test_a_broken_folder_of_models_is_refused(run, tmp_path, command):
    """Every command that takes a folder of models refuses a broken one."""
    folder = make_models_folder(tmp_path, v1_returns="xml")
    assert_refused(run(*command, "--models", folder), "mine.json: $['x-model'].v1_returns")
