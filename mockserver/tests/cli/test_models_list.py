"""`segmock models list`: a line for each model, or for those of a level and a medium."""

from __future__ import annotations

import json
from itertools import product
from typing import get_args

import pytest

from mockserver.cli.models_list import LEVELS, MAKES
from mockserver.contract.model_terms import Level, Makes
from mockserver.tests.cli.results import assert_refused, make_models_folder
from mockserver.tests.models import MODELS


def test_models_are_listed_one_a_line(run):
    """`models list` has a line for each model, with its price."""
    lines = run("models", "list").stdout.splitlines()
    assert sorted(line.split()[0] for line in lines) == list(MODELS)
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


def test_a_line_says_what_is_known_of_a_model_and_what_it_makes(run):
    """Its columns are aligned, and a price has as many digits as people read."""
    lines = run("models", "list").stdout.splitlines()
    rows = {line.split()[0]: line for line in lines}
    assert rows["flux-schnell"].split() == [
        *("flux-schnell", "partial", "image", "text-to-image"),
        *("v1", "image", "10.14", "s", "$0.007854"),
    ]
    assert len({line.index(" v1 ") for line in lines}) == 1


def test_prices_are_exact_in_json(run):
    """With level, medium and provenance of each model."""
    rows = json.loads(run("models", "list", "--json").stdout)
    [row] = [each for each in rows if each["slug"] == "flux-schnell"]
    terms = MODELS["flux-schnell"].terms
    assert row["price"]["usd"] == float(terms.price.usd)
    assert (row["level"], row["makes"], row["provenance"]) == ("partial", "image", terms.provenance)


CHOICES = list(product([None, *LEVELS], [None, *MAKES]))
"""Of levels and media, each with each; every other one is asked for as JSON."""


@pytest.mark.parametrize(
    ("level", "makes", "as_json"),
    [
        (*choice, (LEVELS.index(choice[0]) + index if choice[0] else index) % 2 == 1)
        for index, choice in enumerate(CHOICES)
    ],
)
def test_models_are_listed_by_level_and_by_what_they_make(run, level, makes, as_json):
    """The two combine; how many there are is told beside the list."""
    flags = ["--level", level] if level else []
    flags += ["--makes", makes] if makes else []
    result = run("models", "list", *flags, *(["--json"] if as_json else []))
    expected = [
        slug
        for slug, model in MODELS.items()
        if level in {None, model.terms.level} and makes in {None, model.terms.output.makes}
    ]
    if as_json:
        listed = [row["slug"] for row in json.loads(result.stdout)]
    else:
        listed = [line.split()[0] for line in result.stdout.splitlines()]
    assert listed == expected
    told = f"{len(expected)} of {len(MODELS)} models" if flags else f"{len(MODELS)} models"
    assert result.stderr.startswith(told)


def test_how_many_there_are_of_each_level_is_told(run):
    """In the order of how much is known."""
    levels = [model.terms.level for model in MODELS.values()]
    counts = ", ".join(f"{levels.count(level)} {level}" for level in LEVELS)
    assert run("models", "list").stderr == f"{len(MODELS)} models: {counts}\n"


def test_every_level_and_medium_can_be_asked_for():
    """What the flags take is what contracts have."""
    assert (get_args(Level), get_args(Makes)) == (LEVELS, MAKES)
    assert {model.terms.output.makes for model in MODELS.values()} == set(MAKES)


def test_a_medium_that_was_meant_is_told(run):
    """A slip is answered with the word."""
    assert_refused(run("models", "list", "--makes", "vidio"), "did you mean video?")
