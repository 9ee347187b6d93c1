"""All that is wrong with models is told at once, with place and line."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest

from mockserver.base.errors import ContractError
from mockserver.contract import model_lint
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.model_lint import lint_folder
from mockserver.contract.models import load_model
from mockserver.tests.models import WHOLE

CATALOGUE = Catalogue()
RIGHT = json.loads(CATALOGUE.models["ideogram-3"].file.read_text())


def change(*changes):
    """Return a right model with the value at each of these places changed; ... takes it out."""
    document = deepcopy(RIGHT)
    for *steps, last, value in changes:
        holder = document
        for step in steps:
            holder = holder[step]
        if value is ...:
            del holder[last]
        else:
            holder[last] = value
    return document


def lint(folder, **documents):
    """Write documents as files of a folder; return what is said of each, by its name."""
    for name, document in documents.items():
        text = document if isinstance(document, str) else json.dumps(document, indent=1)
        (folder / f"{name}.json").write_text(text)
    return {each.file.stem: each for each in lint_folder(folder, CATALOGUE.schemas)}


def places(linted):
    """Return the place of each problem of a file."""
    return [problem.path for problem in linted.problems]


WRONG = {
    "type": ("type", "array", "$.type"),
    "no example": ("examples", [], "$.examples"),
    "v1": ("x-model", "v1_returns", "xml", "$['x-model'].v1_returns"),
    "seconds": ("x-model", "typical_s", "long", "$['x-model'].typical_s"),
    "unknown": ("x-model", "tpyical_s", 3, "$['x-model'].tpyical_s"),
    "format": ("x-model", "output", "format", {"parameter": "a"}, "$['x-model'].output.format"),
    "meaningless": ("x-model", "output", "provider", "openai", "$['x-model'].output.provider"),
    "price": ("x-model", "price", "usd", 1, "$['x-model'].price.usd"),
    "default": ("properties", "style_type", "default", 7, "$.properties.style_type.default"),
    "name": ("x-model", "seed", "parameter", "nothing", "$['x-model'].seed.parameter"),
}
"""Places, values that are wrong there, and the places that are to be told."""


@pytest.mark.parametrize("name", WRONG)
def test_one_mistake_is_one_problem(tmp_path, name):
    """Its place is the place of the mistake, and its line is the line that has it."""
    *changed, place = WRONG[name]
    linted = lint(tmp_path, a=change(changed))["a"]
    assert place in places(linted)
    assert {problem.line for problem in linted.problems if problem.path == place} != {None}


def test_all_mistakes_are_told_together(tmp_path):
    """Whatever the meta-schema forbids, in the order of the lines."""
    linted = lint(tmp_path, a=change(*([*each][:-1] for each in WRONG.values())))["a"]
    breaches = {each[-1] for name, each in WRONG.items() if name not in {"default", "name"}}
    assert breaches <= set(places(linted))
    lines = [problem.line for problem in linted.problems]
    assert lines == sorted(lines)


def test_contradictions_are_told_beside_breaches(tmp_path):
    """What a meta-schema cannot see is looked for where the rest can be read."""
    changes = [WRONG[name][:-1] for name in ("type", "name", "default")]
    linted = lint(tmp_path, a=change(*changes))["a"]
    assert {WRONG[name][-1] for name in ("type", "name", "default")} <= set(places(linted))


def test_a_file_that_cannot_be_read_for_no_known_reason_is_no_right_one(tmp_path, monkeypatch):
    """A mistake of the lint shows as one."""

    def fail(*_):
        """Fail."""
        raise TypeError

    monkeypatch.setattr(model_lint, "Model", fail)
    with pytest.raises(TypeError):
        lint(tmp_path, a=RIGHT)


def test_every_file_is_linted(tmp_path):
    """A broken one does not hide the others."""
    found = lint(
        tmp_path, a="{", b=RIGHT, c="[]", d=change(("x-model", "slug", "d"), ("title", ...))
    )
    assert {name: len(each.problems) for name, each in found.items()} == {
        "a": 1,
        "b": 0,
        "c": 1,
        "d": 1,
    }
    assert found["b"].slug == "ideogram-3"


def test_two_files_of_one_slug_are_told(tmp_path):
    """At the later one."""
    found = lint(tmp_path, a=RIGHT, b=RIGHT)
    assert (places(found["a"]), places(found["b"])) == ([], ["$['x-model'].slug"])


def test_a_name_that_was_meant_is_told(tmp_path):
    """And what there is."""
    (problem, *_) = lint(tmp_path, a=change(WRONG["unknown"][:-1]))["a"].problems
    assert "did you mean `typical_s`?" in problem.reason


EXPLAINED = {
    "a default": (
        ("properties", "style_type", "default", 7),
        "$.properties.style_type.default",
        "breaks the schema that it stands in: 7 is not one of ['AUTO', ",
    ),
    "an example": (
        ("examples", [{"prompt": "A thimble", "seed": "x"}]),
        "$.examples[0]",
        "breaks the model's own schema: at $.seed 'x' is not of type 'integer'",
    ),
    "a term": (
        ("x-model", "seed", "parameter", "sed"),
        "$['x-model'].seed.parameter",
        "there is no 'sed' among the properties (did you mean `seed`? properties: ",
    ),
    "a type": (
        ("properties", "seed", "type", "float"),
        "$.properties.seed.type",
        "'float' is not one of ['array', 'boolean', ",
    ),
    "a required name": (
        ("required", ["promt"]),
        "$.required[0]",
        "there is no 'promt' among the properties: did you mean `prompt`?",
    ),
    "a keyword": (
        ("properties", "seed", "maxmium", 3),
        "$.properties.seed.maxmium",
        "'maxmium' is no keyword and checks nothing: did you mean `maximum`?",
    ),
}
"""Changes, the place that is told, and what is said of it first."""


@pytest.mark.parametrize("name", EXPLAINED)
def test_a_problem_says_what_came_and_what_could_have(tmp_path, name):
    """Nobody has to look for which value it is, or in what it is wrong."""
    changed, place, reason = EXPLAINED[name]
    told = {each.path: each.reason for each in lint(tmp_path, a=change(changed))["a"].problems}
    assert told[place].startswith(reason)


@pytest.mark.parametrize("slug", WHOLE)
def test_what_comes_along_is_right(slug):
    """The contracts of the package have no problem."""
    file = CATALOGUE.models[slug].file
    assert model_lint.lint_file(file, CATALOGUE.schemas).problems == []


@pytest.mark.no_cover
@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("more", [(), ("description", 3)])
def test_whatever_refuses_to_load_has_problems(tmp_path, name, more):
    """And a file that loads has none."""
    changed = [WRONG[name][:-1], *([more] if more else [])]
    linted = lint(tmp_path, a=change(*changed))["a"]
    with pytest.raises(ContractError):
        load_model(linted.file, CATALOGUE.schemas)
    assert linted.problems
