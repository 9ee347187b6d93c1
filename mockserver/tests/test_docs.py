"""The README says what there is."""

import re
from pathlib import Path

import pytest

from mockserver.cli import serve
from mockserver.contract.catalogue import Catalogue
from mockserver.edges.control_http import control_app
from mockserver.edges.journal_stream import JournalFeed
from mockserver.emulator import Emulator
from mockserver.rules import magic_values

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
CATALOGUE = Catalogue()


@pytest.mark.parametrize("flag", [name for p in serve.params for name in p.opts + p.secondary_opts])
def test_every_flag_of_serve_is_in_the_readme(flag):
    """A flag that nobody can read of does not exist."""
    assert f"`{flag}`" in README


def test_every_control_route_is_in_the_readme():
    """Each path of the control plane is described."""
    emulator = Emulator()
    app = control_app(JournalFeed(emulator.control, emulator.lock), max_body=0)
    paths = [route.path_format for route in app.routes]
    assert [path for path in paths if f"{path}`" not in README] == []


@pytest.mark.parametrize("row", CATALOGUE.routes, ids=lambda row: row.name)
def test_every_route_of_the_journal_is_in_the_readme(row):
    """Each name that the journal has for a route is listed."""
    assert f"`{row.name}`" in README


@pytest.mark.parametrize("name", [*CATALOGUE.models, *CATALOGUE.plans])
def test_every_model_and_plan_is_in_the_readme(name):
    """Models and plans are named."""
    assert f"`{name}`" in README


@pytest.mark.parametrize("code", [*magic_values.KEYS, *magic_values.POST_ERRORS])
def test_every_trigger_key_is_in_the_readme(code):
    """Each code that a key can end in is listed."""
    assert f"{code}`" in README


@pytest.mark.parametrize("word", ["fail", "block", "stall", "slow", "expire", "status"])
def test_every_trigger_prompt_is_in_the_readme(word):
    """Each word that can follow `mock:` is listed."""
    assert f"`mock:{word}" in README


def test_the_readmes_example_model_is_one(tmp_path, make_client):
    """The model file of the README can be saved, linted and called."""
    [text] = [
        block for block in re.findall(r"```json\n(.*?)```", README, re.DOTALL) if "x-model" in block
    ]
    (tmp_path / "tiny-painter.json").write_text(text)
    client = make_client(models=tmp_path)
    answer = client.post("/v1/tiny-painter", {"prompt": "A thimble", "size": "512x512"})
    assert (answer.status, answer.headers["content-type"]) == (200, "image/webp")


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_every_link_between_pages_leads_somewhere(page):
    """A relative link names a file that is there."""
    links = re.findall(r"\]\((?!http)([^)#]+)", (ROOT / page).read_text())
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []
