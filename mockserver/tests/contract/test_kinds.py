"""What a model is like of which only the task is known."""

import re
from pathlib import Path

import pytest

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.contract.files import find_data_dir, read_json
from mockserver.contract.kinds import find_task, load_kinds
from mockserver.contract.model_terms import parse_terms

PATH = find_data_dir("contracts") / "kinds.json"
KINDS = load_kinds()


def test_the_file_is_as_its_schema_says():
    """Every row has a task, its modalities, and the terms that a contract may leave out."""
    schemas = load_shipped_catalogue().schemas
    schemas.check(PATH, read_json(PATH), "urn:segmock:schema:kinds")
    tasks = schemas["urn:segmock:schema:model"]["$defs"]["x-model"]["properties"]["task"]["enum"]
    assert sorted(KINDS) == sorted(tasks)


@pytest.mark.parametrize("task", sorted(KINDS))
def test_the_terms_of_a_kind_make_a_model(task):
    """With a slug they are all that a contract has to say of a run."""
    terms = parse_terms({"slug": "any", "task": task, **KINDS[task].model})
    output = terms.output
    assert output.media == ("text" if task == "text" else task.rpartition("-to-")[2])
    assert bool(output.size) == (output.media in {"image", "video"})
    assert bool(output.duration) == (output.media in {"video", "audio"})
    assert bool(terms.base64) == bool(output.count_parameter) == (output.media == "image")
    assert terms.v1_returns == (output.media if output.is_file else "json")
    assert bool(output.dimensions) == (output.media == "embedding")
    assert terms.typical_s > 0 < terms.price.usd


def test_the_contracts_of_a_task_make_what_its_kind_makes():
    """No shipped contract makes another medium than its kind does, or answers v1 with another."""
    for model in load_shipped_catalogue().models.values():
        assert KINDS[model.terms.task].model["output"]["media"] == model.terms.output.media


def test_every_modality_is_of_one_task():
    """The words of the directory are each in one row, and inpainting changes a picture."""
    words = [word for kind in KINDS.values() for word in kind.modalities]
    assert len(words) == len(set(words))
    assert find_task("Image Inpainting") == find_task("imageTOImage") == "image-to-image"
    assert {find_task(word) for word in words} == set(KINDS)


def test_a_word_that_is_no_modality_is_told_with_those_that_are():
    """Who adds a row to the directory learns what is missing here."""
    with pytest.raises(LookupError, match=r"kinds\.json has the modality 'smell': .*, voice"):
        find_task("smell")


def find_names(terms):
    """Return every name of a parameter that these terms have, of parameters for size too."""
    for key, value in terms.items():
        if isinstance(value, dict):
            yield from find_names(value)
        elif key.endswith(("parameter", "parameters")):
            yield from value


def test_the_names_that_are_read_are_on_the_page():
    """Whoever looks for a parameter of a listed model finds it in docs/models.md."""
    page = (Path(__file__).parents[3] / "docs" / "models.md").read_text()
    _, _, section = page.partition("## Size, length, number and seed")
    section, _, _ = section.partition("\n## ")
    told = set(re.findall(r"`([a-z0-9_]+)`", section))
    media = [KINDS[task].model for task in ("text-to-image", "text-to-video", "text-to-audio")]
    assert {name for terms in media for name in find_names(terms)} <= told
