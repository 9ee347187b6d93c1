"""`segmock models new`: contracts to begin with."""

from __future__ import annotations

import json
import shlex

import pytest

from mockserver.cli.models_new import KINDS
from mockserver.tests.cli.results import assert_refused
from mockserver.tests.conftest import Client

MEDIA = {"image": "image/", "video": "video/", "audio": "audio/", "text": "application/json"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_model_lints_and_runs_at_once(run, tmp_path, kind):
    """Every example of it is answered, on v1 with what it makes."""
    result = run("models", "new", "my-model", "--like", kind, "--out", "mine")
    assert result.exit_code == 0, result.stderr
    assert run("models", "lint", "mine").stdout == "ok      mine/my-model.json  my-model\n"
    document = json.loads((tmp_path / "mine" / "my-model.json").read_text(encoding="utf-8"))
    client = Client(models=tmp_path / "mine")
    for example in document["examples"]:
        answer = client.post("/v1/my-model", example)
        assert answer.status == 200
        assert answer.headers["content-type"].startswith(MEDIA.get(kind, "application/json"))
    assert client.post("/v1/my-model", {}).status == 400


def test_what_to_type_next_is_printed(run):
    """Lint, serve, and a call with a body that the model takes."""
    lines = run(
        "models", "new", "tiny", "--like", "image", "--out", "my models"
    ).stdout.splitlines()
    assert lines[0] == "written  my models/tiny.json"
    assert lines[2:4] == [
        "  segmock models lint 'my models'",
        "  segmock serve --models 'my models'",
    ]
    words = shlex.split("\n".join(lines[4:]))
    assert words[0] == "curl"
    assert json.loads(words[words.index("-d") + 1]) == {"prompt": "A thimble"}
    assert words[-1] == "http://127.0.0.1:8765/v2/tiny"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a b", "--like", "image"], ["'a b' is no slug"]),
        (["webhook/x", "--like", "image"], ["is no slug"]),
        (["tiny", "--like", "picture"], ["'picture' is not one of", "'image'"]),
        (["requests", "--like", "image"], ["another route of the gateway is called requests"]),
        (["tiny"], ["Missing option '--like'"]),
    ],
)
def test_what_cannot_be_is_refused(run, arguments, words):
    """In one line."""
    assert_refused(run("models", "new", *arguments), *words)


def test_a_file_that_is_there_stays(run):
    """Unless --force is given."""
    run("models", "new", "tiny", "--like", "image")
    assert_refused(run("models", "new", "tiny", "--like", "json"), "tiny.json is there already")
    assert run("models", "new", "tiny", "--like", "json", "--force").exit_code == 0


def test_a_slug_that_comes_along_is_told(run):
    """The new model takes its place where its folder is served."""
    result = run("models", "new", "ideogram-3", "--like", "image")
    assert result.exit_code == 0
    assert "ideogram-3 comes along with segmock; --models replaces it" in result.stderr


def test_the_slug_of_a_fine_tune_is_anybodys(run):
    """It would run by its shape, and does not come along."""
    result = run("models", "new", "alice-lora", "--like", "image")
    assert (result.exit_code, result.stderr) == (0, "")
