"""`segmock models`: lists, shows and lints."""

from __future__ import annotations

import json

import pytest

from mockserver.contract.catalogue import Catalogue
from mockserver.tests.cli.results import assert_refused, make_models_folder
from mockserver.tests.models import TELLING, WHOLE

MODELS = sorted(Catalogue().models)


def test_models_are_listed_one_a_line(run):
    """`models list` has a line for each model, with its price."""
    lines = run("models", "list").stdout.splitlines()
    assert sorted(line.split()[0] for line in lines) == MODELS
    assert all("$" in line for line in lines)


@pytest.mark.parametrize(
    ("price", "shown"),
    [
        ({"usd": "0.05"}, "$0.05"),
        ({"usd": "0.0000001", "per": "second"}, "$0.0000001 a second"),
        ({"usd": "2", "parameter": "sleep", "usd_by_value": {"9": "3"}}, "$2-3"),
    ],
)
def test_a_price_is_listed_with_what_it_is_for(run, tmp_path, price, shown):
    """Of several prices the lowest and the highest; that one is for a run goes without saying."""
    sound = {"media": "audio", "format": "wav", "duration": {"default_s": 4}}
    changes = {"task": "text-to-audio", "v1_returns": "audio", "output": sound}
    folder = make_models_folder(tmp_path, **changes, price=price)
    lines = run("models", "list", "--models", folder).stdout.splitlines()
    assert next(line for line in lines if line.startswith("mine ")).endswith(f" s  {shown}")


def test_models_can_be_listed_as_json(run, tmp_path):
    """`models list --json` has the terms of every model, those of one's own folder included."""
    folder = make_models_folder(tmp_path, retired=True)
    listed = json.loads(run("models", "list", "--json", "--models", folder).stdout)
    assert sorted(each["slug"] for each in listed) == sorted([*MODELS, "mine"])
    assert run("models", "list", "--models", folder).stdout.count("retired") == 1


@pytest.mark.parametrize("slug", [*WHOLE, *TELLING])
def test_a_model_is_shown_without_references(run, slug):
    """`models show` prints the model's schema with every reference resolved."""
    shown = json.loads(run("models", "show", slug).stdout)
    assert shown["x-model"]["slug"] == slug
    assert '"$ref"' not in json.dumps(shown)


def test_an_unknown_model_is_not_shown(run):
    """`models show` of an unknown model says how to list those that there are."""
    told = f"`segmock models list` names all {len(MODELS)}"
    assert_refused(run("models", "show", "midjourney"), "'midjourney'", told)


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


@pytest.mark.parametrize(
    ("slug", "meant"), [("ideogram3", "ideogram-3"), ("Ideogram_3", "ideogram-3")]
)
def test_a_model_that_was_meant_is_told(run, slug, meant):
    """`models show` of a name that is like one says which."""
    assert_refused(run("models", "show", slug), f"did you mean `{meant}`?")
