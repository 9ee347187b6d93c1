"""`segmock models show`: a model's contract as JSON, and as a page on a terminal."""

from __future__ import annotations

import json

import pytest

from mockserver.tests.cli.results import assert_refused
from mockserver.tests.models import MODELS, TELLING, WHOLE


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


@pytest.mark.parametrize(
    ("slug", "meant"), [("ideogram3", "ideogram-3"), ("Ideogram_3", "ideogram-3")]
)
def test_a_model_that_was_meant_is_told(run, slug, meant):
    """`models show` of a name that is like one says which."""
    assert_refused(run("models", "show", slug), f"did you mean `{meant}`?")


def test_a_terminal_is_shown_a_page_and_a_pipe_the_contract(run, monkeypatch):
    """Programs that read the contract need no flag; either form can be asked for."""
    piped = run("models", "show", "ideogram-3").stdout
    assert piped == run("models", "show", "ideogram-3", "--json").stdout
    page = run("models", "show", "ideogram-3", "--text").stdout
    assert page.startswith("ideogram-3: Ideogram 3\n")

    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _self: True)
    assert run("models", "show", "ideogram-3").stdout == page
    assert run("models", "show", "ideogram-3", "--json").stdout == piped
