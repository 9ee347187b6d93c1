"""`segmock models import`: contracts from pages, lists and OpenAPI documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from mockserver import cli
from mockserver.contract.catalogue import Catalogue, load_shipped_catalogue
from mockserver.contract.files import find_data_dir
from mockserver.tests.cli.results import assert_refused
from mockserver.tests.conftest import Client
from mockserver.tests.facts.witness import find_id
from mockserver.tests.importing.recorded import record

PAGES = Path(__file__).parents[1] / "importing" / "pages"
OWN = {"/v1/ideogram-3", "/v2/ideogram-3"}
PAGE = str(PAGES / "ideogram-3.txt")


def pipe(text, *arguments):
    """Run the import of a text on stdin."""
    command = ["models", "import", "-", *arguments]
    return CliRunner().invoke(cli.main, command, input=text, prog_name="segmock")


def test_a_page_becomes_a_contract_that_is_served(run, tmp_path):
    """The file is named after the model; it lints, and runs."""
    result = run("models", "import", PAGE, "--out", "mine")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "written  mine/ideogram-3.json  partial, 10 parameters, 5 assumptions",
        "Serve with: segmock serve --models mine",
    ]
    assert run("models", "lint", "mine").exit_code == 0
    client = Client(models=tmp_path / "mine")
    assert client.post("/v1/ideogram-3", {"prompt": "A boat"}).status == 200
    assert client.post("/v1/ideogram-3", {"prompt": ""}).status == 400


def test_what_was_assumed_is_told_line_by_line(run):
    """On stderr, each with the file and the part of it."""
    lines = run("models", "import", PAGE).stderr.splitlines()
    assert lines[0] == f"{PAGE}: a model page (text), 1 model"
    assert len(lines) == 6
    assert all(line.startswith("ideogram-3.json: ") for line in lines[1:])
    assert lines[-1] == (
        "ideogram-3.json: price: the source says $0.037 - $0.113; the middle, $0.075, is assumed "
        "for every run"
    )


def test_the_report_can_be_json(run):
    """With nothing else on stdout or stderr."""
    result = run("models", "import", PAGE, "--json")
    assert result.stderr == ""
    report = json.loads(result.stdout)
    assert (report["source"], report["kind"]) == (PAGE, "a model page (text)")
    [model] = report["models"]
    assert (model["slug"], model["file"], model["level"]) == (
        "ideogram-3",
        "ideogram-3.json",
        "partial",
    )
    assert model["parameters"][0] == "prompt"
    assert model["assumptions"][-1]["about"] == "price"
    assert model["problems"] == []


def test_where_it_comes_from_is_in_the_contract(run):
    """File, day and evidence."""
    run("models", "import", PAGE)
    document = json.loads(Path("ideogram-3.json").read_text(encoding="utf-8"))
    stated = document["x-model"]["provenance"][0]
    assert (stated["evidence"], stated["source"]) == ("docs", PAGE)
    assert len(stated["date"]) == len("2026-11-26")


@pytest.mark.parametrize("dump", [json.dumps, yaml.safe_dump])
def test_our_own_openapi_document_imports_from_stdin(run, tmp_path, dump):
    """`segmock openapi | segmock models import -`: one of its models here."""
    document = json.loads(run("openapi").stdout)
    chosen = {path: item for path, item in document["paths"].items() if path in OWN}
    schemas = {"ideogram-3": document["components"]["schemas"]["ideogram-3"]}
    components = document["components"] | {"schemas": schemas}
    text = dump({"openapi": "3.1.0", "paths": chosen, "components": components})
    result = pipe(text, "--slug", "ideogram-3", "--out", str(tmp_path / "mine"))
    assert result.exit_code == 0, result.stderr
    assert result.stderr.startswith("stdin: an OpenAPI document, 1 model\n")
    assert list(Catalogue(tmp_path / "mine").models) == list(load_shipped_catalogue().models)


def test_our_own_model_list_imports_to_contracts_that_lint(run, tmp_path):
    """Of every whole contract that comes along the parameters are the same."""
    [(envelope, rows)] = Client().get("/inference-model-information/list").json.items()
    whole = {file.stem for file in (find_data_dir("contracts") / "models").glob("*.json")}
    chosen = [row for row in rows if row["slug"] in whole]
    (tmp_path / "list.json").write_text(json.dumps({envelope: chosen}), encoding="utf-8")
    result = run("models", "import", "list.json", "--out", "mine")
    assert result.exit_code == 0, result.stderr
    ours = load_shipped_catalogue().models
    for row in chosen:
        file = tmp_path / "mine" / f"{row['slug']}.json"
        document = json.loads(file.read_text(encoding="utf-8"))
        model = ours[row["slug"]]
        assert document["properties"] == model.properties
        assert document.get("required", []) == model.schema.get("required", [])
        assert document["x-model"]["task"] == model.terms.task
        assert document["x-model"]["typical_s"] == model.terms.typical_s


def test_nothing_is_replaced_unless_it_is_wanted(run):
    """The first file that is there is named, and nothing is written."""
    run("models", "import", PAGE)
    Path("ideogram-3.json").write_text("{}", encoding="utf-8")
    assert_refused(run("models", "import", PAGE), "ideogram-3.json is there already", "--force")
    assert Path("ideogram-3.json").read_text(encoding="utf-8") == "{}"
    assert run("models", "import", PAGE, "--force").exit_code == 0
    assert Path("ideogram-3.json").read_text(encoding="utf-8") != "{}"


def test_a_slug_names_a_page_otherwise(run):
    """For a model of one's own that is like it."""
    assert run("models", "import", PAGE, "--slug", "mine").exit_code == 0
    document = json.loads(Path("mine.json").read_text(encoding="utf-8"))
    assert document["x-model"]["slug"] == "mine"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello", "it is no model page"),
        ("{", "line 1, column 1: it is not JSON"),
        ("{}", "$: no key came"),
        ("/v2/a\nParameters\nsizerequired\nvec3\n", "line 3: 'sizerequired'"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(run, text, words):
    """It names the source, the line or key, what came and what was expected."""
    Path("source.txt").write_text(text, encoding="utf-8")
    assert_refused(run("models", "import", "source.txt"), "source.txt: ", words)
    result = pipe(text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("segmock: stdin: ")


def test_a_source_that_is_not_there_is_refused(run):
    """And so is a folder, and what is not UTF-8."""
    assert_refused(run("models", "import", "nowhere"), "nowhere: there is no such file")
    assert_refused(run("models", "import", "."), "it is a folder; name a file")
    Path("latin").write_bytes(b"caf\xe9")
    assert_refused(run("models", "import", "latin"), "byte 3 is not UTF-8")


def test_a_contract_with_a_fault_is_written_and_told(run):
    """Exit 1: a person has to mend what the source has wrong."""
    parameters = {"properties": {"n": {"type": "integer", "default": "x"}}}
    row = {"slug": "tiny", "title": "T", "type": "text", "parameters": parameters}
    envelope = "Inference Segmind Model Information List With Details"
    Path("list.json").write_text(json.dumps({envelope: [row]}), encoding="utf-8")
    result = run("models", "import", "list.json")
    assert result.exit_code == 1
    assert "broken  tiny.json: $.properties.n.default" in result.stderr
    assert "written  tiny.json" in result.stdout


def play_new(witness):
    """Run a model that no list has on both ways, and another."""
    sent = {"prompt": "a", "size": 3}
    witness.ask("POST", "/v1/brand-new", sent)
    for slug in ("brand-new", "lyria-2"):
        submitted = witness.ask("POST", f"/v2/{slug}", sent)
        witness.advance(300)
        witness.poll(find_id(submitted))


def test_a_recording_becomes_contracts_that_are_served(run, tmp_path):
    """One for each model that was run; they lint, run, and `models show` tells the evidence."""
    record(tmp_path / "first", play_new, unknown_models="image")
    result = run("models", "import", "first", "--out", "mine")
    assert result.exit_code == 0
    assert result.stderr.splitlines()[0] == "first: a recording, 2 models"
    assert run("models", "lint", "mine").exit_code == 0
    shown = json.loads(run("models", "show", "brand-new", "--models", "mine").stdout)
    told = shown["x-model"]["provenance"][0]
    assert (told["evidence"], told["source"]) == ("recorded", "first, of https://api.segmind.com")
    assert shown["properties"]["size"]["x-evidence"] == "recorded"
    client = Client(models=tmp_path / "mine")
    assert client.post("/v1/brand-new", {"prompt": "a", "size": 3}).status == 200


def test_a_folder_that_is_no_recording_is_refused(run, tmp_path):
    """The line says what a recording is, and what is in one that lacks what is wanted."""
    (tmp_path / "empty").mkdir()
    assert_refused(
        run("models", "import", "empty"),
        "empty: it is a folder; name a file, or the folder of a recording, which has *.jsonl files",
    )
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "a.jsonl").write_text("{}\n")
    assert_refused(run("models", "import", "torn"), "torn/a.jsonl:1: this is no header")
    record(tmp_path / "first", play_new, unknown_models="image")
    assert_refused(
        run("models", "import", "first", "--slug", "gpt-4o"),
        "first: it has no run of 'gpt-4o' that ended; it has some of brand-new, lyria-2",
    )
