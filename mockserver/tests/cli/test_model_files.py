"""Files of models that commands write."""

import json

import pytest

from mockserver.cli.model_files import name_file, refuse_overwriting, write_model
from mockserver.cli.refusals import Refusal
from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.importing.starting_points import make_starting_point


def test_a_written_model_is_checked(tmp_path):
    """As `segmock models lint` does; the folder is made."""
    schemas = load_shipped_catalogue().schemas
    document = make_starting_point("tiny", "image")
    file, problems = write_model(tmp_path / "new", document, schemas)
    assert file == name_file(tmp_path / "new", "tiny")
    assert json.loads(file.read_text(encoding="utf-8")) == document
    assert problems == []
    document["x-model"]["task"] = "painting"
    (problem,) = write_model(tmp_path / "new", document, schemas).problems
    assert "'painting'" in str(problem)


@pytest.mark.parametrize(
    ("slugs", "words"),
    [(["a"], "a.json is there"), (["a", "x", "b"], "a.json and 1 more are there")],
)
def test_the_first_file_that_is_there_is_named(tmp_path, slugs, words):
    """And how many more there are."""
    for slug in ("a", "b"):
        name_file(tmp_path, slug).write_text("{}")
    with pytest.raises(Refusal, match=words):
        refuse_overwriting(tmp_path, slugs, force=False)
    refuse_overwriting(tmp_path, slugs, force=True)
    refuse_overwriting(tmp_path, ["x"], force=False)
